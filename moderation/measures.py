"""What does each measure change, beyond the comment it is about?

One function for each; deciding calls them once the decision is written, in its transaction.
"""

from collections.abc import Callable

from accounts.models import User
from moderation.models import Decision

Measure = Decision.Measure


def take_effect(decision: Decision) -> None:
    """Nothing for measures that are about the comment alone."""
    if effect := EFFECTS.get(Measure(decision.measure)):
        effect(decision)


def warn(decision: Decision) -> None:
    """He writes nothing more before he has acknowledged it (accounts.rules.posting_refusal)."""
    User.objects.filter(pk=decision.reader_id).update(warned_at=decision.decided_at)


EFFECTS: dict[Measure, Callable[[Decision], None]] = {
    Measure.WARN: warn,
}
