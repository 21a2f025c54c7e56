"""How does the newsroom put a comment forward? Pick it ("worth reading"), or pin it on top.

Whatever is done twice stays as it was done first. Comments come with discussion and article.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from forum import listing, rules
from forum.models import Comment, Discussion


@transaction.atomic
def pick(comment: Comment, *, by: User) -> Comment:
    """Marked for everybody; it stands ahead under "best"."""
    if refusal := rules.pick_refusal(by, comment):
        raise PermissionDenied(refusal)
    comment, discussion = _published(comment)
    if comment.picked_at is None:
        comment.picked_at, comment.picked_by = timezone.now(), by
        _save_pick(comment, discussion)
    return comment


@transaction.atomic
def unpick(comment: Comment, *, by: User) -> Comment:
    if refusal := rules.leading_refusal(by, comment.discussion):
        raise PermissionDenied(refusal)
    comment, discussion = listing.locked(comment)
    if comment.picked_at:
        comment.picked_at = comment.picked_by = None
        _save_pick(comment, discussion)
    return comment


@transaction.atomic
def pin(comment: Comment, *, by: User) -> Discussion:
    """On top in every order, in place of what was pinned before."""
    if refusal := rules.pin_refusal(by, comment):
        raise PermissionDenied(refusal)
    comment, discussion = _published(comment)
    if discussion.pinned_comment_id != comment.pk:
        discussion.pinned_comment = comment
        discussion.pinned_at, discussion.pinned_by = timezone.now(), by
        _save_pin(discussion)
    return discussion


@transaction.atomic
def unpin(comment: Comment, *, by: User) -> Discussion:
    if refusal := rules.leading_refusal(by, comment.discussion):
        raise PermissionDenied(refusal)
    _comment, discussion = listing.locked(comment)
    if discussion.pinned_comment_id == comment.pk:
        discussion.pinned_comment = discussion.pinned_at = discussion.pinned_by = None
        _save_pin(discussion)
    return discussion


def _published(comment: Comment) -> tuple[Comment, Discussion]:
    comment, discussion = listing.locked(comment)
    if not comment.is_published:
        raise ValidationError(_("This comment is no longer shown."), code="conflict")
    return comment, discussion


def _save_pick(comment: Comment, discussion: Discussion) -> None:
    discussion.version += 1
    discussion.save(update_fields=["version"])
    comment.visible_version = discussion.version
    comment.save(update_fields=["picked_at", "picked_by", "visible_version"])
    listing.rerank(comment)


def _save_pin(discussion: Discussion) -> None:
    discussion.version += 1
    discussion.save(update_fields=["version", "pinned_comment", "pinned_at", "pinned_by"])
