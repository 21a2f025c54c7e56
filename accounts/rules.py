"""What may a reader do, and if not, why not?"""

from django.contrib.auth.models import AnonymousUser
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User


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
    """Why he cannot write anything at all; None means he can."""
    if not isinstance(user, User):
        return _("You need an account to write. Your public name need not be your legal one.")
    if not user.is_suspended:
        return None
    if user.suspended_until is None:
        return _("You can read but not write. Reason: %(ground)s.") % {
            "ground": user.suspension_ground
        }
    return _("You can read but not write until %(time)s. Reason: %(ground)s.") % {
        "time": date_format(localtime(user.suspended_until), "DATETIME_FORMAT"),
        "ground": user.suspension_ground,
    }
