"""Which words does moderation no longer need, and who has counted that they are gone?

What was taken down, and why, is kept until nobody can appeal any more and KEPT_AFTER longer
(requirement: held and rejected texts 90 days after the last appeal). Decision, ground and the hash
of the words stay: the log proves itself without them (log.py).
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from forum.models import Comment, Revision
from moderation.models import (
    Appeal,
    Case,
    Decision,
    DecisionText,
    Erasure,
    Flag,
    Hearing,
    Sweep,
    Verdict,
)
from moderation.models.sweeps import ATTEMPTS

logger = logging.getLogger(__name__)

KEPT_AFTER = timedelta(days=90)
BATCH = 500
# Well below what a task may take; the next round goes on.
ROUND_SECONDS = 30
Kind = Erasure.Kind


def erase(now: datetime | None = None) -> None:
    """Batch by batch, each with its count in one transaction. Doing it twice is harmless."""
    now = now or timezone.now()
    until = monotonic() + ROUND_SECONDS
    for kind, over, forget in PARTS:
        while monotonic() < until and erase_batch(kind, over(before(now)), forget, now=now):
            pass


def before(now: datetime) -> datetime:
    """Whatever was decided earlier can no longer be appealed against, for KEPT_AFTER by now."""
    return now - settings.MODERATION_APPEAL_WINDOW - KEPT_AFTER


@transaction.atomic
def erase_batch(
    kind: str, over: models.QuerySet, forget: Callable[[models.QuerySet], object], *, now: datetime
) -> int:
    """How many were erased; locked, so that two at once count none twice."""
    locked = over.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH]
    ids = list(locked.values_list("pk", flat=True))
    if not ids:
        return 0
    forget(over.model.objects.filter(pk__in=ids))
    day = timezone.localtime(now).date()
    erasure, _is_new = Erasure.objects.get_or_create(kind=kind, day=day)
    Erasure.objects.filter(pk=erasure.pk).update(count=F("count") + len(ids))
    logger.info("texts erased", extra={"kind": kind, "count": len(ids)})
    return len(ids)


# --- What is over


def reasons_over(before: datetime) -> models.QuerySet[DecisionText]:
    """Of what holds no longer, unless the same comment is still spoken of."""
    return (
        DecisionText.objects.filter(decision__decided_at__lt=before)
        .filter(Q(decision__until__isnull=True) | Q(decision__until__lt=before))
        .exclude(spoken_of(OuterRef("decision__comment"), since=before))
        .exclude(Exists(Case.objects.open().filter(reader=OuterRef("decision__reader"))))
    )


def wordings_over(before: datetime) -> models.QuerySet[Revision]:
    """Of comments that were taken down, and edits that were declined."""
    down = Q(comment__status__in=[Comment.Status.HELD, Comment.Status.REMOVED])
    since = Coalesce("declined_at", "comment__removed_at", "comment__held_at")
    return (
        Revision.objects.exclude(body="")
        .filter(down | Q(declined_at__isnull=False))
        .alias(since=since)
        .filter(since__lt=before)
        .exclude(spoken_of(OuterRef("comment"), since=before))
    )


def flags_over(before: datetime) -> models.QuerySet[Flag]:
    """What was written beside a report whose case was closed so long ago."""
    return Flag.objects.exclude(explanation="").filter(case__closed_at__lt=before)


def hearings_over(before: datetime) -> models.QuerySet[Hearing]:
    """Announced suspensions that are decided, or whose reader has left before."""
    is_over = Q(decided_at__lt=before) | Q(decided_at=None, reader__closed_at__lt=before)
    told = Hearing.objects.exclude(explanation="", answer="").filter(is_over)
    return told.exclude(spoken_of(OuterRef("comment"), since=before))


def sweeps_over(before: datetime) -> models.QuerySet[Sweep]:
    """Each comment's decision has the same reasons, and its own time."""
    is_over = Q(finished_at__lt=before) | Q(attempts__gte=ATTEMPTS, ordered_at__lt=before)
    return Sweep.objects.exclude(explanation="").filter(is_over)


def appeals_over(before: datetime) -> models.QuerySet[Appeal]:
    """What the author wrote, and what he was answered."""
    told = Appeal.objects.exclude(text="", answer="").filter(answered_at__lt=before)
    return told.exclude(spoken_of(OuterRef("decision__comment"), since=before))


def spoken_of(comment: OuterRef, *, since: datetime) -> Q:
    """Decided on since then, or about to be decided on: an appeal opens a case too."""
    return Q(Exists(Decision.objects.filter(comment=comment, decided_at__gte=since))) | Q(
        Exists(Case.objects.open().filter(comment=comment))
    )


# --- How it is forgotten


def forget_wordings(revisions: models.QuerySet[Revision]) -> None:
    """With the passages that checks have quoted from them."""
    quoted = Verdict.objects.filter(screening__revision__in=revisions).exclude(found=[])
    quoted.update(found=[])
    revisions.update(body="", html="", fingerprint="")


PARTS: list[tuple[str, Callable[[datetime], models.QuerySet], Callable]] = [
    (Kind.REASONS, reasons_over, lambda texts: texts.delete()),
    (Kind.WORDING, wordings_over, forget_wordings),
    (Kind.FLAG, flags_over, lambda flags: flags.update(explanation="")),
    (Kind.REASONS, hearings_over, lambda rows: rows.update(explanation="", answer="")),
    (Kind.REASONS, sweeps_over, lambda sweeps: sweeps.update(explanation="")),
    (Kind.REASONS, appeals_over, lambda appeals: appeals.update(text="", answer="")),
]
