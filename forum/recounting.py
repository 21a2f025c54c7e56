"""Do counters, places and words agree with the rows that they stand for?"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from forum.indexing import INDEXER, index_all
from forum.models import Discussion
from forum.reranking import rerank_discussion

# Comments that are indexed under one lock of their discussion: about a tenth of a second.
INDEXED_AT_ONCE = 500


@dataclass(frozen=True)
class WrongCounter:
    """A counter that differs from the rows it stands for."""

    counter: str
    pk: int
    counted: int
    actual: int

    def __str__(self) -> str:
        return f"{self.counter} of {self.pk}: {self.counted} instead of {self.actual}"


# Each answers (id, counter, rows) where they differ. Rows of one discussion, so that the work is
# done under its lock; in this order, since threads are listed where their roots are. What is
# published is listed, which the index of threads wants to hear.
_COUNTERS = {
    "comment.is_listed": """
        SELECT c.id, c.is_listed::int, (NOT c.is_listed)::int FROM forum_comment c
        WHERE c.discussion_id = %(discussion)s AND c.status <> 'published'
          AND (c.status <> 'pending' OR c.published_at IS NOT NULL)
          AND c.is_listed <> EXISTS (
              SELECT FROM forum_comment r WHERE r.parent_id = c.id AND r.is_listed)
    """,
    "discussion.comment_count": """
        SELECT d.id, d.comment_count, count(c.id) FROM forum_discussion d
        LEFT JOIN forum_comment c ON c.discussion_id = d.id AND c.status = 'published'
        WHERE d.id = %(discussion)s
        GROUP BY d.id HAVING d.comment_count <> count(c.id)
    """,
    "tally.reply_count": """
        SELECT root.id, t.reply_count, count(c.id) FROM forum_comment root
        JOIN forum_tally t ON t.comment_id = root.id
        LEFT JOIN forum_comment c
            ON c.root_id = root.id AND c.id <> root.id AND c.status = 'published' AND c.is_listed
        WHERE root.discussion_id = %(discussion)s AND root.parent_id IS NULL
        GROUP BY root.id, t.reply_count HAVING t.reply_count <> count(c.id)
        UNION ALL
        SELECT c.id, t.reply_count, count(a.id) FROM forum_comment c
        JOIN forum_tally t ON t.comment_id = c.id
        LEFT JOIN forum_comment a ON a.parent_id = c.id AND a.status = 'published'
        WHERE c.discussion_id = %(discussion)s AND c.parent_id IS NOT NULL
        GROUP BY c.id, t.reply_count HAVING t.reply_count <> count(a.id)
    """,
    "tally.recommendation_count": """
        SELECT c.id, t.recommendation_count, count(r.id) FROM forum_comment c
        JOIN forum_tally t ON t.comment_id = c.id
        LEFT JOIN forum_recommendation r
            ON r.comment_id = c.id AND r.folded_at IS NOT NULL AND r.withdrawn_at IS NULL
        WHERE c.discussion_id = %(discussion)s
          AND NOT EXISTS (SELECT FROM forum_recommendation f
                          WHERE f.comment_id = c.id AND f.folded_at IS NULL)
        GROUP BY c.id, t.recommendation_count HAVING t.recommendation_count <> count(r.id)
    """,
    "tally.listed_in": """
        SELECT c.id, (t.listed_in_id IS NOT NULL)::int, c.is_listed::int FROM forum_comment c
        JOIN forum_tally t ON t.comment_id = c.id
        WHERE c.discussion_id = %(discussion)s AND c.parent_id IS NULL
          AND c.is_listed <> (t.listed_in_id IS NOT NULL)
    """,
    "tally.listed_under": """
        SELECT c.id, (t.listed_under_id IS NOT NULL)::int, c.is_listed::int FROM forum_comment c
        JOIN forum_tally t ON t.comment_id = c.id
        WHERE c.discussion_id = %(discussion)s AND c.parent_id IS NOT NULL
          AND c.is_listed <> (t.listed_under_id IS NOT NULL)
    """,
}

_MEND = {
    "discussion.comment_count": "UPDATE forum_discussion SET comment_count = %s WHERE id = %s",
    "tally.reply_count": "UPDATE forum_tally SET reply_count = %s WHERE comment_id = %s",
    "tally.recommendation_count": (
        "UPDATE forum_tally SET recommendation_count = %s WHERE comment_id = %s"
    ),
    "tally.listed_in": (
        "UPDATE forum_tally SET listed_in_id = CASE WHEN %s = 1 THEN"
        " (SELECT discussion_id FROM forum_comment WHERE id = forum_tally.comment_id) END"
        " WHERE comment_id = %s"
    ),
    "tally.listed_under": (
        "UPDATE forum_tally SET listed_under_id = CASE WHEN %s = 1 THEN"
        " (SELECT root_id FROM forum_comment WHERE id = forum_tally.comment_id) END"
        " WHERE comment_id = %s"
    ),
    "comment.is_listed": "UPDATE forum_comment SET is_listed = (%s = 1) WHERE id = %s",
}

# The wording by whose words a comment is found, and the one that readers see; 0 is none.
_NOT_INDEXED = f"""
    SELECT c.id, CASE WHEN f.indexer = {INDEXER} THEN f.revision_id ELSE 0 END,
        coalesce(c.visible_revision_id, 0)
    FROM forum_comment c LEFT JOIN forum_findable f ON f.comment_id = c.id
    WHERE c.discussion_id = %(discussion)s AND (
        f.revision_id IS DISTINCT FROM c.visible_revision_id
        OR f.indexer <> {INDEXER} OR f.discussion_id <> c.discussion_id)
    ORDER BY c.id LIMIT {INDEXED_AT_ONCE}
"""  # noqa: S608 - of constants


def recount() -> list[WrongCounter]:
    """Every counter that differed from its rows; it has been put right. Empty is as it should be.

    One discussion after the other, each under its lock: it may run beside a busy site.
    """
    discussions = Discussion.objects.order_by("pk").values_list("pk", flat=True)
    return [wrong for pk in list(discussions) for wrong in [*_recount(pk), *_reindex(pk)]]


def reindex() -> int:
    """How many comments were not found by the words that readers see; now they are."""
    discussions = Discussion.objects.order_by("pk").values_list("pk", flat=True)
    return sum(len(_reindex(pk)) for pk in list(discussions))


@transaction.atomic
def _recount(discussion_id: int) -> list[WrongCounter]:
    Discussion.objects.select_for_update(no_key=True).get(pk=discussion_id)
    wrong = []
    with connection.cursor() as cursor:
        for counter, query in _COUNTERS.items():
            # Again, until all is right: a tombstone above one that comes back comes back, too.
            while rows := _rows(cursor, query, discussion_id):
                for pk, _counted, actual in rows:
                    cursor.execute(_MEND[counter], [actual, pk])
                wrong += [WrongCounter(counter, *row) for row in rows]
    if wrong:
        # Something may have gone out of sight (forum/listing.py).
        later = F("version") + 1
        Discussion.objects.filter(pk=discussion_id).update(version=later, retracted_version=later)
        rerank_discussion(discussion_id)
    return wrong


def _reindex(discussion_id: int) -> list[WrongCounter]:
    wrong: list[WrongCounter] = []
    while rows := _reindex_some(discussion_id):
        wrong += [WrongCounter("findable.revision_id", *row) for row in rows]
    return wrong


@transaction.atomic
def _reindex_some(discussion_id: int) -> list[tuple[int, int, int]]:
    Discussion.objects.select_for_update(no_key=True).get(pk=discussion_id)
    with connection.cursor() as cursor:
        rows = _rows(cursor, _NOT_INDEXED, discussion_id)
    index_all([pk for pk, _found_by, _visible in rows])
    return rows


def _rows(cursor: Any, query: str, discussion_id: int) -> list[tuple[int, int, int]]:
    cursor.execute(query, {"discussion": discussion_id})
    return cursor.fetchall()
