"""What do notifications keep about one reader?"""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.exporting import CHUNK, Entry, Section
from accounts.models import User
from forum.describing import absolute
from notifications.models import Kind, Mail, MailConsent, MailRefusal, Notification
from notifications.reading import line_of


def personal_data_of(reader: User) -> list[Section]:
    """His inbox, the mails sent to him, and which ones he does not want."""
    return [
        Section(
            "notifications",
            _("Notifications"),
            {
                "kind": _("Kind"),
                "sentence": _("What happened"),
                "url": _("Address"),
                "created_at": _("Told"),
                "read_at": _("Read at"),
            },
            notifications_of(reader),
        ),
        Section(
            "mails",
            _("Mails to you"),
            {
                "kind": _("Kind"),
                "created_at": _("Noted"),
                "sent_at": _("Sent"),
                "dropped_at": _("Not sent after all"),
            },
            mails_to(reader),
        ),
        Section(
            "mail_consents",
            _("Mails you asked for"),
            {"kind": _("Kind"), "agreed_at": _("Asked for")},
            (
                {"kind": Kind(consent.kind), "agreed_at": consent.agreed_at}
                for consent in MailConsent.objects.filter(reader=reader).order_by("pk")
            ),
        ),
        Section(
            "mail_refusals",
            _("Mails you do not want"),
            {"kind": _("Kind"), "refused_at": _("Unsubscribed")},
            (
                {"kind": Kind(refusal.kind), "refused_at": refusal.refused_at}
                for refusal in MailRefusal.objects.filter(reader=reader).order_by("pk")
            ),
        ),
    ]


def notifications_of(reader: User) -> Iterator[Entry]:
    told = Notification.objects.in_view().filter(recipient=reader).order_by("pk")
    for notification in told.iterator(chunk_size=CHUNK):
        # How much has gathered in a followed discussion is counted when it is looked at.
        line = line_of(notification, {})
        yield {
            "kind": Kind(notification.kind),
            "sentence": line.sentence,
            "url": absolute(line.target),
            "created_at": notification.created_at,
            "read_at": notification.read_at,
        }


def mails_to(reader: User) -> Iterator[Entry]:
    """Their words are made when they are sent, and not kept."""
    to_him = Q(recipient=reader) | Q(notice__reader=reader)
    for mail in Mail.objects.filter(to_him).order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "kind": Kind(mail.kind),
            "created_at": mail.created_at,
            "sent_at": mail.sent_at,
            "dropped_at": mail.dropped_at,
        }
