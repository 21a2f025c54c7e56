"""How is a decision taken back that took effect long ago?"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from forum import listing, publishing
from forum.models import Comment, Revision
from moderation import deciding, rules, signals
from moderation.models import Decision

Measure = Decision.Measure
REVERSIBLE = (Measure.HOLD, Measure.KEEP_FORMER, Measure.REMOVE)


@transaction.atomic
def reverse(
    decision: Decision,
    *,
    moderator: User,
    explanation: str = "",
    origin: str = Decision.Origin.OWN,
) -> Decision:
    """A row that names the one it takes back; the comment is in its place again, with the replies
    and recommendations it had, and its author is told.

    Raises PermissionDenied (no moderator, his own comment) and ValidationError (conflict): reversed
    already, withdrawn, erased, or a measure that has an opposite of its own.
    """
    if refusal := rules.reversal_refusal(moderator, decision):
        raise PermissionDenied(refusal)
    if decision.comment is None or decision.measure not in REVERSIBLE:
        raise deciding.conflict(_("This decision cannot be reversed."))
    comment, _discussion = listing.locked(decision.comment)
    if Decision.objects.filter(reverses=decision).exists():
        raise deciding.conflict(_("This decision has been reversed already."))
    if comment.status == Comment.Status.WITHDRAWN:
        raise deciding.conflict(_("The author has withdrawn this comment meanwhile."))
    revision = wording_to_show(decision, comment)
    if not revision.body:
        raise deciding.conflict(_("The text of this comment has been erased."))
    reversal = deciding.record(
        comment,
        case=decision.case,
        reverses=decision,
        decided_by=moderator,
        measure=Measure.PUBLISH,
        revision=revision,
        origin=origin,
        explanation=explanation,
    )
    deciding.take_effect(reversal, comment=comment, revision=revision)
    signals.decision_made.send(sender=Decision, decision=reversal)
    return reversal


def wording_to_show(decision: Decision, comment: Comment) -> Revision:
    """The newest that nobody has declined; a declined edit unless a newer one came after it."""
    if decision.measure == Measure.KEEP_FORMER and decision.revision:
        publishing.accept_edit(decision.revision)
    return deciding.latest_revision(comment)
