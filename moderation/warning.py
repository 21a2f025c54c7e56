"""How does a reader say that he has read a warning?"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from moderation.models import Acknowledgement, Decision, DecisionQuerySet


def unread_warnings(reader: User) -> DecisionQuerySet:
    """Those he has not acknowledged and nobody has taken back, the newest first."""
    warnings = Decision.objects.warnings_of(reader)
    standing = warnings.filter(acknowledgement__isnull=True, reversed_by__isnull=True)
    return standing.in_view().order_by("-pk")


@transaction.atomic
def acknowledge(reader: User, *, until: datetime) -> int:
    """He has read what was decided until then: one row each, and he can write again; how many.

    What was decided after he opened the page is not acknowledged by it.
    """
    reader = User.objects.select_for_update(no_key=True).get(pk=reader.pk)
    read = list(unread_warnings(reader).filter(decided_at__lte=until))
    Acknowledgement.objects.bulk_create(Acknowledgement(decision=one) for one in read)
    if reader.warned_at and reader.warned_at <= until:
        reader.warned_at = None
        reader.save(update_fields=["warned_at"])
    return len(read)


def forget_reversed(reader: User) -> None:
    """What was taken back, nobody has to acknowledge; another warning he still has to."""
    left = unread_warnings(reader).first()
    reader.warned_at = left.decided_at if left else None
    reader.save(update_fields=["warned_at"])
