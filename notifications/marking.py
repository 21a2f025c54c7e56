"""What has the reader seen?"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from forum.following import catch_up
from notifications.models import Kind, Notification, NotificationQuerySet


@transaction.atomic
def mark_read(notification: Notification) -> bool:
    """Whether it was unread until now."""
    unread = Notification.objects.unread().filter(pk=notification.pk)
    return _mark(unread, reader=notification.recipient) == 1


@transaction.atomic
def mark_all_read(reader: User) -> int:
    """How many were unread."""
    return _mark(Notification.objects.unread().filter(recipient=reader), reader=reader)


def _mark(unread: NotificationQuerySet, *, reader: User) -> int:
    """What gathered in discussions he follows begins anew."""
    gathered = unread.filter(kind=Kind.FOLLOW, discussion__isnull=False)
    if discussions := list(gathered.values_list("discussion_id", flat=True)):
        catch_up(reader, discussions=discussions)
    return unread.update(read_at=timezone.now())
