"""How does a mail leave: at least once, one reader's trouble never being another's?

The row is the job (notifications/models.py). A worker that dies between sending and marking has
it sent again, under the same Message-ID.
"""

import logging
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import F
from django.utils import timezone, translation

from accounts.models import User
from forum import muting
from forum.following import news_counts
from forum.models import Comment, Discussion
from notifications import choosing
from notifications.letters import Letter, letter_of, message
from notifications.models import Kind, Mail, Notification
from notifications.notice_letters import letter_about
from notifications.notifying import PAUSES, next_digest_at

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
# Half a minute, 4 and 32 minutes, 4 hours twice: mail servers are away for longer than workers, and
# nobody is to miss a statement of reasons because of an outage at night.
BACKOFF = timedelta(seconds=30)


def send_mail_row(mail: Mail) -> None:
    """Send it if it is due and still wanted. Raises what the mail server raises."""
    if mail.attempts >= ATTEMPTS:
        set_aside(mail)
        return
    if is_too_soon(mail) or not claim(mail):
        return
    told = still_worth_telling(mail)
    if not (mail.notice or (told and may_be_mailed(mail))):
        drop(mail)
        return
    try:
        with translation.override(settings.LANGUAGE_CODE):
            message(mail, letter_for(mail, told)).send()
    except Exception:
        try_again_later(mail)
        raise
    Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
    logger.info("mail sent", extra={"mail": mail.pk, "kind": mail.kind})


def letter_for(mail: Mail, told: list[Notification]) -> Letter:
    return letter_about(mail.notice, kind=mail.kind) if mail.notice else letter_of(mail, told)


def claim(mail: Mail) -> bool:
    """Whether it is ours to send. Committed before sending: an attempt that kills us counts."""
    now = timezone.now()
    claimed = Mail.objects.due(now).filter(pk=mail.pk, attempts__lt=ATTEMPTS)
    return claimed.update(attempts=F("attempts") + 1, leased_until=now + LEASE) == 1


def is_too_soon(mail: Mail) -> bool:
    """A former digest that left late moves the next one: one in ten minutes, or one a day."""
    if mail.kind not in PAUSES or mail.attempts:
        return False
    earliest = next_digest_at(mail.reader, kind=Kind(mail.kind))
    if earliest <= timezone.now():
        return False
    Mail.objects.waiting().filter(pk=mail.pk, attempts=0).update(not_before=earliest)
    return True


def still_worth_telling(mail: Mail) -> list[Notification]:
    """Its lines, the oldest first; of replies only those that he can see now, of what gathered
    only what he has not read in the product.
    """
    lines = mail.notifications.in_view().select_related("recipient").order_by("pk")
    if mail.kind == Kind.FOLLOW:
        unread = [line for line in lines.unread() if is_followable(line.discussion)]
        followed = [line.discussion_id for line in unread if line.discussion_id]
        counts = news_counts(mail.reader, discussions=followed)
        return [line for line in unread if counts.get(line.discussion_id or 0)]
    if mail.kind != Kind.REPLY:
        return list(lines)
    comments = [line.comment for line in lines if line.comment]
    muted = muting.muted_among(comments, reader=mail.reader)
    return [line for line in lines if line.comment and is_shown(line.comment, muted)]


def is_shown(comment: Comment, muted: set[int]) -> bool:
    return comment.is_published and not muting.is_hidden(comment, muted)


def is_followable(discussion: Discussion | None) -> bool:
    return discussion is not None and discussion.is_open and discussion.is_reachable


def may_be_mailed(mail: Mail) -> bool:
    reader = User.objects.get(pk=mail.recipient_id)
    return reader.is_active and choosing.wants(reader, mail.kind) and has_confirmed(reader)


def has_confirmed(reader: User) -> bool:
    """Nobody is mailed at an address that he has not shown to be his."""
    return EmailAddress.objects.filter(
        user=reader, email__iexact=reader.email, verified=True
    ).exists()


def drop(mail: Mail) -> None:
    Mail.objects.filter(pk=mail.pk).update(dropped_at=timezone.now())
    logger.info("mail dropped", extra={"mail": mail.pk, "kind": mail.kind})


def try_again_later(mail: Mail) -> None:
    pause = BACKOFF * 8 ** min(mail.attempts, 3)
    Mail.objects.waiting().filter(pk=mail.pk).update(leased_until=timezone.now() + pause)


def set_aside(mail: Mail) -> None:
    """Five attempts have failed; operators find it in the log and in the table."""
    now = timezone.now()
    if Mail.objects.due(now).filter(pk=mail.pk).update(set_aside_at=now):
        logger.error("mail set aside", extra={"mail": mail.pk, "kind": mail.kind})
