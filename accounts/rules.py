"""What may a reader do, and if not, why not?"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User

BETWEEN_NAMES = timedelta(days=30)


def is_moderator(user: User | AnonymousUser) -> bool:
    """By role alone: whoever runs the site as superuser does not judge on it."""
    return _has_role(user, "moderation.decide_case")


def is_senior(user: User | AnonymousUser) -> bool:
    return _has_role(user, "moderation.decide_appeal")


def is_newsroom(user: User | AnonymousUser) -> bool:
    """Staff author and up."""
    return user.is_staff and user.has_perm("forum.pick_comment")


def _has_role(user: User | AnonymousUser, permission: str) -> bool:
    # The column first: it spares all readers the question for their groups.
    if not user.is_staff or user.is_superuser:
        return False
    return user.has_perm(permission)


def writing_refusal(user: User | AnonymousUser) -> str | None:
    """Why he cannot write anything at all; None means he can.

    Whoever is suspended also reads where to object (DSA art. 20): a person answers there.
    """
    if not isinstance(user, User):
        return _("You need an account to write. Your public name need not be your legal one.")
    if not user.is_suspended:
        return None
    told = {"ground": user.suspension_ground, "address": settings.CONTACT_EMAIL}
    if user.suspended_until is None:
        return (
            _(
                "You can read but not write. Reason: %(ground)s. "
                "Do you see it differently? Write to %(address)s."
            )
            % told
        )
    time = date_format(localtime(user.suspended_until), "DATETIME_FORMAT")
    return _(
        "You can read but not write until %(time)s. Reason: %(ground)s. "
        "Do you see it differently? Write to %(address)s."
    ) % (told | {"time": time})


def posting_refusal(user: User | AnonymousUser) -> str | None:
    """Why he cannot write or change a comment. Who is warned may still report and recommend."""
    if refusal := writing_refusal(user):
        return refusal
    if user.is_authenticated and user.warned_at:
        return _("We have warned you. Please read the warning; then you can write again.")
    return None


def closing_refusal(user: User) -> str | None:
    """Roles end by somebody's decision, not by the way."""
    if not user.is_staff:
        return None
    return _(
        "You hold a role of the house. You can close your account once an administrator has "
        "taken it away."
    )


def renaming_refusal(user: User) -> str | None:
    """Why he cannot choose another public name now; None means he can."""
    if user.is_staff:
        return _("Your name stands beside the badge of the house: an administrator changes it.")
    if user.is_suspended:
        return _("You keep your name while you cannot write.")
    if user.renamed_at is None or user.renamed_at + BETWEEN_NAMES <= timezone.now():
        return None
    return _("You changed your name on %(changed)s. You can change it again from %(time)s.") % {
        "changed": date_format(localtime(user.renamed_at), "DATE_FORMAT"),
        "time": date_format(localtime(user.renamed_at + BETWEEN_NAMES), "DATETIME_FORMAT"),
    }
