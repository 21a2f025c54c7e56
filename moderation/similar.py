"""Who else has said nearly the same lately? (CJEU C-18/18: identical and equivalent content)"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import QueryCanceled

from accounts.models import User
from forum import indexing
from forum.markup import as_text
from forum.models import Comment, Revision
from moderation.models import RecentWording

LOOKS_BACK = timedelta(days=30)
AT_LEAST = 0.5
SHOWN = 5
# A shorter text resembles too many; of a longer one its beginning tells enough.
SHORTEST, LONGEST = 20, 400
# So many candidates are compared where somebody has sent the same to everybody, and for so long.
COMPARED = 200
LONGEST_MS = 150
BATCH = 5_000

_BOUNDS = """
    SELECT set_config('statement_timeout', %s, true),
        set_config('pg_trgm.similarity_threshold', %s, true),
        set_config('enable_seqscan', 'off', true)
"""
_ALIKE = """
    SELECT comment_id, similarity(text, %(text)s) AS alike FROM (
        SELECT w.comment_id, w.text FROM moderation_recentwording w
        JOIN forum_comment c ON c.id = w.comment_id
        WHERE w.text %% %(text)s AND w.comment_id <> %(comment)s AND w.written_at > %(since)s
            AND c.status IN ('published', 'pending', 'held')
        LIMIT %(compared)s
    ) candidates ORDER BY alike DESC, comment_id DESC LIMIT %(shown)s
"""


@dataclass(frozen=True)
class Similar:
    comment: Comment
    # Of 100: how much of their trigrams both texts share.
    share: int


def note(revisions: Iterable[Revision]) -> None:
    """Remember the wordings; of whoever has closed his account nothing.

    Of two of the same comment the later one, which is the last.
    """
    texts = {
        revision.comment_id: RecentWording(
            comment_id=revision.comment_id, text=_folded(revision), written_at=revision.created_at
        )
        for revision in revisions
        if revision.comment.author.closed_at is None
    }
    RecentWording.objects.bulk_create(
        # In one order, or two processes would wait for each other.
        [texts[pk] for pk in sorted(texts) if len(texts[pk].text) >= SHORTEST],
        update_conflicts=True,
        unique_fields=["comment"],
        update_fields=["text", "written_at"],
    )


def similar_to(revision: Revision) -> list[Similar]:
    """Up to five comments that readers see or that wait, the most alike first; none where that
    takes too long."""
    text = _folded(revision)
    if len(text) < SHORTEST:
        return []
    asked: dict[str, Any] = {
        "text": text,
        "comment": revision.comment_id,
        "since": timezone.now() - LOOKS_BACK,
        "compared": COMPARED,
        "shown": SHOWN,
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BOUNDS, [str(LONGEST_MS), str(AT_LEAST)])
            cursor.execute(_ALIKE, asked)
            alike = dict(cursor.fetchall())
            # Nothing was written; what was set for this question goes, whoever began.
            transaction.set_rollback(True)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return []
    found = Comment.objects.select_related("author", "discussion__article", "discussion__topic")
    comments = found.in_bulk(alike)
    return [Similar(comments[pk], round(100 * share)) for pk, share in alike.items()]


def forget_texts_of(author: User) -> None:
    RecentWording.objects.filter(comment__author=author).delete()


def forget_old() -> int:
    """How many went. In batches, so that nobody waits for its locks."""
    gone = 0
    old = RecentWording.objects.filter(written_at__lt=timezone.now() - LOOKS_BACK)
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += RecentWording.objects.filter(pk__in=ids).delete()[0]
    return gone


def _folded(revision: Revision) -> str:
    return indexing.fold(as_text(revision.html))[:LONGEST]
