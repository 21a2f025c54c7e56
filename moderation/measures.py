"""What does each measure change, beyond the comment it is about?

One function for each; deciding calls them once the decision is written, in its transaction.
"""

from collections.abc import Callable

from accounts import standing
from accounts.models import User
from moderation import rulebook
from moderation.models import Decision

Measure = Decision.Measure


def take_effect(decision: Decision) -> None:
    """Nothing for measures that are about the comment alone."""
    if effect := EFFECTS.get(Measure(decision.measure)):
        effect(decision)


def warn(decision: Decision) -> None:
    """He writes nothing more before he has acknowledged it (accounts.rules.posting_refusal)."""
    User.objects.filter(pk=decision.reader_id).update(warned_at=decision.decided_at)


def read_first(decision: Decision) -> None:
    standing.read_first(whom(decision), until=decision.until)


def suspend(decision: Decision) -> None:
    broken = rulebook.clause_of(decision)
    ground = broken.noun if broken else ""
    standing.suspend(whom(decision), until=decision.until, ground=ground)


def reinstate(decision: Decision) -> None:
    """Whatever of it holds."""
    reader = whom(decision)
    if reader.suspended_at:
        standing.reinstate(reader)
    standing.read_with_others(reader)


def whom(decision: Decision) -> User:
    """As he is stored now: the decision may have been made on an older row."""
    return User.objects.get(pk=decision.reader_id)


EFFECTS: dict[Measure, Callable[[Decision], None]] = {
    Measure.WARN: warn,
    Measure.READ_FIRST: read_first,
    Measure.SUSPEND: suspend,
    Measure.REINSTATE: reinstate,
}
