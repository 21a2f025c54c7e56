"""What has everybody forgotten: a screening whose bell was not heard, a text held for too long?"""

import logging
from datetime import timedelta

from django.utils import timezone

from moderation.models import Case
from moderation.screening import free

logger = logging.getLogger(__name__)

# A bell that was rung is heard within a second; what is older has lost its own.
OVERDUE_AFTER = timedelta(seconds=10)
# As many as two workers read in the time between two rounds.
BATCH = 500


def overdue_screenings() -> list[int]:
    """Ids, the oldest first; those with too many attempts too: they are to be set aside."""
    now = timezone.now()
    overdue = free(now).filter(queued_at__lte=now - OVERDUE_AFTER).order_by("queued_at", "pk")
    return list(overdue.values_list("pk", flat=True)[:BATCH])


# Its author waits for a person; after a day a senior is to look after it.
HELD_FOR_TOO_LONG = timedelta(hours=24)


def tell_seniors_of_long_holds() -> int:
    """How many were new. Each once: seniors find them in a view of their own, operators in the log
    and in forum_holds_overdue."""
    now = timezone.now()
    late = (
        Case.objects.open()
        .of_kind("held")
        .filter(opened_at__lte=now - HELD_FOR_TOO_LONG, seniors_told_at__isnull=True)
    )
    ids = list(late.order_by("pk").values_list("pk", flat=True)[:BATCH])
    # Again in the update: of two rounds at once one counts each case.
    told = Case.objects.open().filter(pk__in=ids, seniors_told_at__isnull=True)
    count = told.update(seniors_told_at=now)
    if count:
        logger.warning("held for too long", extra={"cases": ids[:50], "count": count})
    return count
