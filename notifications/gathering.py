"""Who is told that there is something new in a discussion he follows?

One line each, which gathers until he has read it: how much is new is counted when the line is shown
(forum/following.py). Done by the clock, a discussion at a time, in a few statements however many
follow it; run twice, or by two at once, it finds the lines there.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from forum.following import changed_audiences, with_news
from forum.models import Audience, Discussion
from notifications.models import Kind, Mail, Notification
from notifications.notifying import PAUSES

# A mail waits that long for what else is new.
GATHERED_FOR = timedelta(hours=1)

# {news}: reader, discussion and known version of those who have something new to read.
LINES = """
    INSERT INTO notifications_notification (recipient_id, kind, fact, discussion_id, created_at)
    SELECT news.reader_id, 'follow',
           'follow:' || news.discussion_id || ':' || news.known_version, news.discussion_id, %s
    FROM ({news}) AS news
    ON CONFLICT DO NOTHING
"""
# Whoever has asked, and has no mail of this kind that waits.
MAILS = """
    INSERT INTO notifications_mail (recipient_id, kind, created_at, not_before, attempts)
    SELECT line.recipient_id, 'follow', %(now)s, greatest(%(gathered)s, (
        SELECT max(sent_at) + %(pause)s FROM notifications_mail
        WHERE recipient_id = line.recipient_id AND kind = 'follow')), 0
    FROM notifications_notification line
    JOIN notifications_mailconsent consent
        ON consent.reader_id = line.recipient_id AND consent.kind = 'follow'
    WHERE line.discussion_id = %(discussion)s AND line.kind = 'follow'
      AND line.created_at = %(now)s
    ON CONFLICT DO NOTHING
"""
JOIN_MAILS = """
    UPDATE notifications_notification line SET mail_id = mail.id FROM notifications_mail mail
    WHERE line.discussion_id = %(discussion)s AND line.kind = 'follow'
      AND line.created_at = %(now)s
      AND mail.recipient_id = line.recipient_id AND mail.kind = 'follow' AND mail.attempts = 0
      AND mail.sent_at IS NULL AND mail.dropped_at IS NULL
"""


def tell_followers() -> int:
    """How many lines are new."""
    return sum(tell_followers_of(pk) for pk in changed_audiences())


@transaction.atomic
def tell_followers_of(discussion_id: int) -> int:
    """How many lines are new; 0 also where another worker is at it."""
    audience = Audience.objects.select_for_update(no_key=True, skip_locked=True)
    if not (mine := audience.filter(pk=discussion_id).first()):
        return 0
    # Read first: what becomes visible from here on is found by the next run in any case.
    mine.told_version = Discussion.objects.values_list("version", flat=True).get(pk=discussion_id)
    now = timezone.now()
    told = _write_lines(discussion_id, now)
    if told:
        _put_into_mails(discussion_id, now)
    mine.save(update_fields=["told_version"])
    return told


def _write_lines(discussion_id: int, now: datetime) -> int:
    gathering = Notification.objects.unread().filter(
        recipient=OuterRef("reader"), discussion=discussion_id, kind=Kind.FOLLOW
    )
    news = with_news(discussion_id).exclude(Exists(gathering))
    selected = news.values("reader_id", "discussion_id", "known_version")
    query, values = selected.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(LINES.format(news=query), [now, *values])
        return cursor.rowcount


def _put_into_mails(discussion_id: int, now: datetime) -> None:
    # Locked: a mail that waits cannot leave before the new line has joined it.
    told = Notification.objects.filter(
        discussion=discussion_id, kind=Kind.FOLLOW, created_at=now
    ).values("recipient")
    waiting = Mail.objects.waiting().filter(kind=Kind.FOLLOW, attempts=0, recipient__in=told)
    list(waiting.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    values: dict[str, Any] = {
        "discussion": discussion_id,
        "now": now,
        "gathered": now + GATHERED_FOR,
        "pause": PAUSES[Kind.FOLLOW],
    }
    with connection.cursor() as cursor:
        cursor.execute(MAILS, values)
        cursor.execute(JOIN_MAILS, values)
