"""How does a paper's archive come into an empty installation? Table by table, by COPY.

Rows as the verbs would have left them: every comment screened, cleared, tallied; what was removed
has its decision, what was flagged its case.
"""

from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, slug_of
from config.archive import desk, people, shape, texts
from config.archive.copying import NULL, copy, literal, moment, reserve, without_index
from config.demo.paper import SOURCE as DEMO
from forum.indexing import INDEXER, has_links, marks, stemmed
from forum.markup import RENDERER
from forum.models import (
    PATH_DIGITS,
    Clearance,
    Comment,
    Discussion,
    Findable,
    Recommendation,
    Revision,
    Tally,
)
from forum.ranking import rank
from moderation import rulebook
from moderation.log import text_hash
from moderation.models import Case, Decision, DecisionText, Flag, Screening

SOURCE = "archive"
YEARS = timedelta(days=3 * 365)
HEADLINES = ("Der Rat vertagt", "Streit um", "Was wird aus", "Neue Zahlen:", "Zum zweiten Mal")
SUBJECTS = (
    "die Schwimmhalle", "den Fahrplan", "das alte Kino", "die Grundsteuer", "den Radweg",
    "das Stadtfest", "die Kläranlage", "den Bürgerentscheid", "das Klinikum", "die Buslinie 3",
)  # fmt: skip
KICKERS = ("Stadtrat", "Verkehr", "Kultur", "Haushalt", "Schule", "Gesundheit")
# Of the hash that the log has of these words (moderation/log.py): nobody is to be hidden here.
SALT = "0" * 64
EXPLANATION = "Der Text greift eine Person an, statt ihr zu widersprechen."
GROUND = "personal_attack"
REASONS = ("rude", "hateful", "off_topic", "spam", "personal_data", "false", "other")

# Told the step, and how many rows it has written.
Progress = Callable[[str, int], None]
Tell = Callable[[int], None]


@dataclass
class Archive:
    """What is made, before it is written: comments in the order of their ids, which is of time."""

    random: Random
    now: datetime
    removed_share: float = shape.REMOVED_SHARE
    first_article: int = 0
    first_discussion: int = 0
    first_comment: int = 0
    first_revision: int = 0
    first_reader: int = 0
    readers: int = 0
    # How many wait for a moderator.
    cases: int = 0
    placed: list[shape.Placed] = field(default_factory=list)
    # By position in `placed`: position of the parent and of the root, depth, author.
    parent: array = field(default_factory=lambda: array("l"))
    root: array = field(default_factory=lambda: array("l"))
    depth: array = field(default_factory=lambda: array("b"))
    author: array = field(default_factory=lambda: array("l"))
    is_removed: bytearray = field(default_factory=bytearray)
    is_listed: bytearray = field(default_factory=bytearray)
    replies: array = field(default_factory=lambda: array("l"))
    votes: array = field(default_factory=lambda: array("i"))
    # The different texts, and by position which of them is said.
    said: list[tuple[str, str, str]] = field(default_factory=list)
    wording: array = field(default_factory=lambda: array("i"))


def make(
    *,
    articles: int,
    comments: int,
    readers: int,
    hot: int,
    seed: int,
    progress: Progress,
    cases: int = 0,
) -> Archive:
    """An archive of so many articles and comments, in the shape of a real paper's."""
    random = Random(seed)  # noqa: S311 - nothing here is secret
    sizes = [*shape.sizes(articles - bool(hot), comments - hot, random), *([hot] if hot else [])]
    return make_sized(
        sizes, readers=readers, has_hot=hot > 0, random=random, cases=cases, progress=progress
    )


def make_sized(
    sizes: list[int],
    *,
    readers: int,
    has_hot: bool,
    random: Random,
    removed_share: float = shape.REMOVED_SHARE,
    cases: int = 0,
    progress: Progress = lambda step, written: None,
) -> Archive:
    """One article for each of `sizes`, with so many comments; everything or nothing.

    has_hot: the last one is a live report. removed_share: of the comments, taken down.
    cases: so many wait for a moderator, those held among them besides the sizes.
    """
    archive = Archive(
        random=random,
        now=timezone.now(),
        readers=readers,
        removed_share=removed_share,
        cases=cases,
    )
    with transaction.atomic():
        _without_triggers()
        archive.first_reader = people.readers(readers, now=archive.now, random=random)
        opened = _write_articles(archive, sizes, has_hot=has_hot)
        _converse(archive, sizes, opened)
        for name, write in _STEPS:
            write(archive, partial(progress, name))
        _count(archive, sizes)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return archive


def is_untouched() -> bool:
    """Nothing but, perhaps, the demo: an archive is no thing for a site with readers."""
    return (
        not Comment.objects.exclude(discussion__article__source=DEMO)
        .exclude(discussion__topic__isnull=False)
        .exists()
    )


def _without_triggers() -> None:
    """Foreign keys are checked row by row otherwise, which takes as long as all the rest."""
    _play("replica")


@contextmanager
def _with_triggers() -> Iterator[None]:
    """For the decisions: the database numbers and chains them (moderation/log.py)."""
    _play("origin")
    yield
    _play("replica")


def _play(role: str) -> None:
    """Whoever may not choose keeps his triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if cursor.fetchone()[0]:
            cursor.execute(f"SET LOCAL session_replication_role = {role}")


def _write_articles(archive: Archive, sizes: list[int], *, has_hot: bool) -> list[float]:
    """When each article's discussion opened; the hot one, a live report, is the last."""
    random, count = archive.random, len(sizes)
    archive.first_article = reserve(Article, count)
    start = (archive.now - YEARS).timestamp()
    opened = sorted(start + random.random() * (YEARS.total_seconds() - 86_400) for _ in sizes)
    rows, discussions = [], []
    for number, at in enumerate(opened):
        pk = archive.first_article + number
        headline = f"{random.choice(HEADLINES)} {random.choice(SUBJECTS)} ({pk})"
        kind = "live" if number == count - 1 and has_hot else "report"
        said = moment(at)
        kicker = random.choice(KICKERS)
        rows.append(
            (str(pk), kind, SOURCE, str(pk), kicker, headline, slug_of(headline), said, said, "{}")
        )
        discussions.append((str(pk), str(pk), said))
    columns = ["id", "kind", "source", "source_id", "kicker", "headline", "slug"]
    copy(Article, [*columns, "published_at", "updated_at", "paragraphs"], rows)
    first = archive.first_discussion = reserve(Discussion, count)
    copy(
        Discussion,
        ["id", "article_id", "opened_at"],
        ((str(first + n), article, at) for n, (_pk, article, at) in enumerate(discussions)),
    )
    return opened


def _converse(archive: Archive, sizes: list[int], opened: list[float]) -> None:
    """Who answers whom, and when: ids run in the order of time through all discussions at once."""
    random, until = archive.random, archive.now.timestamp() - 60
    for article, (size, at) in enumerate(zip(sizes, opened, strict=True)):
        archive.placed += shape.discussion(article, size, opened=at, until=until, random=random)
    archive.placed.sort(key=lambda one: (one.at, one.article, one.place))
    count = len(archive.placed)
    archive.first_comment = reserve(Comment, count)
    starts = [0]
    for size in sizes:
        starts.append(starts[-1] + size)
    # Where a comment of an article, counted in its article, stands among all.
    where = array("l", bytes(8 * count))
    for position, one in enumerate(archive.placed):
        where[starts[one.article] + one.place] = position
        parent = where[starts[one.article] + one.parent] if one.parent >= 0 else -1
        archive.parent.append(parent)
        archive.root.append(archive.root[parent] if parent >= 0 else position)
        archive.depth.append(archive.depth[parent] + 1 if parent >= 0 else 0)
        archive.author.append(shape.author(archive.readers, random))
        archive.is_removed.append(random.random() < archive.removed_share)
        archive.votes.append(shape.recommendations(random))
    _list_tombstones(archive)


def _list_tombstones(archive: Archive) -> None:
    """What is removed keeps its place while something that is shown hangs on it."""
    count = len(archive.placed)
    archive.is_listed = bytearray(not removed for removed in archive.is_removed)
    archive.replies = array("l", bytes(8 * count))
    for position in range(count - 1, -1, -1):
        parent = archive.parent[position]
        if archive.is_listed[position] and parent >= 0:
            archive.is_listed[parent] = True
        if parent >= 0 and not archive.is_removed[position]:
            for counting in {archive.root[position], parent}:
                archive.replies[counting] += 1


def _comments(archive: Archive, tell: Tell) -> None:
    steps = [""] * len(archive.placed)
    versions: dict[int, int] = {}

    def rows() -> Iterator[tuple[str, ...]]:
        for position, one in enumerate(archive.placed):
            pk = archive.first_comment + position
            parent = archive.parent[position]
            above = steps[parent] if parent >= 0 else ""
            steps[position] = path = f"{above}{pk:0{PATH_DIGITS}d}"
            version = versions[one.article] = versions.get(one.article, 1) + 1
            is_removed = archive.is_removed[position]
            yield (
                str(pk),
                str(archive.first_discussion + one.article),
                str(archive.first_reader + archive.author[position]),
                str(archive.first_comment + parent) if parent >= 0 else NULL,
                str(archive.first_comment + archive.root[position]),
                path,
                str(archive.depth[position]),
                "removed" if is_removed else "published",
                NULL if is_removed else str(archive.first_revision + position),
                "t" if archive.is_listed[position] else "f",
                str(version),
                moment(one.at),
                moment(one.at + 1),
                moment(one.at + 3_600) if is_removed else NULL,
                GROUND if is_removed else "",
            )

    archive.first_revision = reserve(Revision, len(archive.placed))
    columns = [
        "id",
        "discussion_id",
        "author_id",
        "parent_id",
        "root_id",
        "path",
        "depth",
        "status",
    ]
    columns += ["visible_revision_id", "is_listed", "visible_version", "submitted_at"]
    copy(Comment, [*columns, "published_at", "removed_at", "removal_ground"], rows(), progress=tell)


def _revisions(archive: Archive, tell: Tell) -> None:
    archive.said = texts.wordings(len(archive.placed), archive.random)
    archive.wording = array(
        "i", archive.random.choices(range(len(archive.said)), k=len(archive.placed))
    )
    renderer = str(RENDERER)
    literals = [tuple(map(literal, wording)) for wording in archive.said]
    copy(
        Revision,
        ["id", "comment_id", "created_at", "renderer", "body", "html", "fingerprint"],
        (
            (
                str(archive.first_revision + n),
                str(archive.first_comment + n),
                moment(one.at),
                renderer,
                *literals[archive.wording[n]],
            )
            for n, one in enumerate(archive.placed)
        ),
        progress=tell,
    )


def _findable(archive: Archive, tell: Tell) -> None:
    """Each wording is stemmed once; the index is made when the rows are there, in a minute instead
    of ten."""
    stems = [literal(vector) for vector in stemmed([html for _body, html, _mark in archive.said])]
    links = ["t" if has_links(html) else "f" for _body, html, _mark in archive.said]

    def rows() -> Iterator[tuple[str, ...]]:
        for position, one in enumerate(archive.placed):
            if archive.is_removed[position]:
                continue
            pk, wording = archive.first_comment + position, archive.wording[position]
            discussion = archive.first_discussion + one.article
            placed = marks(
                pk,
                discussion_id=discussion,
                author_id=archive.first_reader + archive.author[position],
                written_as=Comment.WrittenAs.READER,
                said_at=datetime.fromtimestamp(one.at, UTC),
            )
            yield (
                str(pk),
                str(discussion),
                links[wording],
                str(archive.first_revision + position),
                str(INDEXER),
                " ".join([stems[wording], *(f"'{mark}'" for mark in placed)]),
            )

    columns = ["comment_id", "discussion_id", "has_links", "revision_id", "indexer", "words"]
    with without_index(Findable, "findable_words"):
        copy(Findable, columns, rows(), progress=tell)


def _screenings(archive: Archive, tell: Tell) -> None:
    first = reserve(Screening, len(archive.placed))
    copy(
        Screening,
        ["id", "revision_id", "queued_at", "decided_at", "outcome", "attempts"],
        (
            (
                str(first + n),
                str(archive.first_revision + n),
                moment(one.at),
                moment(one.at + 1),
                "pass",
                "1",
            )
            for n, one in enumerate(archive.placed)
        ),
        progress=tell,
    )
    copy(
        Clearance,
        ["revision_id", "screening_id", "cleared_at"],
        (
            (str(archive.first_revision + n), str(first + n), moment(one.at + 1))
            for n, one in enumerate(archive.placed)
        ),
        progress=tell,
    )


def _tallies(archive: Archive, tell: Tell) -> None:
    def rows() -> Iterator[tuple[str, ...]]:
        for position, one in enumerate(archive.placed):
            is_root, is_listed = archive.parent[position] < 0, archive.is_listed[position]
            votes, replies = archive.votes[position], archive.replies[position]
            placed = rank(votes, replies, datetime.fromtimestamp(one.at + 1, archive.now.tzinfo))
            yield (
                str(archive.first_comment + position),
                str(archive.first_discussion + one.article) if is_root and is_listed else NULL,
                NULL
                if is_root or not is_listed
                else str(archive.first_comment + archive.root[position]),
                str(replies),
                str(votes),
                repr(placed),
            )

    columns = ["comment_id", "listed_in_id", "listed_under_id", "reply_count"]
    copy(Tally, [*columns, "recommendation_count", "rank"], rows(), progress=tell)


def _recommendations(archive: Archive, tell: Tell) -> None:
    random, people_ = archive.random, range(archive.readers)

    def rows() -> Iterator[tuple[str, ...]]:
        for position, one in enumerate(archive.placed):
            votes = archive.votes[position] = min(archive.votes[position], archive.readers - 1)
            if not votes:
                continue
            comment, at = str(archive.first_comment + position), moment(one.at + 60)
            chosen = random.sample(people_, votes + 1)
            if archive.author[position] in chosen:
                chosen.remove(archive.author[position])
            for reader in chosen[:votes]:
                yield comment, str(archive.first_reader + reader), at, at, at

    columns = ["comment_id", "reader_id", "recommended_at", "counts_from", "folded_at"]
    copy(Recommendation, columns, rows(), progress=tell)


def _cases(archive: Archive, tell: Tell) -> None:
    """Flags, the cases they opened, and the decisions that took something down; all closed."""
    random, moderator = archive.random, str(people.moderator().pk)
    flagged, decided = [], []
    for position in range(len(archive.placed)):
        is_removed = archive.is_removed[position]
        share = shape.FLAGGED_WHEN_REMOVED if is_removed else shape.FLAGGED_SHARE
        if random.random() < share:
            flagged.append(position)
        if is_removed:
            decided.append(position)
    cases = dict(zip(flagged, range(reserve(Case, len(flagged)), 1 << 62), strict=False))
    at = [one.at for one in archive.placed]
    copy(
        Case,
        ["id", "comment_id", "opened_at", "closed_at", "flag_count", "reasons"],
        (
            (
                str(case),
                str(archive.first_comment + n),
                moment(at[n] + 600),
                moment(at[n] + 3_600),
                "1",
                '["flagged"]',
            )
            for n, case in cases.items()
        ),
    )
    copy(
        Flag,
        ["case_id", "comment_id", "revision_id", "reader_id", "reason", "flagged_at"],
        (
            (
                str(case),
                str(archive.first_comment + n),
                str(archive.first_revision + n),
                str(archive.first_reader + (archive.author[n] + 1) % archive.readers),
                random.choice(REASONS),
                moment(at[n] + 600),
            )
            for n, case in cases.items()
        ),
    )
    first = reserve(Decision, len(decided))
    version = rulebook.current().version
    words = text_hash(salt=SALT, facts="", explanation=EXPLANATION, note="")
    columns = ["id", "case_id", "comment_id", "revision_id", "measure", "ground", "origin"]
    with _with_triggers():
        copy(
            Decision,
            [*columns, "rules_version", "automated", "decided_by_id", "decided_at", "text_hash"],
            (
                (
                    str(first + number),
                    str(cases.get(n, NULL)),
                    str(archive.first_comment + n),
                    str(archive.first_revision + n),
                    "remove",
                    GROUND,
                    "flag" if n in cases else "own",
                    version,
                    "f",
                    moderator,
                    moment(at[n] + 3_600),
                    words,
                )
                for number, n in enumerate(decided)
            ),
        )
    copy(
        DecisionText,
        ["decision_id", "explanation", "salt"],
        ((str(first + number), EXPLANATION, SALT) for number in range(len(decided))),
    )


def _count(archive: Archive, sizes: list[int]) -> None:
    """What discussions and readers count; versions are past every change."""
    shown = [0] * len(sizes)
    written = [0] * archive.readers
    for position, one in enumerate(archive.placed):
        if not archive.is_removed[position]:
            shown[one.article] += 1
            written[archive.author[position]] += 1
    with connection.cursor() as cursor:
        for table, key, column, first, counts in (
            ("forum_discussion", "id", "comment_count", archive.first_discussion, shown),
            ("accounts_user", "id", "published_count", archive.first_reader, written),
        ):
            cursor.execute(
                f"UPDATE {table} SET {column} = c.n FROM unnest(%s::int[]) WITH ORDINALITY c(n, at)"  # noqa: S608
                f" WHERE {key} = %s + c.at - 1",
                [counts, first],
            )
        cursor.execute(
            "UPDATE forum_discussion SET version = c.n + 2, retracted_version = c.n + 2"
            " FROM unnest(%s::int[]) WITH ORDINALITY c(n, at) WHERE id = %s + c.at - 1",
            [sizes, archive.first_discussion],
        )


_STEPS: list[tuple[str, Callable[[Archive, Tell], None]]] = [
    ("comments", _comments),
    ("wordings", _revisions),
    ("words", _findable),
    ("screenings", _screenings),
    ("recommendations", _recommendations),
    ("tallies", _tallies),
    ("cases", _cases),
    ("unseen words", desk.unseen),
    ("waiting cases", desk.waiting),
]
