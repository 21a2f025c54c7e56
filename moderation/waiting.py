"""How long do comments wait that a moderator reads before they appear?"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from django.utils import timezone

from forum.models import Comment
from forum.waiting import note_usual_wait
from moderation.models import Case
from moderation.queue import Reason

MEASURED_OVER = timedelta(days=7)
SHARE = 0.8
# Fewer say nothing: then the hours before and after are taken in as well, up to six of each.
ENOUGH = 10
WIDEST = 6
# The newest are enough where there are more: this runs every few minutes.
SAMPLES = 5000

Sample = tuple[datetime, timedelta]


def measure(now: datetime | None = None) -> None:
    """Write down what the last seven days say about this hour of the day; by the clock."""
    now = now or timezone.now()
    note_usual_wait(usual_at(timezone.localtime(now).hour, samples(now)), now=now)


def samples(now: datetime) -> list[Sample]:
    """When each was held, and how long until somebody had decided. Taken back ones do not count."""
    decided = (
        Case.objects.filter(
            closed_at__gt=now - MEASURED_OVER,
            closed_at__lte=now,
            reasons__contains=[Reason.HELD.value],
        )
        .exclude(comment__status=Comment.Status.WITHDRAWN)
        .order_by("-closed_at")
        .values_list("opened_at", "closed_at")
    )
    return [(opened, closed - opened) for opened, closed in decided[:SAMPLES] if closed]


def usual_at(hour: int, measured: Iterable[Sample]) -> timedelta | None:
    """Within which time four of five were decided that were held at this hour of the day."""
    by_hour: dict[int, list[timedelta]] = defaultdict(list)
    for held_at, waited in measured:
        by_hour[timezone.localtime(held_at).hour].append(waited)
    for width in range(WIDEST + 1):
        hours = {(hour + offset) % 24 for offset in range(-width, width + 1)}
        found = sorted(waited for one in hours for waited in by_hour[one])
        if len(found) >= ENOUGH:
            return found[ceil(SHARE * len(found)) - 1]
    return None
