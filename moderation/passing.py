"""How do many texts of one discussion pass together that nothing speaks against?

Either all of them or none: whoever calls treats those one by one that are left.
"""

import logging
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from forum.unveiling import Cleared, lock_new, unveil
from moderation.checks import Finding
from moderation.models import Screening

logger = logging.getLogger(__name__)

# Still waiting, and no newer wording of the comment, whose lock is held.
_LOCK = """
    SELECT one.id FROM moderation_screening one
    JOIN forum_revision read ON read.id = one.revision_id
    WHERE one.id = ANY(%s) AND one.decided_at IS NULL AND one.set_aside_at IS NULL
      AND NOT EXISTS (SELECT FROM forum_revision newer
          WHERE newer.comment_id = read.comment_id AND newer.number > read.number)
    ORDER BY one.id FOR NO KEY UPDATE OF one
"""
_CLOSE = """
    WITH verdict AS (
        INSERT INTO moderation_verdict (screening_id, check_name, outcome, found, ground)
        SELECT screening.id, check_name, 'pass', '[]', ''
        FROM unnest(%(ids)s::bigint[]) AS screening (id), unnest(%(checks)s::text[]) AS check_name
    )
    UPDATE moderation_screening SET decided_at = %(now)s, outcome = 'pass' WHERE id = ANY(%(ids)s)
"""


@transaction.atomic
def pass_together(discussion_id: int, read: list[tuple[Screening, dict[str, Finding]]]) -> set[int]:
    """Show the new comments among them; the ids of the screenings that have taken effect.

    Left out are edits, what hangs below a tombstone, and whatever has changed meanwhile. Every
    finding is a plain PASS, and each screening comes with its revision, comment and author.
    """
    version, new = lock_new(discussion_id, [one.revision.comment_id for one, _findings in read])
    waiting = _lock([one.pk for one, _findings in read if one.revision.comment_id in new])
    passed = [(one, findings) for one, findings in read if one.pk in waiting]
    if not passed:
        return set()
    _close(waiting, checks=[*passed[0][1]])
    unveil(
        discussion_id,
        [Cleared(one.revision.comment, one.revision, one.pk) for one, _findings in passed],
        version=version,
    )
    for pk in waiting:
        logger.info("screened", extra={"screening": pk, "outcome": Screening.Outcome.PASS})
    return waiting


def _lock(screening_ids: list[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [screening_ids])
        return {pk for (pk,) in cursor.fetchall()}


def _close(screening_ids: set[int], *, checks: list[str]) -> None:
    given: dict[str, Any] = {"ids": sorted(screening_ids), "checks": checks, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, given)
