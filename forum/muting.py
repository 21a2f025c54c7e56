"""Whom does a reader not want to read?

For himself alone. What somebody writes for the house is shown to him all the same, and nobody is
refused for holding a role: that would tell who moderates.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from forum import rules
from forum.models import Comment, Mute

# The list fits one page, and one query of every page he reads.
MOST_MUTED = 300


@transaction.atomic
def mute(muted: User, *, reader: User) -> bool:
    """Whether he was shown until now. Doing it again changes nothing.

    Raises PermissionDenied (oneself), ValidationError "conflict" (too many).
    """
    if refusal := rules.mute_refusal(reader, muted):
        raise PermissionDenied(refusal)
    if reader.mutes.filter(muted=muted).exists():
        return False
    if reader.mutes.count() >= MOST_MUTED:
        raise ValidationError(
            _("You have hidden %(count)s people already. Please show one of them again first."),
            code="conflict",
            params={"count": MOST_MUTED},
        )
    Mute.objects.bulk_create([Mute(reader=reader, muted=muted)], ignore_conflicts=True)
    return True


def unmute(muted: User, *, reader: User) -> bool:
    """Whether he was hidden until now."""
    deleted, _by_model = reader.mutes.filter(muted=muted).delete()
    return bool(deleted)


def is_hidden(comment: Comment, muted_ids: Iterable[int]) -> bool:
    """From somebody who mutes these. Tombstones name nobody, and so they stay."""
    return (
        comment.is_published
        and comment.written_as == Comment.WrittenAs.READER
        and comment.author_id in muted_ids
    )


def muted_among(comments: Iterable[Comment], *, reader: User) -> set[int]:
    """Ids of those authors whom he mutes; one query."""
    authors = {comment.author_id for comment in comments}
    return set(reader.mutes.filter(muted__in=authors).values_list("muted_id", flat=True))
