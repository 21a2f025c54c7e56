"""Which mails are due, and which notifications are too old to keep?"""

from django.conf import settings
from django.utils import timezone

from notifications.models import Mail, Notification

BATCH = 500


def due_mails() -> list[int]:
    """Ids, the longest due first: digests whose time has come, and what a worker dropped."""
    due = Mail.objects.due(timezone.now()).order_by("not_before", "pk")
    return list(due.values_list("pk", flat=True)[:BATCH])


def forget_notifications() -> int:
    """After their time, with the mails that told of them."""
    before = timezone.now() - settings.NOTIFICATIONS_KEPT
    forgotten, _by_model = Notification.objects.filter(created_at__lt=before).delete()
    Mail.objects.filter(created_at__lt=before).delete()
    return forgotten
