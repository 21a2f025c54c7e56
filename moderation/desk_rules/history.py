"""What do the rules of the desk look at, and what happened before that they ask about?

Each question is asked for many texts in one query, as of the moment when each was written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User
from forum.models import Comment, Discussion, Revision
from moderation.desk_rules.options import HeatedThread, Kind, Options, RemovalRate, RepeatedText
from moderation.desk_rules.policy import Policy


@dataclass(frozen=True)
class Text:
    """One wording of a comment with all that a rule may look at. topic_id: what its discussion is
    about; published_before: comments of its author that readers have seen."""

    comment_id: int
    root_id: int
    discussion_id: int | None
    topic_id: int | None
    article_published_at: datetime | None
    author_id: int
    standing: str
    published_before: int
    is_by_reader: bool
    body: str
    fingerprint: str
    written_at: datetime


class Written(NamedTuple):
    """A comment that says the same; its body where that is only to be compared."""

    comment_id: int
    body: str | None


class Record(NamedTuple):
    """An author's last comments: how many, and which share was removed (0 to 1); new ones weigh
    most."""

    comments: int
    removed_share: float


# What was found for a text: which of these, its rule knows.
Known = dict[tuple[Kind, int], Any]


def text_of(revision: Revision) -> Text:
    """revision: with comment, its author, its discussion and the article of that."""
    comment = revision.comment
    return Text(
        comment_id=comment.pk,
        root_id=comment.root_id or comment.pk,
        discussion_id=comment.discussion_id,
        topic_id=topic_of(comment.discussion),
        article_published_at=getattr(comment.discussion.article, "published_at", None),
        author_id=comment.author_id,
        standing=comment.author.standing,
        published_before=comment.author.published_count,
        is_by_reader=comment.written_as == Comment.WrittenAs.READER,
        body=revision.body,
        fingerprint=revision.fingerprint,
        written_at=revision.created_at,
    )


def topic_of(discussion: Discussion) -> int | None:
    return discussion.topic_id or getattr(discussion.article, "topic_id", None)


def typed(body: str, *, author: User, discussion: Discussion | None, written_at: datetime) -> Text:
    """What somebody is about to send: no row yet, hence no history."""
    return Text(
        comment_id=0,
        root_id=0,
        discussion_id=discussion.pk if discussion else None,
        topic_id=topic_of(discussion) if discussion else None,
        article_published_at=None,
        author_id=author.pk,
        standing=author.standing,
        published_before=author.published_count,
        is_by_reader=not author.is_staff,
        body=body,
        fingerprint="",
        written_at=written_at,
    )


def known_about(texts: Sequence[Text], policy: Policy, *, only: Kind | None = None) -> Known:
    """One query for each rule with a history that is on, and for each way in which it is set."""
    found: Known = {}
    for kind, ask in QUESTIONS.items():
        if only not in {None, kind}:
            continue
        asked: dict[Options, list[Text]] = {}
        for text in texts:
            options = policy.at(kind, topic_id=text.topic_id, discussion_id=text.discussion_id)
            if options is not None:
                asked.setdefault(options, []).append(text)
        for options, group in asked.items():
            found |= {(kind, pk): answer for pk, answer in ask(group, options).items()}
    return found


# As many as a moderator looks at, and as many own texts as are compared.
FOUND_AT_MOST = 20
OWN_TEXTS_COMPARED = 10
# The same text by anybody, without its body; and the latest comments of the same writer, by their
# number, not by time, which would read all of a busy writer's.
_WRITTEN_BEFORE = """
    SELECT asked.id, found.comment_id, found.body
    FROM unnest(%(ids)s::bigint[], %(authors)s::bigint[], %(marks)s::text[],
        %(times)s::timestamptz[]) AS asked (id, author, mark, at)
    CROSS JOIN LATERAL (
        (SELECT same.comment_id, NULL AS body FROM forum_revision same
         JOIN forum_comment one ON one.id = same.comment_id
         WHERE same.fingerprint = asked.mark
           AND same.created_at BETWEEN asked.at - %(within)s AND asked.at
           AND one.id <> asked.id AND one.status <> 'withdrawn'
         LIMIT %(found_at_most)s)
        UNION ALL
        SELECT own.comment_id, own.body FROM forum_revision own
        WHERE own.created_at BETWEEN asked.at - %(within)s AND asked.at AND own.comment_id IN (
            SELECT id FROM forum_comment
            WHERE author_id = asked.author AND id <> asked.id AND status <> 'withdrawn'
              AND submitted_at <= asked.at
            ORDER BY id DESC LIMIT %(compared)s)
    ) AS found
"""


def written_before(texts: Sequence[Text], options: RepeatedText) -> dict[int, list[Written]]:
    """By comment, of those that are long enough."""
    found: dict[int, list[Written]] = {}
    asked = [text for text in texts if len(text.body) >= options.from_length]
    given = {
        "authors": [text.author_id for text in asked],
        "marks": [text.fingerprint for text in asked],
        "within": timedelta(days=options.days),
        "found_at_most": FOUND_AT_MOST,
        "compared": OWN_TEXTS_COMPARED,
    }
    for pk, *written in _rows(_WRITTEN_BEFORE, asked, given):
        found.setdefault(pk, []).append(Written(*written))
    return found


# So many of an author's comments are looked at, the newest.
RECORD_OF = 100
# Half of a half, sixty times over, is nothing; more of it, PostgreSQL refuses to compute.
_RECORD = """
    SELECT asked.id, count(last.weight),
        coalesce(sum(last.weight) FILTER (WHERE last.is_removed) / sum(last.weight), 0)
    FROM unnest(%(ids)s::bigint[], %(authors)s::bigint[], %(times)s::timestamptz[])
        AS asked (id, author, at)
    CROSS JOIN LATERAL (
        SELECT one.status = 'removed' AS is_removed,
            power(0.5::float8, least(60, greatest(0, extract(epoch FROM asked.at - one.submitted_at)
                / %(half_life)s))::float8) AS weight
        FROM forum_comment one
        WHERE one.author_id = asked.author AND one.id < asked.id
          AND one.status IN ('published', 'removed')
        ORDER BY one.id DESC LIMIT %(record_of)s
    ) AS last
    GROUP BY asked.id
"""


def records(texts: Sequence[Text], options: RemovalRate) -> dict[int, Record]:
    """By comment, of authors who have written before. What was put back does not count as removed,
    what waits does not count at all."""
    given = {
        "authors": [text.author_id for text in texts],
        "half_life": options.half_life_days * 86_400,
        "record_of": RECORD_OF,
    }
    return {pk: Record(count, share) for pk, count, share in _rows(_RECORD, texts, given)}


# What merely waits is left out: the rule would feed on what it has held itself.
_CONTESTED = """
    SELECT asked.id, (SELECT count(*) FROM (
        SELECT one.id FROM forum_comment one
        WHERE one.root_id = asked.root AND one.status = 'removed'
          AND one.removed_at BETWEEN asked.at - %(within)s AND asked.at AND one.id <> asked.id
        UNION
        SELECT one.id FROM moderation_flag flag JOIN forum_comment one ON one.id = flag.comment_id
        WHERE flag.flagged_at BETWEEN asked.at - %(within)s AND asked.at
          AND one.root_id = asked.root AND one.id <> asked.id
    ) AS contested)
    FROM unnest(%(ids)s::bigint[], %(roots)s::bigint[], %(times)s::timestamptz[])
        AS asked (id, root, at)
"""


def contested(texts: Sequence[Text], options: HeatedThread) -> dict[int, int]:
    """By comment: how many others of its thread were removed or reported shortly before."""
    given = {
        "roots": [text.root_id for text in texts],
        "within": timedelta(minutes=options.minutes),
    }
    return dict(_rows(_CONTESTED, texts, given))


def _rows(sql: str, texts: Sequence[Text], given: dict[str, Any]) -> list[tuple[Any, ...]]:
    if not texts:
        return []
    given |= {
        "ids": [text.comment_id for text in texts],
        "times": [text.written_at for text in texts],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


QUESTIONS: dict[Kind, Callable[[Sequence[Text], Any], dict[int, Any]]] = {
    Kind.REPEATED_TEXT: written_before,
    Kind.REMOVAL_RATE: records,
    Kind.HEATED_THREAD: contested,
}
