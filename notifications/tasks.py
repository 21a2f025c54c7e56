"""What do notifications do apart from requests? They note facts, and send the mails about them."""

from celery import shared_task
from django.dispatch import receiver
from django.utils import timezone

from accounts.exporting import Section
from accounts.models import PersonalDataExport, User
from accounts.signals import (
    account_closed,
    closing_requested,
    closing_withdrawn,
    export_prepared,
    personal_data_requested,
)
from forum.bells import ring, ring_again
from forum.models import Comment
from forum.signals import comment_published
from moderation.models import Appeal, Case, Caution, Decision, Edition, Hearing, Notice
from moderation.signals import (
    appeal_made,
    appeal_overdue,
    appeal_resolved,
    case_closed,
    case_moot,
    decision_made,
    edition_written,
    flagger_cautioned,
    haste_noticed,
    hearing_announced,
    notice_answered,
    notice_received,
)
from notifications import announcing, exporting, gathering, leaving, mailing, notifying, upkeep
from notifications.models import Announcement, Kind, Mail, Notification


@receiver(comment_published)
def note_reply(comment: Comment, *, first_time: bool, **kwargs) -> None:
    if first_time:
        ring_for(notifying.tell_of_reply(comment))


@receiver(decision_made)
def note_decision(decision: Decision, **kwargs) -> None:
    ring_for(notifying.tell_of_decision(decision))


@receiver(hearing_announced)
def note_hearing(hearing: Hearing, **kwargs) -> None:
    ring_for(notifying.tell_of_hearing(hearing))


@receiver(case_closed)
def note_flag_outcomes(case: Case, decision: Decision, **kwargs) -> None:
    """One bell for all of them: the moderator does not wait for many."""
    if notifying.tell_of_flag_outcomes(case, decision):
        ring(ring_for_due_mails)


@receiver(case_moot)
def note_withdrawal(case: Case, **kwargs) -> None:
    notifying.tell_of_withdrawal(case)


@receiver(notice_received)
def confirm_notice(notice: Notice, **kwargs) -> None:
    ring_for_mail(notifying.write_to_notifier(notice, kind=Kind.RECEIPT))


@receiver(notice_answered)
def answer_notifier(notice: Notice, **kwargs) -> None:
    ring_for_mail(notifying.write_to_notifier(notice, kind=Kind.OUTCOME))


@receiver(flagger_cautioned)
def note_caution(caution: Caution, **kwargs) -> None:
    ring_for(notifying.tell_of_caution(caution))


@receiver(appeal_made)
def note_appeal(appeal: Appeal, **kwargs) -> None:
    ring_for(notifying.tell_of_appeal(appeal))


@receiver(appeal_resolved)
def note_answer(appeal: Appeal, **kwargs) -> None:
    """One bell for all of them, as for a case; those without an account have a mail only."""
    notifying.tell_of_answer(appeal)
    ring(ring_for_due_mails)


@receiver(appeal_overdue)
def note_overdue_appeal(appeal: Appeal, **kwargs) -> None:
    notifying.tell_of_overdue_appeal(appeal)


@receiver(haste_noticed)
def note_haste(decision: Decision, **kwargs) -> None:
    notifying.tell_of_haste(decision)


@receiver(export_prepared)
def note_export(export: PersonalDataExport, **kwargs) -> None:
    ring_for(notifying.tell_of_export(export))


@receiver(closing_requested)
def note_closing(reader: User, **kwargs) -> None:
    ring_for(notifying.tell_of_closing(reader))


@receiver(closing_withdrawn)
def note_staying(reader: User, **kwargs) -> None:
    ring_for(notifying.tell_of_staying(reader))


@receiver(personal_data_requested)
def answer_with_inbox(reader: User, **kwargs) -> list[Section]:
    return exporting.personal_data_of(reader)


@receiver(account_closed)
def forget_inbox(reader: User, **kwargs) -> None:
    leaving.forget(reader)


@receiver(edition_written)
def note_edition(edition: Edition, **kwargs) -> None:
    if announcement := announcing.announce(edition):
        ring(tell_readers, announcement.pk)


def ring_for(told: Notification | None) -> None:
    ring_for_mail(told.mail if told else None)


def ring_for_mail(mail: Mail | None) -> None:
    """What is due later hears the clock."""
    if mail and mail.not_before <= timezone.now():
        ring(send_mail_row, mail.pk)


@shared_task
def send_mail_row(mail_id: int) -> None:
    mailing.send_mail_row(Mail.objects.select_related("recipient").get(pk=mail_id))


@shared_task
def tell_followers() -> None:
    gathering.tell_followers()


@shared_task
def ring_for_due_mails() -> None:
    ring_again(send_mail_row, upkeep.due_mails())


@shared_task
def tell_readers(announcement_id: int) -> None:
    announcing.tell_readers(Announcement.objects.select_related("edition").get(pk=announcement_id))


@shared_task
def ring_for_announcements() -> None:
    ring_again(tell_readers, announcing.waiting())


@shared_task
def forget_notifications() -> None:
    upkeep.forget_notifications()
