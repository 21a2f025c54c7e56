"""What does moderation do apart from requests? It reads new wordings, and settles what is moot."""

from celery import shared_task
from django.dispatch import receiver

from accounts.exporting import Section
from accounts.models import User
from accounts.signals import account_closed, personal_data_requested
from forum.bells import ring, ring_again
from forum.models import Comment, Revision
from forum.signals import comment_held, comment_removed, comment_submitted, comment_withdrawn
from moderation import exporting, leaving, queue, screening, similar, unseen, upkeep, waiting
from moderation.models import Decision, Screening
from moderation.signals import decision_made


@receiver(comment_submitted)
def queue_screening(revision: Revision, **kwargs) -> None:
    ring(screen_comment, screening.queue(revision).pk)


@receiver(comment_withdrawn)
def close_case(comment: Comment, **kwargs) -> None:
    queue.close_as_withdrawn(comment)


@receiver([comment_held, comment_removed, comment_withdrawn])
def remember_unseen(comment: Comment, **kwargs) -> None:
    unseen.remember(comment)


@receiver(decision_made)
def forget_what_is_seen(decision: Decision, **kwargs) -> None:
    if decision.comment and decision.measure == Decision.Measure.PUBLISH:
        unseen.forget(decision.comment)


@receiver(personal_data_requested)
def answer_with_decisions(reader: User, **kwargs) -> list[Section]:
    return exporting.personal_data_of(reader)


@receiver(account_closed)
def forget_his_words(reader: User, *, keeps_texts: bool, **kwargs) -> None:
    leaving.forget(reader, keeps_texts=keeps_texts)


@shared_task
def screen_comment(screening_id: int) -> None:
    job = Screening.objects.select_related("revision__comment__author").get(pk=screening_id)
    screening.screen(job)
    similar.note(job.revision)


@shared_task
def ring_for_overdue_screenings() -> None:
    ring_again(screen_comment, upkeep.overdue_screenings())


@shared_task
def tell_seniors_of_long_holds() -> None:
    upkeep.tell_seniors_of_long_holds()


@shared_task
def forget_old_wordings() -> None:
    similar.forget_old()


@shared_task
def measure_waiting() -> None:
    waiting.measure()
