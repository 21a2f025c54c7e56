"""Why may this person not write?"""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User


def writing_refusal(user: User | AnonymousUser) -> str | None:
    if not isinstance(user, User):
        return _("You need an account to write. Your public name need not be your legal one.")
    if user.is_suspended:
        return _("You can read but not write.")
    return None
