"""Which jobs has everybody forgotten: Redis emptied, a worker killed, a bell not rung?"""

from datetime import timedelta

from django.utils import timezone

from moderation import respites
from moderation.models import Sweep
from moderation.screening import free

# A bell that was rung is heard within a second; what is older has lost its own.
OVERDUE_AFTER = timedelta(seconds=10)
# As many as two workers read in the time between two rounds.
BATCH = 500


def overdue_screenings() -> list[int]:
    """Ids, the oldest first; those with too many attempts too: they are to be set aside."""
    now = timezone.now()
    overdue = free(now).filter(queued_at__lte=now - OVERDUE_AFTER).order_by("queued_at", "pk")
    return list(overdue.values_list("pk", flat=True)[:BATCH])


def overdue_respites() -> list[int]:
    """Ids of removals that nobody has undone in time. Ringing beside the bell is harmless."""
    due = respites.due(timezone.now()).order_by("due_at", "pk")
    return list(due.values_list("pk", flat=True)[:BATCH])


def due_sweeps() -> list[int]:
    """Removals of many that nobody works on."""
    due = Sweep.objects.due(timezone.now()).order_by("ordered_at")
    return list(due.values_list("pk", flat=True)[:BATCH])
