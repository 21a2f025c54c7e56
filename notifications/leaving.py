"""What becomes of a reader's inbox and mails once he has closed his account?"""

from django.db.models import Q

from accounts.models import User
from notifications.models import Mail, MailConsent, MailRefusal, Notification


def forget(reader: User) -> None:
    """All of it. What waits to be sent is not sent any more."""
    Notification.objects.filter(recipient=reader).delete()
    Mail.objects.filter(Q(recipient=reader) | Q(notice__reader=reader)).delete()
    MailRefusal.objects.filter(reader=reader).delete()
    MailConsent.objects.filter(reader=reader).delete()
