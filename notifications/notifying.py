"""Who is told what? One function per fact; the same fact is told once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import PersonalDataExport, User
from forum import muting
from forum.models import Clearance, Comment
from moderation import statements
from moderation.models import Appeal, Case, Caution, Decision, Flag, Hearing, Notice
from moderation.phrasing import TOLD
from notifications import choosing
from notifications.models import HEARING, Kind, Mail, Notification

# Whoever reported it was told that nobody sees it any more, all of it or a passage.
TAKEN_AWAY = (Decision.Measure.REMOVE, Decision.Measure.HIDE_PASSAGE)
# Between two mails of these kinds to the same reader; what happens meanwhile shares the next one.
PAUSES = {Kind.REPLY: timedelta(minutes=10), Kind.FOLLOW: timedelta(days=1)}


@transaction.atomic(savepoint=False)
def tell_of_reply(comment: Comment) -> Notification | None:
    """The author of the comment that was answered, unless he has muted who answers; by mail only
    with his consent.
    """
    if comment.parent is None or comment.parent.author_id == comment.author_id:
        return None
    recipient = comment.parent.author
    if muting.is_hidden(comment, muting.muted_among([comment], reader=recipient)):
        return None
    told = tell(recipient, kind=Kind.REPLY, fact=f"reply:{comment.pk}", comment=comment)
    if told and choosing.wants(recipient, Kind.REPLY):
        attach(told, waiting_digest(recipient))
    return told


@transaction.atomic(savepoint=False)
def tell_of_decision(decision: Decision) -> Notification | None:
    """Whom it is about: reasons for what was taken from him, or that his comment is visible now.

    Nothing if readers went on seeing what they saw, and nothing of answered appeals, which have a
    letter of their own. The suspended are told like everybody.
    """
    recipient = statements.addressee(decision)
    if recipient is None or recipient.pk == decision.decided_by_id:
        return None
    if decision.measure not in TOLD or decision.origin == Decision.Origin.APPEAL:
        return None
    if decision.measure in Decision.INTERNAL:
        return None
    kind = Kind.DECISION
    if decision.measure == Decision.Measure.PUBLISH:
        is_reversal = decision.reverses_id is not None
        if not is_reversal and not has_published(decision):
            return None
        kind = Kind.PUBLISHED
    told = tell(
        recipient,
        kind=kind,
        fact=f"decision:{decision.pk}",
        comment=decision.comment,
        decision=decision,
    )
    if told and choosing.wants(recipient, kind):
        attach(told, Mail.objects.create(recipient=recipient, kind=kind))
    return told


def has_published(decision: Decision) -> bool:
    """By the wording it is about: clearances, as many as comments, are indexed by nothing else."""
    cleared = Clearance.objects.filter(revision=decision.revision_id, decision_id=decision.pk)
    return cleared.exists()


@transaction.atomic
def tell_of_hearing(hearing: Hearing) -> Notification | None:
    """He may answer before it is decided, and has a few days: by mail in any case."""
    fact = f"{HEARING}{hearing.pk}"
    told = tell(hearing.reader, kind=Kind.DECISION, fact=fact, comment=hearing.comment)
    if told:
        attach(told, Mail.objects.create(recipient=hearing.reader, kind=Kind.DECISION))
    return told


@transaction.atomic(savepoint=False)
def tell_of_flag_outcomes(case: Case, decision: Decision) -> int:
    """Everybody who flagged, in four queries however many they are; how many are told now."""
    flags = [each for each in one_each(case) if each.reader_id != decision.decided_by_id]
    refusers = choosing.refusers(Kind.FLAG, among=[flag.reader_id for flag in flags])
    mails = Mail.objects.bulk_create(
        Mail(recipient_id=flag.reader_id, kind=Kind.FLAG)
        for flag in flags
        if flag.reader_id not in refusers
    )
    # A fact that has been told already leaves its mail without a line, and that is not sent.
    note_outcomes(flags, decision=decision, mails=mails)
    return len(flags)


@transaction.atomic
def tell_of_appeal(appeal: Appeal) -> Notification | None:
    """Its author: that it has arrived, with its number."""
    return tell_appellant(
        appeal, kind=Kind.APPEAL_RECEIPT, fact=f"receipt:{appeal.pk}", decision=appeal.decision
    )


@transaction.atomic
def tell_of_answer(appeal: Appeal) -> list[Notification]:
    """Both sides: its author, and where the comment is back also those who had reported it."""
    author = tell_appellant(
        appeal, kind=Kind.APPEAL, fact=f"appeal:{appeal.pk}", decision=appeal.answered_with
    )
    told = [author] if author else []
    case = appeal.decision.case
    if case is None or not is_back(appeal):
        return told
    for notice in case.notices.filter(decision=appeal.decision):
        write_to_notifier(notice, kind=Kind.REVERSAL)
    return told + [one for flag in one_each(case) if (one := tell_of_reversal(flag, appeal))]


def is_back(appeal: Appeal) -> bool:
    """Whether readers see again what whoever reported it was told they do not."""
    comment = appeal.decision.comment
    if comment is None or appeal.decision.measure not in TAKEN_AWAY:
        return False
    is_overturned = appeal.outcome == Appeal.Outcome.OVERTURNED
    return is_overturned and Comment.objects.published().filter(pk=comment.pk).exists()


def tell_appellant(appeal: Appeal, *, kind: Kind, **about: Any) -> Notification | None:
    comment = appeal.decision.comment
    told = tell(appeal.author, kind=kind, comment=comment, **about)
    if told:
        attach(told, Mail.objects.create(recipient=appeal.author, kind=kind))
    return told


def tell_of_reversal(flag: Flag, appeal: Appeal) -> Notification | None:
    """He was told that it is gone; now it is back."""
    if flag.reader_id == appeal.answered_by_id:
        return None
    told = tell(
        flag.reader,
        kind=Kind.FLAG,
        fact=f"flag:{flag.pk}:{appeal.pk}",
        comment=flag.comment,
        decision=appeal.answered_with,
        flag=flag,
    )
    if told and choosing.wants(flag.reader, Kind.FLAG):
        attach(told, Mail.objects.create(recipient=flag.reader, kind=Kind.FLAG))
    return told


@transaction.atomic
def tell_of_overdue_appeal(appeal: Appeal) -> int:
    """A line for every senior; how many."""
    lines = [
        tell(
            senior,
            kind=Kind.APPEAL_OVERDUE,
            fact=f"overdue:{appeal.pk}",
            comment=appeal.decision.comment,
            decision=appeal.decision,
        )
        for senior in seniors()
    ]
    return len([line for line in lines if line])


@transaction.atomic
def tell_of_haste(decision: Decision) -> int:
    """A line for every senior but who made it, once an hour; how many."""
    fact = f"haste:{decision.decided_by_id}:{decision.decided_at:%Y-%m-%d %H}"
    lines = [
        tell(senior, kind=Kind.HASTE, fact=fact, decision=decision)
        for senior in seniors()
        if senior.pk != decision.decided_by_id
    ]
    return len([line for line in lines if line])


def seniors() -> QuerySet[User]:
    able = User.objects.filter(groups__permissions__codename="decide_appeal")
    return able.filter(is_active=True, is_staff=True, is_superuser=False).distinct()


@transaction.atomic
def tell_of_withdrawal(case: Case) -> int:
    """Everybody who flagged: nobody has decided, the author was first. A line is enough."""
    flags = one_each(case)
    note_outcomes(flags)
    return len(flags)


@transaction.atomic
def tell_of_export(export: PersonalDataExport) -> Notification | None:
    return tell_of_account(export.reader, kind=Kind.EXPORT, fact=f"export:{export.pk}")


@transaction.atomic
def tell_of_closing(reader: User) -> Notification | None:
    return tell_of_account(reader, kind=Kind.CLOSING, fact=f"closing:{reader.closing_at}")


@transaction.atomic
def tell_of_staying(reader: User) -> Notification | None:
    """He may change his mind more than once, and is told each time."""
    return tell_of_account(reader, kind=Kind.STAYING, fact=f"staying:{timezone.now()}")


@transaction.atomic
def tell_of_caution(caution: Caution) -> Notification | None:
    """Whoever is warned about his reports, or may not report for a while."""
    kind = Kind.WARNED if caution.until is None else Kind.PAUSED
    return tell_of_account(caution.reader, kind=kind, fact=f"caution:{caution.pk}")


@transaction.atomic
def write_to_notifier(notice: Notice, *, kind: Kind) -> Mail | None:
    """Receipt and outcome, each once; None for whoever need not say who he is, and did not."""
    if not notice.email:
        return None
    mail, is_new = Mail.objects.get_or_create(
        notice=notice, kind=kind, defaults={"address": notice.email}
    )
    return mail if is_new else None


def tell_of_account(reader: User, *, kind: str, fact: str) -> Notification | None:
    """By mail in any case: if it was not he who asked, he learns of it."""
    told = tell(reader, kind=kind, fact=fact)
    if told:
        attach(told, Mail.objects.create(recipient=reader, kind=kind))
    return told


def one_each(case: Case) -> list[Flag]:
    """Who flagged a second wording as well is told once; who has gone, not at all."""
    flags = case.flags.filter(reader__closed_at__isnull=True).order_by("pk")
    return list({flag.reader_id: flag for flag in flags}.values())


def note_outcomes(
    flags: Iterable[Flag], *, decision: Decision | None = None, mails: Iterable[Mail] = ()
) -> None:
    mail_of = {mail.recipient_id: mail for mail in mails}
    Notification.objects.bulk_create(
        (
            Notification(
                recipient_id=flag.reader_id,
                kind=Kind.FLAG,
                fact=f"flag:{flag.pk}",
                comment_id=flag.comment_id,
                decision=decision,
                flag=flag,
                mail=mail_of.get(flag.reader_id),
            )
            for flag in flags
        ),
        ignore_conflicts=True,
    )


_TELL = """
    INSERT INTO notifications_notification
        (recipient_id, kind, fact, comment_id, decision_id, flag_id, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (recipient_id, fact) DO NOTHING RETURNING id
"""


def tell(
    recipient: User,
    *,
    kind: str,
    fact: str,
    comment: Comment | None = None,
    decision: Decision | None = None,
    flag: Flag | None = None,
) -> Notification | None:
    """The line in his inbox; None if he has been told before, or has closed his account."""
    if recipient.closed_at:
        return None
    told = Notification(
        recipient=recipient, kind=kind, fact=fact, comment=comment, decision=decision, flag=flag
    )
    things = (told.comment_id, told.decision_id, told.flag_id)
    row: list[Any] = [recipient.pk, kind, fact, *things, told.created_at]
    with connection.cursor() as cursor:
        cursor.execute(_TELL, row)
        written = cursor.fetchone()
    if written is None:
        return None
    [told.pk] = written
    told._state.adding = False  # noqa: SLF001 - as bulk_create does
    return told


def attach(told: Notification, mail: Mail) -> None:
    told.mail = mail
    told.save(update_fields=["mail"])


def waiting_digest(recipient: User) -> Mail:
    """His next mail about replies, locked: it cannot leave before this line has joined it."""
    mail, _is_new = Mail.objects.select_for_update(no_key=True).get_or_create(
        recipient=recipient,
        kind=Kind.REPLY,
        attempts=0,
        sent_at=None,
        dropped_at=None,
        defaults={"not_before": next_digest_at(recipient, kind=Kind.REPLY)},
    )
    return mail


def next_digest_at(recipient: User, *, kind: Kind) -> datetime:
    """Now, or a pause after the last one; one that is just being sent counts as sent."""
    now, pause = timezone.now(), PAUSES[kind]
    mails = Mail.objects.filter(recipient=recipient, kind=kind)
    if mails.waiting().filter(attempts__gt=0).exists():
        return now + pause
    last = mails.filter(sent_at__isnull=False).order_by("-sent_at").first()
    return max(now, last.sent_at + pause) if last and last.sent_at else now
