"""What does moderation do apart from requests? It reads new wordings, and settles what is moot."""

from celery import shared_task
from django.dispatch import receiver

from accounts.exporting import Section
from accounts.models import User
from accounts.signals import account_closed, personal_data_requested
from forum.bells import ring, ring_again
from forum.models import Comment, Revision
from forum.signals import comment_submitted, comment_withdrawn
from moderation import (
    accuracy,
    exporting,
    leaving,
    misuse,
    noticing,
    queue,
    screening,
    upkeep,
    waiting,
)
from moderation.models import Case, Decision, Screening
from moderation.signals import case_closed, case_moot


@receiver(comment_submitted)
def queue_screening(revision: Revision, **kwargs) -> None:
    ring(screen_comment, screening.queue(revision).pk)


@receiver(comment_withdrawn)
def close_case(comment: Comment, **kwargs) -> None:
    queue.close_as_withdrawn(comment)


@receiver(case_closed)
def judge_reports(case: Case, decision: Decision, **kwargs) -> None:
    noticing.answer(case, decision=decision)
    misuse.caution_frequent(accuracy.count_outcomes(case, decision))


@receiver(case_moot)
def answer_moot_notices(case: Case, **kwargs) -> None:
    noticing.answer(case, decision=None)


@receiver(personal_data_requested)
def answer_with_decisions(reader: User, **kwargs) -> list[Section]:
    return exporting.personal_data_of(reader)


@receiver(account_closed)
def forget_his_words(reader: User, *, keeps_texts: bool, **kwargs) -> None:
    leaving.forget(reader, keeps_texts=keeps_texts)


@shared_task
def screen_comment(screening_id: int) -> None:
    screening.screen(Screening.objects.get(pk=screening_id))


@shared_task
def ring_for_overdue_screenings() -> None:
    ring_again(screen_comment, upkeep.overdue_screenings())


@shared_task
def measure_waiting() -> None:
    waiting.measure()


@shared_task
def forget_notifiers() -> None:
    noticing.forget_people()
