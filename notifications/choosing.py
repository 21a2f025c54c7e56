"""Which mails does a reader want?"""

from collections.abc import Collection, Iterable

from django.db import transaction

from accounts.consent import agree_to_reply_mails, decline_reply_mails
from accounts.models import User
from notifications.models import MANDATORY, OPTIONAL, Kind, MailConsent, MailRefusal


def wants(reader: User, kind: str) -> bool:
    if kind == Kind.REPLY and reader.reply_mail_agreed_at is None:
        return False  # as most, and asked for every answer: no query
    return kind in kinds_wanted(reader)


def kinds_wanted(reader: User) -> set[str]:
    known: set[str] = {*MANDATORY, *OPTIONAL}
    refused = set(reader.mail_refusals.values_list("kind", flat=True))
    if reader.reply_mail_agreed_at is None:
        refused.add(Kind.REPLY)
    if not reader.mail_consents.filter(kind=Kind.FOLLOW).exists():
        refused.add(Kind.FOLLOW)
    return known - refused


def refusers(kind: str, *, among: Iterable[int]) -> set[int]:
    """Ids of those readers who want no mails of that kind; one query."""
    refusals = MailRefusal.objects.filter(kind=kind, reader__in=among)
    return set(refusals.values_list("reader_id", flat=True))


@transaction.atomic
def choose(reader: User, kinds: Collection[str]) -> None:
    """All mails of these kinds, and of the optional ones no others."""
    for kind in OPTIONAL:
        (ask_for if kind in kinds else refuse)(reader, kind)


def ask_for(reader: User, kind: str) -> None:
    if kind == Kind.REPLY:
        agree_to_reply_mails(reader)
    elif kind == Kind.FOLLOW:
        # The time is the proof of consent, so a second tick does not move it.
        MailConsent.objects.bulk_create(
            [MailConsent(reader=reader, kind=kind)], ignore_conflicts=True
        )
    else:
        MailRefusal.objects.filter(reader=reader, kind=kind).delete()


def refuse(reader: User, kind: str) -> None:
    """At once: a mail that waits already is dropped. Doing it again changes nothing."""
    if kind == Kind.REPLY:
        decline_reply_mails(reader)
    elif kind == Kind.FOLLOW:
        reader.mail_consents.filter(kind=kind).delete()
    else:
        MailRefusal.objects.bulk_create(
            [MailRefusal(reader=reader, kind=kind)], ignore_conflicts=True
        )
