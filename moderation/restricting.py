"""How is a measure about a reader decided, beside whatever becomes of his comment?"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.throttling import throttle
from forum.models import Comment
from moderation import measures, rules, signals
from moderation.deciding import latest_revision, origin_of, record, refuse_without_reasons
from moderation.models import Decision

Measure = Decision.Measure


@transaction.atomic
def decide_about_author(
    comment: Comment,
    *,
    moderator: User,
    measure: str,
    ground: str = "",
    explanation: str = "",
    facts: str = "",
    note: str = "",
    until: datetime | None = None,
) -> Decision:
    """The comment is the occasion: the author reads in his letter what it is about.

    Raises PermissionDenied (no moderator, himself, somebody of the house, longer than he may, or
    not his to lift), ValidationError (ground, explanation; too_fast).
    """
    refusal = rules.reader_refusal(moderator, comment.author) or rules.length_refusal(
        moderator, measure, until
    )
    if refusal:
        raise PermissionDenied(refusal)
    refuse_without_reasons(measure, ground=ground, explanation=explanation)
    throttle("decide", reader=moderator)
    if measure in (Measure.SUSPEND, Measure.REINSTATE):
        refuse_unbanning(comment, moderator)
    case = comment.cases.order_by("-pk").first()
    decision = record(
        comment,
        case=case,
        revision=latest_revision(comment),
        decided_by=moderator,
        measure=measure,
        until=until,
        ground=ground if measure in Decision.RESTRICTING else "",
        origin=origin_of(case) if case else Decision.Origin.OWN,
        explanation=explanation,
        facts=facts,
        note=note,
    )
    measures.take_effect(decision)
    signals.decision_made.send(sender=Decision, decision=decision)
    return decision


def refuse_unbanning(comment: Comment, moderator: User) -> None:
    """A shorter suspension in place of a longer one lifts that, too."""
    reader = User.objects.select_for_update(no_key=True).get(pk=comment.author_id)
    suspensions = Decision.objects.filter(reader=reader, measure=Measure.SUSPEND)
    last = suspensions.select_related("decided_by").order_by("-pk").first()
    if refusal := rules.unbanning_refusal(moderator, reader, by=last):
        raise PermissionDenied(refusal)
