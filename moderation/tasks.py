"""What does moderation do apart from requests? It reads new wordings, and settles what is moot."""

from celery import shared_task
from django.dispatch import receiver

from accounts.exporting import Section
from accounts.models import User
from accounts.signals import account_closed, personal_data_requested
from forum.bells import heard, ring, ring_again, ring_for_all, ring_for_all_now
from forum.models import Comment, Revision
from forum.signals import comment_held, comment_removed, comment_submitted, comment_withdrawn
from moderation import (
    accuracy,
    erasing,
    exporting,
    haste,
    leaving,
    log,
    misuse,
    noticing,
    queue,
    respites,
    screening,
    similar,
    suspending,
    sweeping,
    unseen,
    upkeep,
    waiting,
)
from moderation.desk_rules import closing
from moderation.models import Case, Decision, Respite, Sweep
from moderation.signals import (
    case_closed,
    case_moot,
    decision_made,
    removal_granted,
    sweep_ordered,
)


@receiver(comment_submitted)
def queue_screening(revision: Revision, **kwargs) -> None:
    screening.queue(revision)
    ring_for_all(screen_waiting)


@receiver(removal_granted)
def ring_when_due(respite: Respite, **kwargs) -> None:
    ring(take_effect_of_respite, respite.pk, after_seconds=respites.LASTS.total_seconds())


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
def screen_waiting() -> None:
    heard(screen_waiting)
    if screening.screen_waiting():
        ring_for_all_now(screen_waiting)


@shared_task
def screen_tried() -> None:
    heard(screen_tried)
    if screening.screen_tried():
        ring_for_all_now(screen_tried)


@shared_task
def take_effect_of_respite(respite_id: int) -> None:
    respites.take_effect(Respite.objects.get(pk=respite_id))


@shared_task
def ring_for_due_respites() -> None:
    ring_again(take_effect_of_respite, upkeep.overdue_respites())


@shared_task
def ring_for_overdue_screenings() -> None:
    """Once for all: each with a bell of its own, five hundred at a time, would hold up the rest of
    the queue."""
    overdue = upkeep.overdue_screenings()
    if overdue.has_new:
        ring_for_all_now(screen_waiting)
    if overdue.has_tried:
        ring_for_all_now(screen_tried)


@receiver(sweep_ordered)
def ring_for_sweep(sweep: Sweep, **kwargs) -> None:
    ring(work_on_sweep, sweep.pk, after_seconds=respites.LASTS.total_seconds())


@shared_task
def work_on_sweep(sweep_id: int) -> None:
    if sweeping.work(Sweep.objects.get(pk=sweep_id)):
        ring(work_on_sweep, sweep_id)


@shared_task
def ring_for_sweeps() -> None:
    ring_again(work_on_sweep, upkeep.due_sweeps())


@shared_task
def come_back_overdue_hearings() -> None:
    suspending.come_back_overdue()


@shared_task
def release_lapsed_claims() -> None:
    upkeep.release_lapsed_claims()


@shared_task
def tell_seniors_of_long_holds() -> None:
    upkeep.tell_seniors_of_long_holds()


@shared_task
def tell_seniors_of_haste() -> None:
    haste.tell_seniors()


@shared_task
def forget_old_wordings() -> None:
    similar.forget_old()


@shared_task
def measure_waiting() -> None:
    waiting.measure()


@shared_task
def note_head_of_log() -> None:
    log.note_head()


@shared_task
def erase_old_texts() -> None:
    erasing.erase()


@shared_task
def forget_notifiers() -> None:
    noticing.forget_people()


@shared_task
def alert_overdue_appeals() -> None:
    upkeep.alert_overdue_appeals()


@shared_task
def close_old_discussions() -> None:
    closing.close_old()
