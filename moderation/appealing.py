"""How does somebody object to a decision, and how does somebody else answer him (DSA art. 20)?"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttling import throttle
from forum import listing
from forum.models import Comment
from moderation import deciding, noticing, rules, signals, statements
from moderation.models import Appeal, Case, Decision
from moderation.phrasing import is_about_reader
from moderation.queue import Reason, finish, grow, open_case, open_case_of_reader
from moderation.reversing import reverse

Measure = Decision.Measure
Outcome = Appeal.Outcome
TEXT_AT_MOST = 2_000
ANSWER_AT_LEAST = 20
ANSWER_AT_MOST = 2_000
ANSWERED_WITHIN = timedelta(weeks=2)


# --- Verbs


@transaction.atomic
def appeal(decision: Decision, *, text: str, address: str = "") -> Appeal:
    """Once for each decision, by whom it is about; the caller knows that it is he.

    Raises ValidationError: gone (the time is over, or nothing was taken), conflict (he has
    appealed already; the sentence says how that stands), too_fast, or the text.
    """
    author = statements.addressee(decision)
    refusal = rules.appealing_refusal(decision)
    if refusal or author is None:
        raise ValidationError(refusal or "", code="gone")
    _refuse_second(decision)
    text = text.strip()
    if not text or len(text) > TEXT_AT_MOST:
        raise ValidationError({"text": _("Please tell us why, in at most 2,000 characters.")})
    throttle("appeal", reader=author, address=address)
    due_at = timezone.now() + ANSWERED_WITHIN
    case = _case_for(decision, author=author, due_at=due_at)
    # Again behind the lock: a double click arrives twice at once.
    _refuse_second(decision)
    appeal = Appeal.objects.create(
        decision=decision,
        author=author,
        case=case,
        text=text,
        made_at=due_at - ANSWERED_WITHIN,
        due_at=due_at,
    )
    signals.appeal_made.send(sender=Appeal, appeal=appeal)
    return appeal


@transaction.atomic
def answer(appeal: Appeal, *, moderator: User, outcome: str, answer: str) -> Decision:
    """Uphold the decision or reverse it, with reasons; what follows is a decision of its own.

    Raises PermissionDenied, ValidationError: conflict when somebody else was first.
    """
    if refusal := rules.appeal_refusal(moderator, appeal):
        raise PermissionDenied(refusal)
    _refuse_without_reasons(outcome, answer)
    throttle("decide", reader=moderator)
    comment, case = _locked(appeal)
    appeal = _still_waiting(appeal)
    if outcome == Outcome.OVERTURNED:
        decision = reverse(appeal.decision, comment, moderator=moderator, explanation=answer)
    else:
        decision = uphold(appeal.decision, moderator=moderator, explanation=answer)
    _note_answer(appeal, decision, outcome=outcome, answer=answer)
    signals.decision_made.send(sender=Decision, decision=decision)
    if case:
        _settle(case, appeal, decision)
    signals.appeal_resolved.send(sender=Appeal, appeal=appeal)
    return decision


def uphold(appealed: Decision, *, moderator: User, explanation: str) -> Decision:
    return deciding.record(
        appealed.comment,
        case=appealed.case,
        decided_by=moderator,
        reader=appealed.reader,
        measure=Measure.UPHOLD,
        revision=appealed.revision,
        origin=Decision.Origin.APPEAL,
        explanation=explanation,
    )


# --- What they ask


def state_of(appeal: Appeal) -> str:
    """One sentence for its author."""
    values = {
        "number": appeal.number,
        "made": statements.in_words(appeal.made_at),
        "due": date_format(timezone.localtime(appeal.due_at), "DATE_FORMAT"),
    }
    if appeal.answered_at is None:
        return (
            _(
                "Your appeal %(number)s arrived on %(made)s. Somebody who has not decided before "
                "answers it, by %(due)s."
            )
            % values
        )
    values["answered"] = statements.in_words(appeal.answered_at)
    values["outcome"] = appeal.get_outcome_display()
    return _("Your appeal %(number)s was answered on %(answered)s: %(outcome)s.") % values


def _refuse_second(decision: Decision) -> None:
    if earlier := Appeal.objects.filter(decision=decision).first():
        raise deciding.conflict(state_of(earlier))


def _refuse_without_reasons(outcome: str, answer: str) -> None:
    errors = {}
    if outcome not in Outcome.values:
        errors["outcome"] = _("Please choose what becomes of the decision.")
    if not ANSWER_AT_LEAST <= len(answer.strip()) <= ANSWER_AT_MOST:
        errors["answer"] = _("Please give reasons for the answer, in 20 to 2,000 characters.")
    if errors:
        raise ValidationError(errors)


def _case_for(decision: Decision, *, author: User, due_at: datetime) -> Case | None:
    """Locked afterwards: the comment's, or the one about the reader. There is none where nothing is
    left to be shown: the list of appeals has them all."""
    comment = decision.comment
    if comment is None or is_about_reader(decision):
        return open_case_of_reader(author, reason=Reason.APPEAL, due_at=due_at)
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if rules.opening_refusal(comment):
        return None
    return open_case(comment, reason=Reason.APPEAL, due_at=due_at)


def _locked(appeal: Appeal) -> tuple[Comment | None, Case | None]:
    """Comment, case and reader, in the order in which everything locks them: his comment's case
    before him, the case about him after him."""
    decision = appeal.decision
    comment = listing.locked(decision.comment)[0] if decision.comment else None
    if is_about_reader(decision):
        list(User.objects.select_for_update(no_key=True).filter(pk=decision.reader_id))
    cases = Case.objects.select_for_update(no_key=True, of=("self",))
    return comment, cases.select_related("comment__tally").filter(appeals=appeal).first()


def _still_waiting(appeal: Appeal) -> Appeal:
    """As it is now, locked."""
    appeal = Appeal.objects.in_view().select_for_update(no_key=True, of=("self",)).get(pk=appeal.pk)
    if appeal.answered_at and appeal.answered_by:
        raise deciding.conflict(
            _("Already answered by %(name)s at %(time)s: %(outcome)s. Your answer is still below.")
            % {
                "name": appeal.answered_by,
                "time": date_format(timezone.localtime(appeal.answered_at), "TIME_FORMAT"),
                "outcome": appeal.get_outcome_display(),
            }
        )
    return appeal


def _note_answer(appeal: Appeal, decision: Decision, *, outcome: str, answer: str) -> None:
    appeal.answered_at = decision.decided_at
    appeal.answered_by = decision.decided_by
    appeal.answered_with = decision
    appeal.outcome = outcome
    appeal.answer = answer.strip()
    if appeal.author.closed_at:
        # Kept that long only because it had to be answered (moderation/leaving.py).
        appeal.text = ""
    appeal.save()


def _settle(case: Case, appeal: Appeal, decision: Decision) -> None:
    """Close the case (locked), unless it waits for something that this has not answered."""
    if case.closed_at:
        return
    left = _left_open(case, appeal)
    if left:
        case.reasons = left
        case.due_at = _next_date(case)
        grow(case)
        return
    finish(case, at=decision.decided_at)
    signals.case_closed.send(sender=Case, case=case, decision=decision)


def _left_open(case: Case, appeal: Appeal) -> list[str]:
    """Reasons that stay: another appeal, reports of what readers went on seeing, what is about the
    reader, and whatever a decision that stands has left open."""
    waits = case.appeals.waiting().exists()
    is_seen = appeal.decision.measure == Measure.KEEP_FORMER and Reason.FLAGGED in case.reasons
    is_kept = appeal.outcome == Outcome.UPHELD or is_seen or case.comment_id is None
    others = [reason for reason in case.reasons if reason != Reason.APPEAL] if is_kept else []
    return [*others, *([Reason.APPEAL.value] if waits else [])]


def _next_date(case: Case) -> datetime | None:
    """By when the law wants an answer to what still waits there."""
    dates = [noticing.due_at(notice) for notice in case.notices.undecided()]
    dates += case.appeals.waiting().values_list("due_at", flat=True)
    return min(dates, default=None)
