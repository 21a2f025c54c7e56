"""When do unfounded reports become misuse, and what follows (DSA art. 23(2))?

A warning, and only if it goes on after that, a pause. Number, share and gravity decide; the people
of the house and trusted flaggers (art. 22) are left to people.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from moderation import signals
from moderation.models import Caution, Flag, FlaggerRecord, Notice, Outcome
from moderation.trusting import trusted_flagger_of

# --- The policy

WITHIN = timedelta(days=90)
UNFOUNDED_AT_LEAST = 10
SHARE_AT_LEAST = 0.8
# An unfounded notice of illegal content weighs more: we have to examine it as the law demands.
WEIGHT_OF_NOTICE = 3
PAUSE = timedelta(days=30)
WARNING_HOLDS = timedelta(days=365)


def policy() -> str:
    """As whoever is concerned reads it."""
    return _(
        "We warn whoever has sent at least %(number)s unfounded reports within %(days)s days, if "
        "that is at least %(percent)s per cent of those decided; an unfounded notice of illegal "
        "content counts %(weight)s times. If it goes on after the warning, we do not accept "
        "reports from this person for %(pause)s days."
    ) % {
        "number": UNFOUNDED_AT_LEAST,
        "days": WITHIN.days,
        "percent": round(100 * SHARE_AT_LEAST),
        "weight": WEIGHT_OF_NOTICE,
        "pause": PAUSE.days,
    }


@dataclass(frozen=True)
class Reports:
    """What was judged of somebody's reports in a time."""

    unfounded: int
    judged: int
    weight: int

    @property
    def is_misuse(self) -> bool:
        return self.weight >= UNFOUNDED_AT_LEAST and self.unfounded >= SHARE_AT_LEAST * self.judged


def pause_of(reader: User | AnonymousUser | None) -> Caution | None:
    """Why he may not report now; one query."""
    if reader is None or reader.pk is None:
        return None
    return Caution.objects.running(timezone.now()).filter(reader_id=reader.pk).first()


# --- Verbs


@transaction.atomic(savepoint=False)
def caution_frequent(reader_ids: Collection[int]) -> list[Caution]:
    """Look at those whose reports have just proved unfounded. Their records are locked.

    One query for most cases: few people have enough behind them to be looked at.
    """
    enough = UNFOUNDED_AT_LEAST // WEIGHT_OF_NOTICE
    records = FlaggerRecord.objects.filter(reader__in=reader_ids, unfounded__gt=enough)
    frequent = records.filter(reader__is_staff=False).select_related("reader").order_by("pk")
    cautions = [caution(record.reader, now=timezone.now()) for record in frequent]
    return [each for each in cautions if each]


def caution(reader: User, *, now: datetime) -> Caution | None:
    """Warn him, or pause him who was warned before and went on; None if there is no cause."""
    last = Caution.objects.latest_of(reader.pk)
    since = max([now - WITHIN, *((last.until or last.cautioned_at,) if last else ())])
    reports = reports_of(reader, since=since)
    if not reports.is_misuse or trusted_flagger_of(reader):
        return None
    was_warned = last is not None and last.cautioned_at > now - WARNING_HOLDS
    made = Caution.objects.create(
        reader=reader,
        cautioned_at=now,
        until=now + PAUSE if was_warned else None,
        unfounded=reports.unfounded,
        judged=reports.judged,
    )
    signals.flagger_cautioned.send(sender=Caution, caution=made)
    return made


@transaction.atomic
def lift(caution: Caution) -> bool:
    """Whether it held until now: somebody has looked at it again, and it was wrong."""
    standing = Caution.objects.filter(pk=caution.pk, lifted_at__isnull=True)
    return standing.update(lifted_at=timezone.now()) == 1


def reports_of(reader: User, *, since: datetime) -> Reports:
    """Those sent since then, as far as they have been judged."""
    unfounded = Count("pk", filter=Q(outcome=Outcome.UNFOUNDED))
    judged = Count("pk")
    flags = Flag.objects.filter(reader=reader, flagged_at__gt=since).exclude(outcome="")
    notices = Notice.objects.filter(reader=reader, received_at__gt=since).exclude(outcome="")
    flagged = flags.aggregate(unfounded=unfounded, judged=judged)
    noticed = notices.aggregate(unfounded=unfounded, judged=judged)
    return Reports(
        unfounded=flagged["unfounded"] + noticed["unfounded"],
        judged=flagged["judged"] + noticed["judged"],
        weight=flagged["unfounded"] + WEIGHT_OF_NOTICE * noticed["unfounded"],
    )
