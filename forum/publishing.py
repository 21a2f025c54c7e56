"""What does the house do with a comment? Publish, hold, put back, remove, decline an edit.

Called by screening and by moderators' decisions. Whoever comes too late (another status, a newer
wording) is told so by a ValidationError "conflict" and has changed nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forum import listing, signals
from forum.models import Clearance, Comment, Discussion, Revision

Status = Comment.Status


@dataclass(frozen=True)
class Place:
    """What a hold takes from a comment, and an undo gives back. Ids, where it says so."""

    status: str
    visible_revision_id: int | None
    picked_at: datetime | None
    picked_by_id: int | None
    pinned_at: datetime | None
    pinned_by_id: int | None


@transaction.atomic
def publish(
    comment: Comment,
    *,
    revision: Revision,
    screening_id: int | None = None,
    decision_id: int | None = None,
) -> Comment:
    """Show exactly this wording, which that screening or that decision has cleared.

    What a moderator is to read, or has taken down, only a decision brings back.
    """
    comment, _discussion = listing.locked(comment)
    _refuse_unless(comment, {Status.PENDING, Status.PUBLISHED, Status.HELD, Status.REMOVED})
    if _latest_wording(comment) != revision or comment.visible_revision_id == revision.pk:
        raise _conflict()
    return show(comment, revision=revision, screening_id=screening_id, decision_id=decision_id)


def show(
    comment: Comment,
    *,
    revision: Revision,
    screening_id: int | None = None,
    decision_id: int | None = None,
) -> Comment:
    """The same for who holds the locks (listing.locked) and has seen that no other wording waits.

    Each query less is one less under the lock of the discussion, where all its replies queue.
    """
    if screening_id is not None:
        _refuse_unless(comment, {Status.PENDING, Status.PUBLISHED})
    now = timezone.now()
    first_time = comment.published_at is None
    was_published = comment.is_published
    cleared = {"screening_id": screening_id, "decision_id": decision_id, "cleared_at": now}
    if first_time:
        # None of its wordings has been cleared before, or it would have been published.
        clearance = Clearance.objects.create(revision=revision, **cleared)
    else:
        clearance, newly_cleared = Clearance.objects.update_or_create(
            revision=revision, defaults=cleared
        )
        comment.edited_at = now if newly_cleared else comment.edited_at
    comment.status = Status.PUBLISHED
    comment.visible_revision = clearance
    comment.published_at = comment.published_at or now
    comment.held_at = comment.removed_at = None
    comment.removal_ground = ""
    listing.settle(comment, comment.discussion, was_published=was_published)
    signals.comment_published.send(
        sender=Comment, comment=comment, revision=revision, first_time=first_time
    )
    return comment


@transaction.atomic
def restore(comment: Comment, *, revision: Revision, decision_id: int) -> Comment:
    """Take back that it went out of sight, or that this wording was declined: it stands where it
    stood, with replies, recommendations and pick. Wordings sent since then are declined."""
    comment, _discussion = listing.locked(comment)
    _refuse_unless(comment, {Status.PENDING, Status.HELD, Status.REMOVED, Status.PUBLISHED})
    later = comment.revisions.filter(number__gt=revision.number, declined_at__isnull=True)
    later.update(declined_at=timezone.now())
    if revision.declined_at:
        revision.declined_at = None
        revision.save(update_fields=["declined_at"])
    if not comment.is_published:
        listing.pick_again(comment)
    comment = show(comment, revision=revision, decision_id=decision_id)
    listing.rerank(comment)
    return comment


@transaction.atomic
def hold(comment: Comment) -> Comment:
    """Out of sight until a moderator has read it."""
    comment, discussion = listing.locked(comment)
    _refuse_unless(comment, {Status.PENDING, Status.PUBLISHED})

    was_published = comment.is_published
    comment.status = Status.HELD
    comment.held_at = timezone.now()
    comment.visible_revision = None
    listing.settle(comment, discussion, was_published=was_published)
    signals.comment_held.send(sender=Comment, comment=comment)
    return comment


def place_of(comment: Comment, discussion: Discussion) -> Place:
    """Both are locked (listing.locked)."""
    is_pinned = discussion.pinned_comment_id == comment.pk
    return Place(
        status=comment.status,
        visible_revision_id=comment.visible_revision_id,
        picked_at=comment.picked_at,
        picked_by_id=comment.picked_by_id,
        pinned_at=discussion.pinned_at if is_pinned else None,
        pinned_by_id=discussion.pinned_by_id if is_pinned else None,
    )


@transaction.atomic
def put_back(comment: Comment, *, place: Place) -> Comment:
    """As if it had never been held: nobody decides anew, the wording was cleared before.

    Another comment that has been pinned meanwhile stays so.
    """
    comment, discussion = listing.locked(comment)
    _refuse_unless(comment, {Status.HELD})

    comment.status = Status(place.status)
    comment.held_at = None
    comment.visible_revision_id = place.visible_revision_id
    comment.picked_at, comment.picked_by_id = place.picked_at, place.picked_by_id
    if place.pinned_at and discussion.pinned_comment_id is None:
        discussion.pinned_comment = comment
        discussion.pinned_at, discussion.pinned_by_id = place.pinned_at, place.pinned_by_id
    listing.settle(comment, discussion, was_published=False)
    if comment.picked_at:
        listing.rerank(comment)
    if comment.visible_revision:
        signals.comment_published.send(
            sender=Comment,
            comment=comment,
            revision=comment.visible_revision.revision,
            first_time=False,
        )
    return comment


@transaction.atomic
def remove(comment: Comment, *, ground: str) -> Comment:
    """Taken down by the house; an edit of it that still waits is declined with it.

    What is down already can be told to stay so, perhaps on another ground; since when, remains.
    """
    comment, discussion = listing.locked(comment)
    _refuse_unless(comment, {Status.HELD, Status.PUBLISHED, Status.REMOVED})

    now = timezone.now()
    was_published = comment.is_published
    if was_published:
        decline_waiting_edits(comment)
    comment.status = Status.REMOVED
    comment.removed_at = comment.removed_at or now
    comment.removal_ground = ground
    comment.visible_revision = None
    listing.settle(comment, discussion, was_published=was_published)
    signals.comment_removed.send(sender=Comment, comment=comment)
    return comment


@transaction.atomic
def decline_edit(revision: Revision) -> Revision:
    """The new wording is not shown; the former one stays where it was."""
    comment, _discussion = listing.locked(revision.comment)
    _refuse_unless(comment, {Status.PUBLISHED})
    if _latest_wording(comment) != revision or comment.visible_revision_id == revision.pk:
        raise _conflict()

    revision.declined_at = timezone.now()
    revision.save(update_fields=["declined_at"])
    return revision


def decline_waiting_edits(comment: Comment) -> None:
    """What was written after the wording that readers have seen. The comment is locked."""
    waiting = comment.revisions.filter(clearance__isnull=True, declined_at__isnull=True)
    waiting.update(declined_at=timezone.now())


def _latest_wording(comment: Comment) -> Revision:
    return comment.revisions.filter(declined_at__isnull=True).latest("number")


def _refuse_unless(comment: Comment, expected: set[Status]) -> None:
    if comment.status not in expected:
        raise _conflict()


def _conflict() -> ValidationError:
    return ValidationError(
        _("The comment has changed meanwhile. Please look at it again."), code="conflict"
    )


@transaction.atomic
def note(comment: Comment, *, text: str) -> Comment:
    """What the moderators say below it; "" takes it away. Readers see it where they see the
    comment."""
    comment, discussion = listing.locked(comment)
    _refuse_unless(comment, {Status.PUBLISHED})
    comment.house_note = text
    discussion.version += 1
    comment.visible_version = discussion.version
    # A note that is taken away may not be shown any longer.
    discussion.retracted_version = discussion.version
    comment.save(update_fields=["house_note", "visible_version"])
    discussion.save(update_fields=["version", "retracted_version"])
    return comment
