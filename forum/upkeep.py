"""What has to be put in order by the clock?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from forum.models import Discussion, Submission

SUBMISSIONS_KEPT = timedelta(days=30)


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
        WHERE c.discussion_id = %(discussion)s AND c.status NOT IN ('pending', 'published')
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
    "comment.is_listed": "UPDATE forum_comment SET is_listed = (%s = 1) WHERE id = %s",
}


def recount() -> list[WrongCounter]:
    """Every counter that differed from its rows; it has been put right. Empty is as it should be.

    One discussion after the other, each under its lock: it may run beside a busy site.
    """
    discussions = Discussion.objects.order_by("pk").values_list("pk", flat=True)
    return [wrong for pk in list(discussions) for wrong in _recount(pk)]


def forget_submissions(now: datetime | None = None) -> int:
    """Ids of forms are kept for a month: nobody sends one again after that."""
    before = (now or timezone.now()) - SUBMISSIONS_KEPT
    deleted, _by_model = Submission.objects.filter(created_at__lt=before).delete()
    return deleted


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
            cursor.execute(
                "UPDATE forum_discussion SET version = version + 1 WHERE id = %s", [discussion_id]
            )
    return wrong


def _rows(cursor: Any, query: str, discussion_id: int) -> list[tuple[int, int, int]]:
    cursor.execute(query, {"discussion": discussion_id})
    return cursor.fetchall()
