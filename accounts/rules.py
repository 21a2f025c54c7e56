"""What may a reader do, and if not, why not?"""

from django.contrib.auth.models import AnonymousUser
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User


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
