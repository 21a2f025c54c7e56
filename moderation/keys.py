"""Does a moderator decide by single keys? (WCAG 2.1.4)"""

from django.core.exceptions import PermissionDenied

from accounts.models import User
from moderation import rules


def switch(moderator: User, *, on: bool) -> None:
    """Kept in his account: it holds at every machine. Raises PermissionDenied."""
    if refusal := rules.desk_refusal(moderator):
        raise PermissionDenied(refusal)
    User.objects.filter(pk=moderator.pk).update(has_desk_keys=on)
