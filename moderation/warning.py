"""How is a reader warned besides a removal, and how does he say that he has read a warning?"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from moderation import deciding, signals
from moderation.models import Acknowledgement, Decision, DecisionQuerySet


def warn_besides(removal: Decision, *, explanation: str) -> Decision:
    """For the same ground, in the transaction of the removal, whose record has locked the author
    before the log: nothing is locked here."""
    comment, revision = removal.comment, removal.revision
    if comment is None or revision is None:
        raise ValueError(f"{removal} is about no comment")
    warning = deciding.record(
        comment,
        case=removal.case,
        decided_by=removal.decided_by,
        measure=Decision.Measure.WARN,
        revision=revision,
        ground=removal.ground,
        rules_version=removal.rules_version,
        origin=removal.origin,
        explanation=explanation,
    )
    deciding.take_effect(warning, comment=comment, revision=revision)
    signals.decision_made.send(sender=Decision, decision=warning)
    return warning


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
