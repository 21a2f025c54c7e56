"""Which cases wait, and who works on them?"""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from accounts.models import User
from accounts.rules import is_senior
from forum.models import Comment
from moderation import rules, signals
from moderation.models import Case, CaseQuerySet, Decision, Reason, Respite
from moderation.urgency import EPOCH, PERIODS, newest_flags, objections_to, weighed

__all__ = [
    "Reason",
    "case_for_flag",
    "claim",
    "close_as_withdrawn",
    "finish",
    "grow",
    "next_case",
    "open_case",
    "open_case_of_reader",
    "release",
    "take_next",
    "unsettled_cases",
]


@transaction.atomic
def open_case(comment: Comment, *, reason: str, due_at: datetime | None = None) -> Case:
    """The one open case of a comment; it grows where there is one. Its row is locked afterwards.

    due_at: by when the law wants an answer; None: what PERIODS says of the reason. The comment's
    row is locked first, as by everything that closes a case: of two that open one at the same time
    the second finds the first's. Raises ValidationError (conflict: withdrawn).
    """
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if refusal := rules.opening_refusal(comment):
        raise ValidationError(refusal, code="conflict")
    case = unsettled_cases(comment).select_for_update(no_key=True).first()
    if case is None:
        case = Case.objects.create(comment=comment)
    case.comment = comment
    # Opened by hand says that nothing else did, or an appeal would be anybody's to decide.
    is_told = reason == Reason.OPENED and case.reasons
    if Reason(reason) not in case.reasons and not is_told:
        case.reasons.append(Reason(reason).value)
        if due_at is None and Reason(reason) in PERIODS:
            due_at = timezone.now() + PERIODS[Reason(reason)]
    case.due_at = earlier(case.due_at, due_at)
    grow(case)
    return case


def unsettled_cases(comment: Comment) -> CaseQuerySet:
    """Open, or closed for as long as a removal can still be undone: one at most."""
    undoable = Respite.objects.running().values("case")
    return Case.objects.filter(Q(closed_at__isnull=True) | Q(pk__in=undoable), comment=comment)


@transaction.atomic
def open_case_of_reader(reader: User, *, reason: str, due_at: datetime | None = None) -> Case:
    """The one open case about him; it grows where there is one. His row is locked before it, so
    that of two who open one at the same time the second finds the first's."""
    list(User.objects.select_for_update(no_key=True).filter(pk=reader.pk))
    case = Case.objects.open().select_for_update(no_key=True).filter(reader=reader).first()
    if case is None:
        case = Case.objects.create(reader=reader)
    if Reason(reason) not in case.reasons:
        case.reasons.append(Reason(reason).value)
    case.due_at = earlier(case.due_at, due_at)
    grow(case)
    return case


def earlier(*dates: datetime | None) -> datetime | None:
    return min((date for date in dates if date), default=None)


def case_for_flag(comment: Comment, *, reason: str) -> Case:
    """The case that a flag belongs to; the caller holds the comment's lock.

    Where a moderator has let just this wording stand in spite of such flags, it is filed under his
    closed case, until the rule says that enough others have come.
    """
    if Case.objects.open().filter(comment=comment).exists():
        return open_case(comment, reason=Reason.FLAGGED)
    approval = (
        comment.decisions.select_related("case__comment__tally")
        .filter(case__isnull=False, case__closed_at__isnull=False)
        .order_by("-pk")
        .first()
    )
    if (
        approval is None
        or approval.case is None
        or approval.measure != Decision.Measure.PUBLISH
        or approval.revision_id != comment.visible_revision_id
    ):
        return open_case(comment, reason=Reason.FLAGGED)
    flags = comment.flags.filter(revision=approval.revision_id)
    judged = set(flags.filter(flagged_at__lte=approval.decided_at).values_list("reason", flat=True))
    since = flags.filter(flagged_at__gt=approval.decided_at).count() + 1
    if rules.comes_back(reason, judged=judged, since=since):
        return open_case(comment, reason=Reason.FLAGGED)
    return approval.case


def grow(case: Case) -> None:
    """Count and weigh a locked case anew: something happened to it.

    The score is stored as if everybody looked at EPOCH: all cases age alike, so that their order
    is right at any time without writing scores by the clock.
    """
    case.flag_count = case.flags.count()
    if case.comment:
        case.discussion_id, case.author_id = case.comment.discussion_id, case.comment.author_id
    else:
        case.author_id = case.reader_id
    found = objections_to(case)
    case.checks = [check for check, _outcome in found]
    outcomes = [outcome for _check, outcome in found]
    case.score = weighed(case, flags=newest_flags(case), outcomes=outcomes, now=EPOCH).score
    case.save(
        update_fields=[
            "author",
            "checks",
            "discussion",
            "due_at",
            "flag_count",
            "reasons",
            "score",
        ]
    )


def claim(case: Case, *, moderator: User) -> bool:
    """Whether it is his now: of two who claim, the database lets one count a row."""
    if refusal := rules.decision_refusal(moderator, case):
        raise PermissionDenied(refusal)
    free = Case.objects.open().filter(pk=case.pk)
    if not is_senior(moderator):
        free = free.claimable_by(moderator)
    now = timezone.now()
    is_his = free.update(claimed_by=moderator, claimed_at=now) == 1
    if is_his:
        case.notices.all().note_seen(now)
    return is_his


def finish(case: Case, *, at: datetime) -> None:
    """Close it (locked). An appeal that this has not answered waits on, in a case of its own."""
    case.claimed_by = case.claimed_at = None
    case.closed_at = at
    case.save(update_fields=["claimed_by", "claimed_at", "closed_at"])
    appeals = case.appeals.waiting() if Reason.APPEAL in case.reasons else None
    if appeals is None or not (due_at := appeals.aggregate(first=Min("due_at"))["first"]):
        return
    following = Case.objects.create(
        comment=case.comment, reader=case.reader, reasons=[Reason.APPEAL.value], due_at=due_at
    )
    appeals.update(case=following)
    grow(following)


@transaction.atomic
def close_as_withdrawn(comment: Comment) -> None:
    """The author has taken it back: nothing is left to decide, and whoever flagged may know."""
    Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    case = Case.objects.open().select_for_update(no_key=True).filter(comment=comment).first()
    if case is None:
        return
    case.closed_at = timezone.now()
    case.claimed_by = case.claimed_at = None
    case.save(update_fields=["closed_at", "claimed_by", "claimed_at"])
    signals.case_moot.send(sender=Case, case=case)


def release(case: Case, *, moderator: User) -> bool:
    """Whether it was his to give back."""
    mine = Case.objects.open().filter(pk=case.pk, claimed_by=moderator)
    return mine.update(claimed_by=None, claimed_at=None) == 1


def next_case(
    moderator: User, *, among: CaseQuerySet | None = None, besides: Case | None = None
) -> Case | None:
    """What he should look at now; besides: the case that he looks at already. Claims nothing."""
    return takeable(moderator, among=among, besides=besides).most_urgent_first().first()


def takeable(moderator: User, *, among: CaseQuerySet | None, besides: Case | None) -> CaseQuerySet:
    """What he can be led to: nobody else's, nothing of his own, no appeal."""
    waiting = Case.objects.open() if among is None else among
    free = waiting.claimable_by(moderator).exclude(author=moderator)
    free = free.exclude(reasons=rules.APPEALED)
    if besides:
        free = free.exclude(pk=besides.pk)
    return free if is_senior(moderator) else free.filter(handed_to="")


@transaction.atomic
def take_next(
    moderator: User,
    *,
    among: CaseQuerySet | None = None,
    besides: Case | None = None,
    ahead: int | None = None,
) -> Case | None:
    """The case that he is shown next, claimed: the one with the id `ahead` if it is still free, or
    else the most urgent one. besides: the one he has just decided; a hold leaves it open.

    What somebody else is just taking is passed over, so that of many who have decided at the same
    time each is shown another case.
    """
    free = takeable(moderator, among=among, besides=besides)
    free = free.select_for_update(no_key=True, skip_locked=True, of=("self",))
    case = free.filter(pk=ahead).first() if ahead else None
    case = case or free.most_urgent_first().first()
    if case is None:
        return None
    case.claimed_by, case.claimed_at = moderator, timezone.now()
    case.save(update_fields=["claimed_by", "claimed_at"])
    if Reason.NOTICE in case.reasons:
        case.notices.all().note_seen(case.claimed_at)
    return case
