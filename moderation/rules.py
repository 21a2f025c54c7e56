"""Who may flag, see the desk and decide? None is yes, otherwise the sentence he reads."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_moderator, is_senior, writing_refusal
from forum.models import Comment, Revision
from moderation.models import Appeal, Case, Decision

Measure = Decision.Measure
# The reasons of a case that only an appeal has opened.
APPEALED = ["appeal"]


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
    if case.reasons == APPEALED and case.closed_at is None:
        return _("This is an appeal: a senior moderator who has not decided before answers it.")
    return None


def appealing_refusal(decision: Decision) -> str | None:
    """Why nobody can appeal against it: nothing was taken, or the time for it is over."""
    if decision.measure not in Decision.RESTRICTING:
        return _("This decision took nothing from you: there is nothing to appeal against.")
    if decision.decided_at + settings.MODERATION_APPEAL_WINDOW < timezone.now():
        return _("The time for an appeal against this decision is over.")
    return None


def appeal_refusal(user: User | AnonymousUser, appeal: Appeal) -> str | None:
    """Why he may not answer it. The appeal comes with its decision and the comment."""
    if refusal := desk_refusal(user):
        return refusal
    if not is_senior(user):
        return _("Appeals are answered by senior moderators.")
    if appeal.author_id == user.pk:
        return _("Somebody else answers your own appeals.")
    if appeal.decision.decided_by_id == user.pk:
        return _("Somebody else answers appeals against your own decisions.")
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
