"""What has a reader agreed to, and when?"""

from django.utils import timezone

from accounts.models import User


def agree_to_reply_mails(reader: User) -> None:
    """The time is the proof of consent, so a second tick does not move it."""
    if reader.reply_mail_agreed_at:
        return
    reader.reply_mail_agreed_at = timezone.now()
    reader.save(update_fields=["reply_mail_agreed_at"])


def decline_reply_mails(reader: User) -> None:
    reader.reply_mail_agreed_at = None
    reader.save(update_fields=["reply_mail_agreed_at"])
