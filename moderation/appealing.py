"""How does somebody object to a decision, and how does somebody else answer him (DSA art. 20)?"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import standing
from accounts.models import User
from accounts.throttling import throttle
from forum import listing, publishing
from forum.models import Comment, Departure, Revision
from moderation import deciding, rules, signals, statements
from moderation.models import Appeal, Case, Decision
from moderation.phrasing import is_about_reader
from moderation.queue import Reason, grow, open_case

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
    case = _case_for(decision, due_at=due_at)
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
    comment = listing.locked(appeal.decision.comment)[0] if appeal.decision.comment else None
    cases = Case.objects.select_for_update(no_key=True, of=("self",))
    case = cases.filter(appeals=appeal).first()
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


def reverse(
    appealed: Decision, comment: Comment | None, *, moderator: User, explanation: str
) -> Decision:
    """The row that takes it back, and what that means for the comment (locked) or the reader.

    What its author has withdrawn or replaced meanwhile stays as he left it.
    """
    wording = wording_to_restore(appealed)
    is_reader = is_about_reader(appealed)
    decision = deciding.record(
        comment,
        case=appealed.case,
        decided_by=moderator,
        reader=appealed.reader,
        measure=Measure.REINSTATE if is_reader else Measure.PUBLISH,
        revision=wording,
        origin=Decision.Origin.APPEAL,
        reverses=appealed,
        explanation=explanation,
    )
    if appealed.measure == Measure.SUSPEND and appealed.reader:
        standing.reinstate(appealed.reader)
    if comment and wording and not is_reader and is_missing(comment, wording):
        publishing.restore(comment, revision=wording, decision_id=decision.pk)
    return decision


# --- What they ask


def wording_to_restore(appealed: Decision) -> Revision | None:
    """What was taken down: an edit that waited then was declined with it, and was not seen."""
    revision = appealed.revision
    if revision is None or appealed.measure == Measure.KEEP_FORMER or not revision.declined_at:
        return revision
    seen = Revision.objects.filter(
        comment=revision.comment_id, clearance__isnull=False, number__lte=revision.number
    )
    return seen.order_by("-number").first() or revision


def is_missing(comment: Comment, wording: Revision) -> bool:
    """Whether readers lack it: neither withdrawn, nor followed by a newer one, nor by somebody who
    has left and wanted his texts gone."""
    if comment.status == Comment.Status.WITHDRAWN or not wording.body:
        return False
    if Departure.objects.filter(reader=comment.author_id, keeps_texts=False).exists():
        return False
    visible = comment.visible_revision
    return visible is None or visible.revision.number < wording.number


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


def _case_for(decision: Decision, *, due_at: datetime) -> Case | None:
    """The comment's; its row is locked afterwards, or the reader's. There is none where nothing is
    left to be shown or where it is about a reader: the list of appeals has them all."""
    comment = decision.comment
    if comment is None or is_about_reader(decision):
        list(User.objects.select_for_update(no_key=True).filter(pk=decision.reader_id))
        return None
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if rules.opening_refusal(comment):
        return None
    return open_case(comment, reason=Reason.APPEAL, due_at=due_at)


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
    """Close the case (locked), unless it waits for something that this has not answered: reports of
    what readers went on seeing, or whatever a decision that stands has left open."""
    if case.closed_at:
        return
    is_seen = appeal.decision.measure == Measure.KEEP_FORMER and Reason.FLAGGED in case.reasons
    if appeal.outcome == Outcome.UPHELD or is_seen:
        left = [reason for reason in case.reasons if reason != Reason.APPEAL]
        if left:
            case.reasons = left
            grow(case)
            return
    case.claimed_by = case.claimed_at = None
    case.closed_at = decision.decided_at
    case.save(update_fields=["claimed_by", "claimed_at", "closed_at"])
    signals.case_closed.send(sender=Case, case=case, decision=decision)
