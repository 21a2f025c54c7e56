"""How does an author send a removed comment again, in another wording?"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from forum import posting
from forum.models import Comment, Revision
from moderation import laws, rulebook
from moderation.models import Decision

MOST = 2


def revising_refusal(decision: Decision) -> str | None:
    """Why he cannot send it again. Two queries, none if its comment is not removed."""
    comment = decision.comment
    is_removal = decision.measure == Decision.Measure.REMOVE
    if comment is None or not is_removal or comment.status != Comment.Status.REMOVED:
        return _("There is nothing here to be sent again.")
    # A text that breaks the law is not mended by its author, whatever the house rules call it.
    is_law = rulebook.clause_of(decision) is None or decision.ground == laws.CLAUSE
    removals = Decision.objects.filter(comment=comment, measure=Decision.Measure.REMOVE)
    is_last = not removals.filter(pk__gt=decision.pk).exists()
    removed_wordings = removals.values("revision").distinct().count()
    if is_law or not is_last:
        return _("This comment cannot be sent again.")
    if removed_wordings > MOST:
        return _("You have sent this comment again twice already. It stays removed.")
    return None


@transaction.atomic
def revise(decision: Decision, *, author: User, body: str, address: str = "") -> Revision:
    """Pending, and screened like a new one; what a person removed, a person reads again.

    Raises what posting.resubmit raises, ValidationError "conflict" also where it cannot be mended
    or has been removed too often.
    """
    # As its comment is now.
    decision = Decision.objects.in_view().get(pk=decision.pk)
    comment, refusal = decision.comment, revising_refusal(decision)
    if refusal or comment is None:
        raise ValidationError(refusal or "", code="conflict")
    return posting.resubmit(comment, author=author, body=body, address=address)
