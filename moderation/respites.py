"""For how long can a removal still be undone, and how does it take effect after that?

The row is the job. Until it is due the comment is only held, its case is closed, and nobody is
told. Then decision, measure and statement take effect in one transaction. Undo and effect lock the
comment first: exactly one of them wins, however often the bell rings.
"""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from forum import listing, publishing
from forum.models import Comment, Revision
from moderation import deciding, rulebook, rules, signals, warning
from moderation.models import Case, Decision, Respite, RespiteQuerySet, Screening
from moderation.queue import Reason, open_case

logger = logging.getLogger(__name__)

LASTS = timedelta(seconds=30)
LEASE = timedelta(seconds=30)
ATTEMPTS = 5
# After an attempt that raised: 5, 10, 20, 40 seconds. A killed worker leaves the whole lease.
BACKOFF = timedelta(seconds=5)

Measure, Status = Decision.Measure, Comment.Status
# What somebody else can have decided about the comment meanwhile.
ABOUT_VISIBILITY = (Measure.PUBLISH, Measure.HOLD, Measure.REMOVE)
# Of publishing.Place, under the same names.
MARKS = ("picked_at", "picked_by_id", "pinned_at", "pinned_by_id")


@transaction.atomic
def grant(
    case: Case,
    *,
    moderator: User,
    measure: str = Measure.REMOVE,
    ground: str,
    explanation: str,
    revision: Revision,
    also_warns: bool = False,
    facts: str = "",
    note: str = "",
) -> Respite:
    """Out of sight at once, and removed after LASTS. Raises as deciding.take_up does.

    also_warns: its author is warned for the same ground, by a decision of its own.
    """
    comment, case = deciding.take_up(
        case,
        moderator=moderator,
        measure=measure,
        revision=revision,
        ground=ground,
        explanation=explanation,
    )
    place = publishing.place_of(comment, comment.discussion)
    if place.status in {Status.PENDING, Status.PUBLISHED}:
        publishing.hold(comment)
    now = timezone.now()
    case.claimed_by = case.claimed_at = None
    case.closed_at = now
    case.save(update_fields=["claimed_by", "claimed_at", "closed_at"])
    respite = Respite.objects.create(
        case=case,
        revision=revision,
        measure=measure,
        ground=ground,
        rules_version=rulebook.held_lately().version,
        facts=facts,
        explanation=explanation,
        note=note,
        also_warns=also_warns,
        decided_by=moderator,
        granted_at=now,
        due_at=now + LASTS,
        former_status=place.status,
        former_revision_id=place.visible_revision_id,
        **{name: getattr(place, name) for name in MARKS},
    )
    signals.removal_granted.send(sender=Respite, respite=respite)
    return respite


@transaction.atomic
def undo(respite: Respite, *, moderator: User) -> Case:
    """Everything as it was before, and his again to decide. Needs no reason, and nobody is told.

    Possible until it has taken effect, also where no worker works. Raises PermissionDenied, and
    ValidationError (conflict): too late, or the author was first.
    """
    if refusal := rules.undo_refusal(moderator, respite):
        raise PermissionDenied(refusal)
    locked = lock(respite)
    if locked is None:
        raise deciding.conflict(_("Too late: this can no longer be undone."))
    respite, comment, case = locked
    if comment.status == Status.WITHDRAWN:
        raise deciding.conflict(_("The author has withdrawn this comment meanwhile."))
    if is_decided_otherwise(respite, comment):
        raise deciding.conflict(_("The comment has changed meanwhile. Please look at it again."))
    if is_to_be_put_back(respite):
        publishing.put_back(comment, place=former_place(respite))
    case.closed_at = None
    case.claimed_by, case.claimed_at = respite.decided_by, timezone.now()
    case.save(update_fields=["closed_at", "claimed_by", "claimed_at"])
    respite.undone_at, respite.undone_by = timezone.now(), moderator
    end(respite)
    logger.info("removal undone", extra={"respite": respite.pk, "case": case.pk})
    return case


def take_effect(respite: Respite) -> Decision | None:
    """What was decided, once it is due; None where it is not, or somebody else is at it."""
    if respite.attempts >= ATTEMPTS:
        set_aside(respite)
        return None
    if not claim(respite):
        return None
    try:
        return bring_about(respite)
    except Exception:
        pause = BACKOFF * 2**respite.attempts
        mine = Respite.objects.running().filter(pk=respite.pk)
        mine.update(leased_until=timezone.now() + pause)
        raise


def claim(respite: Respite) -> bool:
    """Whether the job is ours. Committed before the work: what kills its worker counts."""
    now = timezone.now()
    claimed = due(now).filter(pk=respite.pk, attempts__lt=ATTEMPTS)
    return claimed.update(attempts=F("attempts") + 1, leased_until=now + LEASE) == 1


def due(now: datetime) -> RespiteQuerySet:
    """Nobody has undone it, and nobody works on it (or not any more)."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    return Respite.objects.running().filter(free, due_at__lte=now)


@transaction.atomic
def bring_about(respite: Respite) -> Decision | None:
    """Record, measure, letter and closed case at once; or nothing, if it is moot."""
    locked = lock(respite)
    if locked is None:
        return None
    respite, comment, case = locked
    if is_moot(respite, comment, case):
        respite.moot_at = timezone.now()
        end(respite)
        return None
    decision = deciding.record(
        comment,
        case=case,
        decided_by=respite.decided_by,
        measure=respite.measure,
        revision=respite.revision,
        ground=respite.ground,
        rules_version=respite.rules_version,
        origin=deciding.origin_of(case),
        facts=respite.facts,
        explanation=respite.explanation,
        note=respite.note,
    )
    if respite.former_revision_id:
        publishing.decline_waiting_edits(comment)
    deciding.take_effect(decision, comment=comment, revision=respite.revision)
    deciding.settle(case, decision=decision)
    if respite.also_warns:
        warning.warn_besides(decision, explanation=respite.explanation)
    respite.decision = decision
    end(respite)
    return decision


def is_moot(respite: Respite, comment: Comment, case: Case) -> bool:
    """Whether there is nothing left to remove; whoever waits for the case learns of it."""
    if comment.status == Status.WITHDRAWN:
        signals.case_moot.send(sender=Case, case=case)
        return True
    if other := is_decided_otherwise(respite, comment):
        signals.case_closed.send(sender=Case, case=case, decision=other)
        return True
    if respite.revision != deciding.latest_revision(comment):
        reopen(case, comment, reason=Reason.EDIT)
        return True
    return False


def is_decided_otherwise(respite: Respite, comment: Comment) -> Decision | None:
    """By a measure on all of an author's comments, say."""
    later = comment.decisions.filter(
        decided_at__gte=respite.granted_at, measure__in=ABOUT_VISIBILITY
    )
    return later.order_by("-pk").first()


def is_to_be_put_back(respite: Respite) -> bool:
    """Not what was out of sight before, nor what has been screened only while it was held."""
    if respite.former_status == Status.PENDING:
        return Screening.objects.waiting().filter(revision=respite.revision_id).exists()
    return respite.former_status == Status.PUBLISHED


def former_place(respite: Respite) -> publishing.Place:
    return publishing.Place(
        status=respite.former_status,
        visible_revision_id=respite.former_revision_id,
        **{name: getattr(respite, name) for name in MARKS},
    )


@transaction.atomic
def set_aside(respite: Respite) -> None:
    """Five attempts have failed: it stays out of sight, and somebody decides anew."""
    locked = lock(respite)
    if locked is None or (respite.leased_until and respite.leased_until > timezone.now()):
        return
    respite, comment, case = locked
    respite.set_aside_at = timezone.now()
    end(respite)
    reopen(case, comment, reason=Reason.SET_ASIDE)
    logger.error("removal set aside", extra={"respite": respite.pk})


def reopen(case: Case, comment: Comment, *, reason: Reason) -> None:
    case.closed_at = None
    case.save(update_fields=["closed_at"])
    open_case(comment, reason=reason)


def end(respite: Respite) -> None:
    """What took effect keeps its words in the decision; of the rest only the fact remains."""
    respite.facts = respite.explanation = respite.note = ""
    respite.save()


def lock(respite: Respite) -> tuple[Respite, Comment, Case] | None:
    """All three, locked as everywhere; None if it has ended meanwhile."""
    comment, _discussion = listing.locked(respite.case.reviewed_comment)
    case = Case.objects.select_for_update(no_key=True).get(pk=respite.case_id)
    running = (
        Respite.objects.running()
        .select_for_update(no_key=True, of=("self",))
        .select_related("decided_by", "revision")
        .filter(pk=respite.pk)
        .first()
    )
    return (running, comment, case) if running else None
