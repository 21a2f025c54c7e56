"""Is more written than can be read? Then accounts that nobody knows yet wait, and nobody else.

Asked by the forum through FORUM_BRAKE. What may be a flood comes from new accounts: a bound for
each of them does not help against many. All others have only their own (accounts/limits.py).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from forum.models import Comment
from moderation import unread

# Of the oldest text that no worker has read, nor a moderator brought to the desk.
QUEUE_AGE = timedelta(minutes=30)
# Thirty comments a second, by all readers together.
FLOOD, SPAN = 300, timedelta(seconds=10)


def refusal(author: User) -> str | None:
    """Why he is to come back in a minute. Two queries, by index, for new accounts alone."""
    if author.is_staff or author.standing != User.Standing.NEW or not settings.RATE_LIMITS:
        return None
    now = timezone.now()
    waiting_since = unread.waiting_since()
    is_late = waiting_since is not None and waiting_since < now - QUEUE_AGE
    if is_late or _is_flooded(since=now - SPAN):
        return _(
            "There is a lot going on here right now. Please try again in a minute; "
            "your text stays here."
        )
    return None


def _is_flooded(*, since: datetime) -> bool:
    """Asked of so many comments back, however many there are."""
    newest = Comment.objects.order_by("-pk").values_list("submitted_at", flat=True)
    return any(submitted_at > since for submitted_at in newest[FLOOD : FLOOD + 1])
