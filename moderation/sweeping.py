"""How are many comments removed at once, each with a decision and a letter of its own?"""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttling import throttle, wait_for
from forum import listing
from forum.models import Comment
from moderation import respites, rules, signals
from moderation.deciding import (
    conflict,
    latest_revision,
    origin_of,
    record,
    refuse_without_reasons,
    settle,
    take_effect,
)
from moderation.models import Case, Decision, Respite, Sweep
from moderation.queue import Reason, open_case

logger = logging.getLogger(__name__)

# As many as are out of sight on the moderator's next page, and as one alone may remove.
AT_ONCE = 50
BATCH = 50
LEASE = timedelta(minutes=2)
REMOVE = Decision.Measure.REMOVE


class Removal(NamedTuple):
    """Of a branch: what can still be undone, and how many were left to whom they belong."""

    granted: list[Respite]
    passed_over: int


@transaction.atomic
def remove_branch(
    comment: Comment, *, moderator: User, ground: str, explanation: str
) -> Removal | Sweep:
    """The comment and all that answers it: up to fifty, each with a respite; more for seniors, by
    a job that nobody can undo.

    Raises PermissionDenied, ValidationError (ground, explanation; conflict: nothing is left).
    """
    if refusal := rules.measure_refusal(moderator, comment):
        raise PermissionDenied(refusal)
    refuse_without_reasons(REMOVE, ground=ground, explanation=explanation)
    wait_for("decide", reader=moderator)
    comment, _discussion = listing.locked(comment)
    order = Sweep(branch=comment, ground=ground, explanation=explanation, ordered_by=moderator)
    waiting = list(comments_of(order)[: AT_ONCE + 1])
    if refusal := rules.many_refusal(moderator, count=len(waiting), most=AT_ONCE):
        raise PermissionDenied(refusal)
    if len(waiting) > AT_ONCE:
        throttle("decide", reader=moderator)
        return begin(order)
    lock_all(waiting)
    free = [one for one in waiting if not belongs_to_others(one, moderator)]
    granted = [grant(one, order) for one in free if not is_being_removed(one)]
    if not granted:
        raise conflict(_("Nothing of it is left that could be removed."))
    return Removal(granted, passed_over=len(waiting) - len(free))


def grant(comment: Comment, order: Sweep) -> Respite:
    return respites.grant(
        open_case(comment, reason=Reason.OPENED),
        moderator=order.ordered_by,
        revision=latest_revision(comment),
        ground=order.ground,
        explanation=order.explanation,
    )


def is_being_removed(comment: Comment) -> bool:
    return Respite.objects.running().filter(case__comment=comment).exists()


def belongs_to_others(comment: Comment, moderator: User) -> bool:
    """Handed to seniors, an appeal, or in a colleague's hands."""
    cases = Case.objects.open().select_related("claimed_by", "comment")
    case = cases.filter(comment=comment).first()
    if case is None:
        return False
    refusal = rules.decision_refusal(moderator, case) or rules.claim_conflict(moderator, case)
    return refusal is not None


@transaction.atomic
def remove_since(
    author: User, *, since: datetime, moderator: User, ground: str, explanation: str
) -> Sweep:
    """All that he has written since then, by a job; for seniors. Raises as remove_branch."""
    if refusal := rules.senior_refusal(moderator) or rules.reader_refusal(moderator, author):
        raise PermissionDenied(refusal)
    refuse_without_reasons(REMOVE, ground=ground, explanation=explanation)
    throttle("decide", reader=moderator)
    order = Sweep(
        author=author, since=since, ground=ground, explanation=explanation, ordered_by=moderator
    )
    if not comments_of(order).exists():
        raise conflict(_("Nothing of it is left that could be removed."))
    return begin(order)


def lock_all(comments: list[Comment]) -> None:
    """Them, their cases and their authors, in one order: of two who hold some of the same, one
    waits for the other, not each for the other."""
    ids = [comment.pk for comment in comments]
    authors = {comment.author_id for comment in comments}
    for rows in (
        Comment.objects.filter(pk__in=ids),
        Case.objects.open().filter(comment__in=ids),
        User.objects.filter(pk__in=authors),
    ):
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def begin(order: Sweep) -> Sweep:
    """It can be stopped before anything is gone, as long as a single removal can be undone."""
    order.leased_until = timezone.now() + respites.LASTS
    order.save()
    signals.sweep_ordered.send(sender=Sweep, sweep=order)
    return order


def stop(sweep: Sweep, *, moderator: User) -> None:
    """What is not removed yet stays; what is can be appealed against.

    Raises PermissionDenied, ValidationError (conflict: it is finished).
    """
    if refusal := rules.senior_refusal(moderator):
        raise PermissionDenied(refusal)
    now = timezone.now()
    # Waits for the comment that is being removed.
    under_way = Sweep.objects.under_way().filter(pk=sweep.pk)
    if not under_way.update(finished_at=now, stopped_at=now, stopped_by=moderator):
        raise conflict(_("It was finished already."))


def work(sweep: Sweep) -> bool:
    """One batch; whether there is more to do. Running it twice is harmless: what is removed stays
    so, and two workers do not get the same lease."""
    now = timezone.now()
    free = Sweep.objects.due(now).filter(pk=sweep.pk)
    if free.update(attempts=F("attempts") + 1, leased_until=now + LEASE) != 1:
        return False
    sweep.refresh_from_db()
    batch = list(comments_of(sweep)[:BATCH])
    for comment in batch:
        if not step(sweep, comment):
            return False
    is_over = len(batch) < BATCH
    under_way = Sweep.objects.under_way().filter(pk=sweep.pk)
    goes_on = under_way.update(
        attempts=0, leased_until=None, finished_at=timezone.now() if is_over else None
    )
    return bool(goes_on) and not is_over


@transaction.atomic
def step(sweep: Sweep, comment: Comment) -> bool:
    """One comment, and that it is done; False if somebody has stopped it."""
    mine = Sweep.objects.select_for_update(no_key=True).filter(pk=sweep.pk)
    if not mine.under_way().exists():
        return False
    removed = 0
    try:
        with transaction.atomic():
            removed = 1 if remove(comment, sweep) else 0
    except ValidationError:
        # Withdrawn or decided meanwhile: nothing of it is in sight.
        logger.info("comment passed over", extra={"comment": comment.pk, "sweep": sweep.pk})
    done = {"last_id": comment.pk, "removed_count": F("removed_count") + removed}
    mine.update(**done)
    return True


def remove(comment: Comment, order: Sweep) -> Decision | None:
    """None if nobody sees it any more, or is to see it, or others decide on it."""
    comment, _discussion = listing.locked(comment)
    if not (comment.is_published or comment.is_waiting):
        return None
    if belongs_to_others(comment, order.ordered_by):
        return None
    case = open_case(comment, reason=Reason.OPENED)
    revision = latest_revision(comment)
    decision = record(
        comment,
        case=case,
        revision=revision,
        decided_by=order.ordered_by,
        measure=REMOVE,
        ground=order.ground,
        origin=origin_of(case),
        explanation=order.explanation,
    )
    take_effect(decision, comment=comment, revision=revision)
    settle(case, decision=decision)
    return decision


def comments_of(order: Sweep) -> QuerySet[Comment]:
    """What is still to be removed, the oldest first; never the moderator's own."""
    if order.branch:
        among = Comment.objects.filter(pk__in=branch_of(order.branch))
    else:
        among = Comment.objects.filter(author=order.author, submitted_at__gte=order.since)
    shown = (Comment.Status.PENDING, Comment.Status.HELD, Comment.Status.PUBLISHED)
    return (
        among.filter(status__in=shown, pk__gt=order.last_id)
        .exclude(author=order.ordered_by)
        .order_by("pk")
    )


def branch_of(comment: Comment) -> list[int]:
    """Its id and those of all below; by what answers what, since paths end at 32 levels."""
    found, level = [comment.pk], [comment.pk]
    while level:
        level = list(Comment.objects.filter(parent__in=level).values_list("pk", flat=True))
        found += level
    return found
