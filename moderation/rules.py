"""Who may flag, see the desk and decide? None is yes, otherwise the sentence he reads."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_moderator, is_senior, writing_refusal
from forum.models import Comment, Revision
from moderation.models import Appeal, Case, Caution, Decision, Respite

Measure = Decision.Measure
# A little more than seven days, for the form that was opened a while ago.
LONGEST_OF_MODERATORS = timedelta(days=7, hours=1)
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


def flag_refusal(
    user: User | AnonymousUser, comment: Comment, *, pause: Caution | None
) -> str | None:
    """pause: the one that runs for him, if any."""
    if not user.is_authenticated:
        return _("You need an account to report a comment.")
    if comment.author_id == user.pk:
        return _("You cannot report your own comment, but you can withdraw it.")
    return writing_refusal(user) or pause_refusal(pause)


def notice_refusal(
    user: User | AnonymousUser, comment: Comment, *, pause: Caution | None
) -> str | None:
    """Anybody may give notice of illegal content (DSA art. 16): strangers and the suspended too."""
    if user.is_authenticated and comment.author_id == user.pk:
        return _("You cannot report your own comment, but you can withdraw it.")
    return pause_refusal(pause)


def pause_refusal(pause: Caution | None) -> str | None:
    """Reports that were frequently unfounded, after a warning (DSA art. 23)."""
    if pause is None or pause.until is None:
        return None
    return _(
        "You cannot report anything until %(time)s: after our warning %(unfounded)s of your "
        "%(judged)s reports were unfounded. Do you see it differently? Write to %(address)s."
    ) % {
        "time": date_format(localtime(pause.until), "DATETIME_FORMAT"),
        "unfounded": pause.unfounded,
        "judged": pause.judged,
        "address": settings.CONTACT_EMAIL,
    }


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


def measure_refusal(user: User | AnonymousUser, comment: Comment) -> str | None:
    """Why he may not do anything about it, beside a case as well."""
    if refusal := desk_refusal(user):
        return refusal
    if comment.author_id == user.pk:
        return _("Somebody else decides on your own comments.")
    return None


def decision_refusal(user: User | AnonymousUser, case: Case) -> str | None:
    """Why he may not decide at all. That another works on it is a conflict, see below."""
    refusal = measure_refusal(user, case.comment) if case.comment else desk_refusal(user)
    if refusal:
        return refusal
    if case.handed_to and not is_senior(user):
        return _("This case was handed over: the senior moderators decide on it.")
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


def undo_refusal(user: User | AnonymousUser, respite: Respite) -> str | None:
    """`respite` comes with its case and the comment of that."""
    if refusal := decision_refusal(user, respite.case):
        return refusal
    if respite.decided_by_id != user.pk and not is_senior(user):
        return _("Only who decided this can undo it, or a senior moderator.")
    return None


def senior_refusal(user: User | AnonymousUser) -> str | None:
    if is_senior(user):
        return None
    return _("This page is for the senior moderators.")


def many_refusal(user: User | AnonymousUser, *, count: int, most: int) -> str | None:
    """One moderator alone removes no whole discussion."""
    if count <= most or is_senior(user):
        return None
    return _(
        "More than %(most)s comments at once are removed by a senior moderator. Please hand the "
        "case over, or remove smaller branches."
    ) % {"most": most}


def figures_refusal(user: User | AnonymousUser, *, of: int | None) -> str | None:
    """of: id of whose figures; None: the house's."""
    if refusal := desk_refusal(user):
        return refusal
    if of == user.pk or is_senior(user):
        return None
    return _("You see your own figures; those of others are for the senior moderators.")


def reader_refusal(user: User | AnonymousUser, reader: User) -> str | None:
    """Why he may not decide about this reader."""
    if refusal := desk_refusal(user):
        return refusal
    if reader.pk == user.pk:
        return _("Somebody else decides about you.")
    if reader.is_staff:
        return _("This is somebody of the house: an administrator sees to it.")
    return None


def length_refusal(user: User | AnonymousUser, measure: str, until: datetime | None) -> str | None:
    """Moderators keep somebody from writing for a week at most."""
    if measure != Measure.SUSPEND or is_senior(user):
        return None
    if until and until <= timezone.now() + LONGEST_OF_MODERATORS:
        return None
    return _("Moderators suspend for seven days at most; a senior moderator decides on more.")


def unbanning_refusal(
    user: User | AnonymousUser, reader: User, *, by: Decision | None
) -> str | None:
    """Why he may neither lift nor replace what keeps this reader from writing.

    by: the decision that he was suspended by last, with whoever has made it.
    """
    if not reader.is_suspended or is_senior(user):
        return None
    is_short = by and by.until and by.until <= by.decided_at + LONGEST_OF_MODERATORS
    if by and by.decided_by and is_short and not is_senior(by.decided_by):
        return None
    return _(
        "Only a senior moderator lifts or changes this suspension: it lasts longer than seven "
        "days, or a senior moderator has decided it. Please ask one of them."
    )


def claim_conflict(user: User | AnonymousUser, case: Case) -> str | None:
    """Another's claim stands, except against senior moderators."""
    if case.claimant in {None, user} or is_senior(user):
        return None
    return _("%(name)s is working on this") % {"name": case.claimed_by}


def is_warnable(comment: Comment) -> bool:
    """Whom the house has employed, it does not warn by letter."""
    return comment.written_as == Comment.WrittenAs.READER


def measures(comment: Comment, revision: Revision) -> list[Measure]:
    """What can be decided on that wording of the comment now, the mildest first.

    `comment.visible_revision_id` is the id of the wording that readers see.
    """
    if comment.status == Comment.Status.WITHDRAWN or not revision.body:
        return []  # taken back, or erased long after it was taken down
    if comment.is_waiting or comment.status == Comment.Status.REMOVED:
        return [Measure.PUBLISH, Measure.REMOVE]
    if comment.visible_revision_id == revision.pk:
        warning = [Measure.WARN] if is_warnable(comment) else []
        return [Measure.PUBLISH, Measure.HIDE_PASSAGE, *warning, Measure.HOLD, Measure.REMOVE]
    return [Measure.PUBLISH, Measure.KEEP_FORMER, Measure.REMOVE]
