"""How do new comments of one discussion become visible together?

What publishing.show and listing.settle do to one comment, done to many under one lock of their
discussion and in as many statements as for one: replies to a hot discussion queue for that lock.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from accounts.standing import count_published_of
from forum import signals
from forum.indexing import index_new
from forum.models import Clearance, Comment, Revision
from forum.ranking import rank


class Cleared(NamedTuple):
    """A new comment, its only wording, and the screening that has cleared it."""

    comment: Comment
    revision: Revision
    screening_id: int


# Locked in the order that listing.locked keeps: the discussion, then its comments.
_LOCK_DISCUSSION = "SELECT version FROM forum_discussion WHERE id = %s FOR NO KEY UPDATE"
# Below a tombstone more has to be settled than here.
_LOCK_NEW = """
    SELECT one.id FROM forum_comment one LEFT JOIN forum_comment parent ON parent.id = one.parent_id
    WHERE one.id = ANY(%s) AND one.status = 'pending'
      AND (one.parent_id IS NULL OR parent.status = 'published')
    ORDER BY one.id FOR NO KEY UPDATE OF one
"""
_SHOW = """
    WITH new AS (SELECT * FROM
        unnest(%(ids)s::bigint[], %(revisions)s::bigint[], %(screenings)s::bigint[])
        WITH ORDINALITY AS new (id, revision_id, screening_id, place)
    ), cleared AS (
        INSERT INTO forum_clearance (revision_id, screening_id, cleared_at)
        SELECT revision_id, screening_id, %(now)s FROM new
    ), counted AS (
        UPDATE forum_discussion
        SET version = version + %(count)s, comment_count = comment_count + %(count)s
        WHERE id = %(discussion)s
    )
    UPDATE forum_comment one SET status = 'published', visible_revision_id = new.revision_id,
        is_listed = true, visible_version = %(version)s + new.place, published_at = %(now)s
    FROM new WHERE one.id = new.id
"""
_TALLIES = """
    SELECT tally.comment_id, tally.reply_count, tally.recommendation_count,
           coalesce(one.published_at, one.submitted_at), one.picked_at IS NOT NULL
    FROM forum_tally tally JOIN forum_comment one ON one.id = tally.comment_id
    WHERE tally.comment_id = ANY(%s)
"""
_TALLY = """
    UPDATE forum_tally tally SET reply_count = new.reply_count, rank = new.rank,
        listed_in_id = coalesce(new.listed_in, tally.listed_in_id),
        listed_under_id = coalesce(new.listed_under, tally.listed_under_id)
    FROM unnest(%s::bigint[], %s::int[], %s::float8[], %s::bigint[], %s::bigint[])
        AS new (comment_id, reply_count, rank, listed_in, listed_under)
    WHERE tally.comment_id = new.comment_id
"""


def lock_new(discussion_id: int, comment_ids: list[int]) -> tuple[int, set[int]]:
    """The version of the discussion, and which of the comments still wait to be shown at all.

    Both are locked until the transaction ends. Two queries.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_DISCUSSION, [discussion_id])
        (version,) = cursor.fetchone()
        cursor.execute(_LOCK_NEW, [comment_ids])
        return version, {pk for (pk,) in cursor.fetchall()}


def unveil(discussion_id: int, new: list[Cleared], *, version: int) -> None:
    """Publish what lock_new has named, in the transaction that holds its locks.

    The caller has seen that no other wording of them waits. Five queries, and what it costs to
    tell of each.
    """
    if not new:
        return
    now = timezone.now()
    new = sorted(new, key=lambda each: each.comment.pk)
    _show(discussion_id, new, version=version, now=now)
    index_new([each.comment for each in new])
    _count_replies(discussion_id, [each.comment for each in new])
    count_published_of(Counter(each.comment.author_id for each in new))
    for each in new:
        signals.comment_published.send(
            sender=Comment, comment=each.comment, revision=each.revision, first_time=True
        )


def _show(discussion_id: int, new: list[Cleared], *, version: int, now: datetime) -> None:
    given: dict[str, Any] = {
        "ids": [each.comment.pk for each in new],
        "revisions": [each.revision.pk for each in new],
        "screenings": [each.screening_id for each in new],
        "discussion": discussion_id,
        "count": len(new),
        "version": version,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SHOW, given)
    for place, (comment, revision, screening_id) in enumerate(new, start=1):
        comment.visible_revision = Clearance(
            revision=revision, screening_id=screening_id, cleared_at=now
        )
        comment.status, comment.published_at = Comment.Status.PUBLISHED, now
        comment.is_listed, comment.visible_version = True, version + place


def _count_replies(discussion_id: int, new: Iterable[Comment]) -> None:
    """Their places, and their number at their roots and at what they answer."""
    own = {comment.pk: comment for comment in new}
    replies = Counter(
        above
        for comment in own.values()
        for above in {comment.root_id, comment.parent_id} - {comment.pk, None}
    )
    with connection.cursor() as cursor:
        cursor.execute(_TALLIES, [[*own, *replies]])
        rows = []
        for pk, reply_count, recommendation_count, published_at, is_picked in cursor.fetchall():
            count = reply_count + replies[pk]
            ranked = rank(recommendation_count, count, published_at, is_picked=is_picked)
            comment = own.get(pk)
            listed_in = discussion_id if comment and comment.parent_id is None else None
            listed_under = comment.root_id if comment and comment.parent_id else None
            rows.append((pk, count, ranked, listed_in, listed_under))
        cursor.execute(_TALLY, [list(column) for column in zip(*rows, strict=True)])
