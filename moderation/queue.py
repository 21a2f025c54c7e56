"""Which cases wait, how urgent are they, and who works on them?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log2

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import is_senior
from forum.models import Comment
from moderation import rules, signals
from moderation.models import Case, CaseQuerySet, Flag, Respite


class Reason(models.TextChoices):
    """Why a case is open; one can have several."""

    NOTICE = "notice", _("notice of illegal content")
    FLAGGED = "flagged", _("reported")
    HELD = "held", _("held")
    EDIT = "edit", _("edited")
    SET_ASIDE = "set_aside", _("checks failed")
    HEARD = "heard", _("suspension announced: time to decide")
    OPENED = "opened", _("opened by the moderators")
    APPEAL = "appeal", _("appeal")


# --- How urgent: the shape of Discourse's score (a flag weighs by who sends it and why), with
# --- what the checks say, how many readers it reaches and how long it has waited.

FLAG_WEIGHT = 1.0
WEIGHT_OF_STANDING = {
    User.Standing.NEW: 0.0,
    User.Standing.REGULAR: 1.0,
    User.Standing.TRUSTED: 2.0,
}
WEIGHT_OF_FLAG = {Flag.Reason.HATEFUL: 2.0, Flag.Reason.PERSONAL_DATA: 2.0, Flag.Reason.RUDE: 1.0}
WEIGHT_OF_REASON = {
    Reason.NOTICE: 10.0,
    Reason.HELD: 3.0,
    Reason.EDIT: 2.0,
    Reason.SET_ASIDE: 4.0,
    Reason.HEARD: 4.0,
    Reason.APPEAL: 4.0,
}
# A day of waiting weighs as much as four flags of readers of long standing.
WEIGHT_OF_HOUR = 0.5
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Flags:
    """How many readers of one standing flagged for one reason."""

    reason: str
    standing: str
    count: int


@dataclass(frozen=True)
class Urgency:
    """The parts of a case's score, so that the desk can show why it stands where it stands."""

    flags: float
    checks: float
    reach: float
    waiting: float

    @property
    def score(self) -> float:
        return self.flags + self.checks + self.reach + self.waiting


def urgency(
    *,
    flags: Iterable[Flags],
    reasons: Iterable[str],
    reach: int,
    opened_at: datetime,
    now: datetime,
) -> Urgency:
    """reach: answers to the comment and recommendations of it, where readers see it."""
    return Urgency(
        flags=sum(
            each.count
            * (
                FLAG_WEIGHT
                + WEIGHT_OF_STANDING[User.Standing(each.standing)]
                + WEIGHT_OF_FLAG.get(Flag.Reason(each.reason), 0)
            )
            for each in flags
        ),
        checks=sum(WEIGHT_OF_REASON.get(Reason(reason), 0) for reason in reasons),
        reach=log2(1 + reach),
        waiting=WEIGHT_OF_HOUR * ((now - opened_at) / timedelta(hours=1)),
    )


def urgency_of(case: Case, *, now: datetime) -> Urgency:
    """One query, for the flags, if the case comes with its comment and the comment's tally."""
    flags = (
        case.flags.order_by().values_list("reason", "reader__standing").annotate(count=Count("pk"))
    )
    comment = case.comment
    is_seen = comment is not None and comment.is_published
    tally = getattr(comment, "tally", None) if is_seen else None
    seen = tally.reply_count + tally.recommendation_count if tally else 0
    return urgency(
        flags=[Flags(*row) for row in flags],
        reasons=case.reasons,
        reach=seen,
        opened_at=case.opened_at,
        now=now,
    )


# --- Verbs


@transaction.atomic
def open_case(comment: Comment, *, reason: str) -> Case:
    """The one open case of a comment; it grows where there is one. Its row is locked afterwards.

    The comment's row is locked first, as by everything that closes a case: of two that open one
    at the same time the second finds the first's. Raises ValidationError (conflict: withdrawn).
    """
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if refusal := rules.opening_refusal(comment):
        raise ValidationError(refusal, code="conflict")
    case = unsettled_cases(comment).select_for_update(no_key=True).first()
    if case is None:
        case = Case.objects.create(comment=comment)
    case.comment = comment
    if Reason(reason) not in case.reasons:
        case.reasons.append(Reason(reason).value)
    grow(case)
    return case


def unsettled_cases(comment: Comment) -> CaseQuerySet:
    """Open, or closed for as long as a removal can still be undone: one at most."""
    undoable = Respite.objects.running().values("case")
    return Case.objects.filter(Q(closed_at__isnull=True) | Q(pk__in=undoable), comment=comment)


def open_case_of_reader(reader: User, *, reason: str) -> Case:
    """The one open case about him; who calls holds a lock that is his alone (his hearing)."""
    case = Case.objects.open().select_for_update(no_key=True).filter(reader=reader).first()
    if case is None:
        case = Case.objects.create(reader=reader)
    if Reason(reason) not in case.reasons:
        case.reasons.append(Reason(reason).value)
    grow(case)
    return case


def grow(case: Case) -> None:
    """Count and weigh a locked case anew: something happened to it.

    The score is stored as if everybody looked at EPOCH: all cases age alike, so that their order
    is right at any time without writing scores by the clock.
    """
    case.flag_count = case.flags.count()
    case.score = urgency_of(case, now=EPOCH).score
    case.save(update_fields=["flag_count", "reasons", "score"])


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


def next_case(moderator: User) -> Case | None:
    """What he should look at now: nobody else's, nothing of his own, no appeal."""
    cases = Case.objects.open().claimable_by(moderator).exclude(comment__author=moderator)
    cases = cases.exclude(reasons=rules.APPEALED)
    if not is_senior(moderator):
        cases = cases.filter(handed_to="")
    return cases.most_urgent_first().first()
