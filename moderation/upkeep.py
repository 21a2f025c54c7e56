"""What has everybody forgotten: a bell not heard, a claim, an appeal past its day, a long hold?"""

import logging
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from moderation import respites, signals
from moderation.models import Appeal, Case, Sweep
from moderation.screening import free, tried

logger = logging.getLogger(__name__)

# A bell that was rung is heard within a second; what is older has lost its own.
OVERDUE_AFTER = timedelta(seconds=10)
# As many as two workers do in the time between two rounds.
BATCH = 500


class Overdue(NamedTuple):
    """has_new: some that nobody has tried; has_tried: some that failed, or are to be set aside."""

    has_new: bool
    has_tried: bool


def overdue_screenings() -> Overdue:
    now = timezone.now()
    overdue = free(now).filter(queued_at__lte=now - OVERDUE_AFTER)
    # As screening.claim_new takes them.
    new = overdue.filter(attempts=0, leased_until__isnull=True)
    return Overdue(has_new=new.exists(), has_tried=tried(now).exists())


def overdue_respites() -> list[int]:
    """Ids of removals that nobody has undone in time. Ringing beside the bell is harmless."""
    due = respites.due(timezone.now()).order_by("due_at", "pk")
    return list(due.values_list("pk", flat=True)[:BATCH])


def due_sweeps() -> list[int]:
    """Removals of many that nobody works on."""
    due = Sweep.objects.due(timezone.now()).order_by("ordered_at")
    return list(due.values_list("pk", flat=True)[:BATCH])


def alert_overdue_appeals() -> int:
    """Tell seniors of each appeal that nobody has answered in time, once; how many."""
    overdue = Appeal.objects.overdue(timezone.now()).filter(alerted_at__isnull=True)
    ids = list(overdue.order_by("due_at").values_list("pk", flat=True)[:BATCH])
    return sum(_alert(pk) for pk in ids)


@transaction.atomic
def _alert(appeal_id: int) -> bool:
    """Claimed by counting: of two rounds at once, one tells."""
    mine = Appeal.objects.waiting().filter(pk=appeal_id, alerted_at__isnull=True)
    if not mine.update(alerted_at=timezone.now()):
        return False
    appeal = Appeal.objects.in_view().get(pk=appeal_id)
    logger.warning("appeal overdue", extra={"appeal": appeal_id, "due_at": appeal.due_at})
    signals.appeal_overdue.send(sender=Appeal, appeal=appeal)
    return True


def release_lapsed_claims() -> int:
    """How many. A lapsed claim counts no more; this takes the name off, too."""
    ids = list(Case.objects.lapsed().order_by("pk").values_list("pk", flat=True)[:BATCH])
    # Again in the update: somebody may have claimed it anew.
    count = Case.objects.lapsed().filter(pk__in=ids).update(claimed_by=None, claimed_at=None)
    if count:
        logger.info("lapsed claims released", extra={"count": count})
    return count


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
