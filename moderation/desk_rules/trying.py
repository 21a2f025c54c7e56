"""What would a rule have held of the newest comments? Asked before it is saved; changes nothing."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import OperationalError, connection, transaction
from django.utils.text import Truncator
from psycopg.errors import QueryCanceled

from forum.models import Comment
from moderation.checks import Finding, Outcome
from moderation.desk_rules import policy, rule_checks
from moderation.desk_rules.history import Text, known_about
from moderation.desk_rules.options import Kind, Options
from moderation.desk_rules.places import Place
from moderation.desk_rules.wordlists import Word, Wordlist

NEWEST = 10_000
CHUNK = 1_000
# For each question, and for all of it: a moderator waits, and readers share the processor.
LONGEST_MS = 2_000
LONGEST_SECONDS = 8.0
EXAMPLES = 10
EXCERPT = 160
# So few comments prove nothing about an entry.
ENOUGH = 20

Judge = Callable[[Sequence[Text]], Iterator[tuple[Text, Finding]]]


@dataclass(frozen=True)
class Example:
    """A comment that would have been held; found: passages in it, or comments that say the same."""

    comment_id: int
    excerpt: str
    found: Sequence[str | int]


@dataclass
class Trial:
    """looked_at: of the newest comments, as many as there was time for; concerned: those of them
    where the rule would hold; caught: that it would have held, removed: of these, what was removed
    all the same."""

    looked_at: int = 0
    concerned: int = 0
    caught: int = 0
    removed: int = 0
    # Whether all of the newest were looked at.
    is_complete: bool = True
    examples: list[Example] = field(default_factory=list)
    # Entry as folded -> comments that it was found in.
    per_entry: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """Of those it concerns; 0 where they are too few to say."""
        return self.caught / self.concerned if self.concerned >= ENOUGH else 0.0

    def note(self, text: Text, finding: Finding, *, status: str) -> None:
        self.concerned += 1
        if finding.outcome == Outcome.PASS:
            return
        self.caught += 1
        self.removed += status == Comment.Status.REMOVED
        if len(self.examples) < EXAMPLES:
            excerpt = Truncator(" ".join(text.body.split())).chars(EXCERPT)
            self.examples.append(Example(text.comment_id, excerpt, finding.found))


def try_rule(kind: Kind, *, place: Place, options: Options) -> Trial:
    """As if the rule were set like that there; elsewhere, and in places of their own, nothing of it
    is seen."""
    tried = policy.current().with_setting(kind, place, options)
    check = rule_checks.TRIED[kind]

    def judge(texts: Sequence[Text]) -> Iterator[tuple[Text, Finding]]:
        concerned = [text for text in texts if is_concerned(text)]
        known = known_about(concerned, tried, only=kind)
        for text in concerned:
            yield text, check(text, options, known.get((kind, text.comment_id)))

    def is_concerned(text: Text) -> bool:
        # The very object: a place with the same figures of its own is another setting.
        held = tried.at(kind, topic_id=text.topic_id, discussion_id=text.discussion_id)
        return held is options

    return _try(judge, Trial())


def try_words(words: Sequence[Word]) -> Trial:
    """As if these entries, all of one place, were on the list."""
    place, listed = words[0].place, Wordlist(words)
    trial = Trial()

    def judge(texts: Sequence[Text]) -> Iterator[tuple[Text, Finding]]:
        for text in texts:
            if place.holds(topic_id=text.topic_id, discussion_id=text.discussion_id):
                hits = listed.hits(text.body)
                trial.per_entry.update({hit.word.folded for hit in hits})
                found = [*dict.fromkeys(hit.passage for hit in hits)]
                yield text, Finding(Outcome.HOLD if hits else Outcome.PASS, found)

    return _try(judge, trial)


def _try(judge: Judge, trial: Trial) -> Trial:
    ends_at = time.monotonic() + LONGEST_SECONDS
    before: int | None = None
    try:
        while trial.looked_at < NEWEST:
            with transaction.atomic():
                chunk = _chunk(before)
                statuses = {text.comment_id: status for text, status in chunk}
                texts = [text for text, _status in chunk]
                for text, finding in judge(texts):
                    trial.note(text, finding, status=statuses[text.comment_id])
                # Nothing was written; what was set for these questions goes, whoever began.
                transaction.set_rollback(True)
            if not chunk:
                return trial
            trial.looked_at += len(chunk)
            before = texts[-1].comment_id
            if time.monotonic() > ends_at:
                break
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
    trial.is_complete = trial.looked_at >= NEWEST
    return trial


# As many of an author's earlier comments are counted as a rule about newcomers can ask for.
_COUNTED = 20
_CHUNK = """
    SELECT c.id, c.root_id, c.discussion_id, coalesce(d.topic_id, a.topic_id), a.published_at,
        c.author_id, u.standing, (SELECT count(*) FROM (
            SELECT FROM forum_comment e
            WHERE e.author_id = c.author_id AND e.id < c.id AND e.published_at IS NOT NULL
            ORDER BY e.id DESC LIMIT %(counted)s) AS earlier),
        c.written_as = 'reader', r.body, r.fingerprint, r.created_at, c.status
    FROM (SELECT * FROM forum_comment WHERE id < %(before)s ORDER BY id DESC LIMIT %(chunk)s) AS c
    JOIN accounts_user u ON u.id = c.author_id
    JOIN forum_discussion d ON d.id = c.discussion_id
    LEFT JOIN articles_article a ON a.id = d.article_id
    CROSS JOIN LATERAL (
        SELECT body, fingerprint, created_at FROM forum_revision
        WHERE comment_id = c.id AND declined_at IS NULL ORDER BY number DESC LIMIT 1) AS r
    ORDER BY c.id DESC
"""


def _chunk(before: int | None) -> list[tuple[Text, str]]:
    """The newest comments below that id, in their newest wording, with their states. One query."""
    asked = {"before": before or 2**62, "chunk": CHUNK, "counted": _COUNTED}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(LONGEST_MS)])
        cursor.execute(_CHUNK, asked)
        return [(Text(*row[:-1]), row[-1]) for row in cursor.fetchall()]
