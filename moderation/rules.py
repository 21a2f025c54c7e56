"""Who may flag, see the desk and decide? None is yes, otherwise the sentence he reads."""

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_moderator, is_senior, writing_refusal
from forum.models import Comment, Revision
from moderation.models import Case, Decision

Measure = Decision.Measure


def desk_refusal(user: User | AnonymousUser) -> str | None:
    if is_moderator(user):
        return None
    return _("This page is for the moderators.")


def editing_refusal(user: User | AnonymousUser) -> str | None:
    """The pages of the house are written by the role admin."""
    if user.is_authenticated and user.is_staff and user.has_perm("moderation.add_edition"):
        return None
    return _("This page is for the administrators.")


def flag_refusal(user: User | AnonymousUser, comment: Comment) -> str | None:
    if not user.is_authenticated:
        return _("You need an account to report a comment.")
    if comment.author_id == user.pk:
        return _("You cannot report your own comment, but you can withdraw it.")
    return writing_refusal(user)


# One who disagrees with the decision is not a reason to read it again, three who have not seen each
# other's reports may be.
ENOUGH_OTHERS = 3


def comes_back(reason: str, *, judged: Collection[str], since: int) -> bool:
    """Whether what a moderator has let stand is to be read again, for that reason of a flag.

    judged: reasons that he knew of. since: flags that came after him, this one included.
    """
    return reason not in judged or since >= ENOUGH_OTHERS


def opening_refusal(comment: Comment) -> str | None:
    if comment.status == Comment.Status.WITHDRAWN:
        return _("Its author has withdrawn this comment: nothing is left to decide.")
    return None


def decision_refusal(user: User | AnonymousUser, case: Case) -> str | None:
    """Why he may not decide at all. That another works on it is a conflict, see below."""
    if refusal := desk_refusal(user):
        return refusal
    if case.comment and case.comment.author_id == user.pk:
        return _("Somebody else decides on your own comments.")
    return None


def claim_conflict(user: User | AnonymousUser, case: Case) -> str | None:
    """Another's claim stands, except against senior moderators."""
    if case.claimant in {None, user} or is_senior(user):
        return None
    return _("%(name)s is working on this") % {"name": case.claimed_by}


def measures(comment: Comment, revision: Revision) -> list[Measure]:
    """What can be decided on that wording of the comment now, the mildest first.

    `comment.visible_revision_id` is the id of the wording that readers see.
    """
    if comment.status == Comment.Status.WITHDRAWN:
        return []
    if comment.is_waiting or comment.status == Comment.Status.REMOVED:
        return [Measure.PUBLISH, Measure.REMOVE]
    if comment.visible_revision_id == revision.pk:
        return [Measure.PUBLISH, Measure.HOLD, Measure.REMOVE]
    return [Measure.PUBLISH, Measure.KEEP_FORMER, Measure.REMOVE]
