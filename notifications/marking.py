"""What has the reader seen?"""

from django.utils import timezone

from accounts.models import User
from notifications.models import Notification


def mark_read(notification: Notification) -> bool:
    """Whether it was unread until now."""
    unread = Notification.objects.unread().filter(pk=notification.pk)
    return unread.update(read_at=timezone.now()) == 1


def mark_all_read(reader: User) -> int:
    """How many were unread."""
    return Notification.objects.unread().filter(recipient=reader).update(read_at=timezone.now())
