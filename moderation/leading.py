"""How do moderators open, close, read first or slow down a discussion?"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttling import throttle
from forum import opening
from forum.models import Discussion
from forum.waiting import short_duration
from moderation import rules, signals
from moderation.deciding import conflict, record
from moderation.models import Decision

Measure = Decision.Measure
State = Discussion.State
MEASURES = (Measure.OPEN, Measure.SLOW_DOWN, Measure.READ_DISCUSSION_FIRST, Measure.CLOSE)
REASON_AT_LEAST = 20
# Of which a moderator chooses, in seconds.
PAUSES = (30, 60, 120, 300, 600, 1_800)


@transaction.atomic
def decide_about_discussion(
    discussion: Discussion,
    *,
    moderator: User,
    measure: str,
    explanation: str,
    slow_seconds: int | None = None,
) -> Decision:
    """The reason is read by everybody, where the discussion stands. Opening lifts all the rest.

    Raises PermissionDenied, ValidationError (the reason or the pause is missing; conflict: it is
    so already; too_fast). The discussion comes with its article.
    """
    if refusal := rules.desk_refusal(moderator):
        raise PermissionDenied(refusal)
    explanation = " ".join(explanation.split())
    if len(explanation) < REASON_AT_LEAST:
        raise ValidationError(
            {"explanation": _("Please give readers reasons, in at least 20 characters.")}
        )
    if measure == Measure.SLOW_DOWN and slow_seconds not in PAUSES:
        raise ValidationError({"slow_seconds": _("Please choose how long.")})
    throttle("decide", reader=moderator)
    held = Discussion.objects.select_for_update(no_key=True).get(pk=discussion.pk)
    state, pause = after(held, measure=Measure(measure), slow_seconds=slow_seconds)
    if (held.state, held.slow_seconds) == (state, pause):
        raise conflict(_("The discussion is like that already."))
    is_open = state == State.OPEN and pause is None
    opening.restrict(
        discussion,
        by=moderator,
        state=state,
        slow_seconds=pause,
        reason="" if is_open else explanation,
    )
    decision = record(
        None,
        discussion=discussion,
        decided_by=moderator,
        measure=measure,
        origin=Decision.Origin.OWN,
        explanation=explanation,
        facts=short_duration(pause) if pause else "",
    )
    signals.decision_made.send(sender=Decision, decision=decision)
    return decision


def after(
    discussion: Discussion, *, measure: Measure, slow_seconds: int | None
) -> tuple[str, int | None]:
    """State and pause once the measure holds; closing and reading first leave the pause."""
    if measure == Measure.OPEN:
        return State.OPEN, None
    if measure == Measure.SLOW_DOWN:
        return discussion.state, slow_seconds
    state = State.CLOSED if measure == Measure.CLOSE else State.PREMODERATED
    return state, discussion.slow_seconds
