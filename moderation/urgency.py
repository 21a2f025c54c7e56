"""How urgent is a case, and why?

The shape of Discourse's score (a flag weighs by who sends it, how often he was right, and why),
with the law's dates, what the checks say, how many readers it reaches and how long it has waited.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log2

from accounts.models import User
from moderation.accuracy import accuracy_bonus
from moderation.models import Case, Flag, FlaggerRecord, Reason, Screening, Verdict

FLAG_WEIGHT = 1.0
WEIGHT_OF_STANDING = {
    User.Standing.NEW: 0.0,
    User.Standing.REGULAR: 1.0,
    User.Standing.TRUSTED: 2.0,
}
WEIGHT_OF_FLAG = {Flag.Reason.HATEFUL: 2.0, Flag.Reason.PERSONAL_DATA: 2.0, Flag.Reason.RUDE: 1.0}
# Further ones say nothing new: it stands on top long before.
FLAGS_WEIGHED = 200
WEIGHT_OF_REASON = {
    Reason.HELD: 3.0,
    Reason.EDIT: 2.0,
    Reason.SET_ASIDE: 4.0,
    Reason.HEARD: 4.0,
    Reason.APPEAL: 4.0,
}
WEIGHT_OF_VERDICT = {Screening.Outcome.HOLD: 1.0, Screening.Outcome.REMOVE: 3.0}
# A day of waiting weighs as much as four flags of readers of long standing.
WEIGHT_OF_HOUR = 0.5
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)

# --- The clock of the law (docs/decisions/0037).

# Danger stands above whatever else has waited less than two years; trusted flaggers' notices above
# those of others (DSA art. 22), which come a day before a held comment of the same hour.
WEIGHT_OF_LAW = {Reason.DANGER: 10_000.0, Reason.TRUSTED: 100.0, Reason.NOTICE: 12.0}
# What a date weighs on the day: as much as twenty days of waiting.
DUE = 240.0
# By when the house wants to have answered, where whoever opens the case says nothing else.
PERIODS = {
    Reason.DANGER: timedelta(hours=1),
    Reason.NOTICE: timedelta(hours=24),
    Reason.APPEAL: timedelta(days=14),
}


@dataclass(frozen=True)
class Flags:
    """How many readers of one standing flagged for one reason, and how right they usually are."""

    reason: str
    standing: str
    count: int = 1
    record: FlaggerRecord | None = None


@dataclass(frozen=True)
class Urgency:
    """The parts of a case's score, so that the desk can show why it stands where it stands."""

    law: float
    flags: float
    checks: float
    reach: float
    waiting: float

    @property
    def score(self) -> float:
        return self.law + self.flags + self.checks + self.reach + self.waiting


def urgency(
    *,
    flags: Iterable[Flags],
    reasons: Iterable[str],
    reach: int,
    opened_at: datetime,
    now: datetime,
    verdicts: Iterable[str] = (),
    due_at: datetime | None = None,
) -> Urgency:
    """reach: answers to the comment and recommendations of it, where readers see it. verdicts: the
    outcomes of the checks of its latest wording."""
    named = [Reason(reason) for reason in reasons]
    return Urgency(
        law=sum(WEIGHT_OF_LAW.get(reason, 0) for reason in named)
        + head_start(opened_at=opened_at, due_at=due_at),
        flags=sum(each.count * weight_of(each) for each in flags),
        checks=sum(WEIGHT_OF_REASON.get(reason, 0) for reason in named)
        + sum(WEIGHT_OF_VERDICT.get(Screening.Outcome(outcome), 0) for outcome in verdicts),
        reach=log2(1 + reach),
        waiting=WEIGHT_OF_HOUR * hours(now - opened_at),
    )


def head_start(*, opened_at: datetime, due_at: datetime | None) -> float:
    """What a date is worth: a number that no clock changes.

    On the day it comes to DUE together with the waiting, and to half a point less for each hour
    before. All cases age alike, so the nearer date stands above the later one at any time.
    """
    if due_at is None:
        return 0.0
    return max(0.0, DUE - WEIGHT_OF_HOUR * hours(due_at - opened_at))


def weight_of(flags: Flags) -> float:
    """Never below nothing: a notorious flagger must not shield what he flags."""
    weight = (
        FLAG_WEIGHT
        + WEIGHT_OF_STANDING[User.Standing(flags.standing)]
        + WEIGHT_OF_FLAG.get(Flag.Reason(flags.reason), 0)
    )
    return max(0.0, weight + accuracy_bonus(flags.record))


def hours(span: timedelta) -> float:
    return span / timedelta(hours=1)


def newest_flags(case: Case) -> list[Flag]:
    """As many as are weighed, with who sent them and how often he was right."""
    sent = case.flags.select_related("reader__flagger_record").order_by("-pk")
    return list(sent[:FLAGS_WEIGHED])


def weighed(
    case: Case, *, flags: Iterable[Flag], outcomes: Iterable[str], now: datetime
) -> Urgency:
    """Without a query, if the case comes with its comment and the comment's tally.

    flags: as from newest_flags. outcomes: what the checks say of the latest wording.
    """
    return urgency(
        flags=[
            Flags(
                flag.reason,
                flag.reader.standing,
                record=getattr(flag.reader, "flagger_record", None),
            )
            for flag in flags
        ],
        verdicts=outcomes,
        reasons=case.reasons,
        reach=reach_of(case),
        opened_at=case.opened_at,
        due_at=case.due_at,
        now=now,
    )


def reach_of(case: Case) -> int:
    """Answers and recommendations, where readers see the comment."""
    comment = case.comment
    tally = getattr(comment, "tally", None)
    if comment is None or tally is None or not comment.is_published:
        return 0
    return tally.reply_count + tally.recommendation_count


def objections_to(case: Case) -> list[tuple[str, str]]:
    """(name of the check, outcome) of the latest wording, for whatever has not passed."""
    if case.comment is None:
        return []
    latest = case.comment.revisions.filter(declined_at__isnull=True).order_by("-number")
    found = Verdict.objects.filter(screening__revision__in=latest.values("pk")[:1])
    return list(
        found.exclude(outcome=Screening.Outcome.PASS)
        .order_by("pk")
        .values_list("check_name", "outcome")
    )
