"""Who is told that the house rules or another page change significantly, and how many were?"""

import logging
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from accounts.sessions import READER
from moderation.models import Edition
from notifications.models import Announcement, Kind, Notification

logger = logging.getLogger(__name__)

# Kept is when somebody signed in: he may have been here until that session ended.
ACTIVE_WITHIN = timedelta(days=365) + READER.longest
AT_ONCE = 5_000


def announce(edition: Edition) -> Announcement | None:
    """The job, in the transaction that writes the edition; None where the change is a small one."""
    if not edition.is_significant:
        return None
    announcement, _is_new = Announcement.objects.get_or_create(edition=edition)
    return announcement


def tell_readers(announcement: Announcement) -> int:
    """A line in the inbox of everybody active in the last year, five thousand at once.

    Killed in the middle it begins again, and tells nobody twice. Two queries for each batch.
    """
    if announcement.told_at:
        return 0
    active = User.objects.active_since(timezone.now() - ACTIVE_WITHIN).order_by("pk")
    last, count = 0, 0
    while ids := list(active.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        Notification.objects.bulk_create(
            (line(announcement.edition, recipient_id=pk) for pk in ids), ignore_conflicts=True
        )
        last, count = ids[-1], count + len(ids)
    Announcement.objects.filter(pk=announcement.pk).update(told_at=timezone.now(), told_count=count)
    logger.info("readers told", extra={"edition": announcement.edition_id, "count": count})
    return count


def line(edition: Edition, *, recipient_id: int) -> Notification:
    return Notification(
        recipient_id=recipient_id,
        kind=Kind.EDITION,
        fact=f"edition:{edition.pk}",
        edition=edition,
    )


def waiting() -> list[int]:
    """Ids of what nobody has told yet: a bell was lost, or a worker."""
    return list(Announcement.objects.filter(told_at__isnull=True).values_list("pk", flat=True))
