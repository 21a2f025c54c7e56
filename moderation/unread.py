"""What has nobody read because no worker works, and how do moderators come to it?

A worker reads a text within seconds. What waits longer has no case, since checks open cases.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone

from forum.models import Comment
from moderation.models import Case, Reason, Screening, ScreeningQuerySet
from moderation.queue import open_case

LATE = timedelta(minutes=1)
# As many as a moderator decides in some minutes: the worker may be back before.
AT_ONCE = 20


def unread() -> ScreeningQuerySet:
    """New texts and edits that are not on the desk, nor decided by hand; the oldest first."""
    on_desk = Case.objects.open().filter(comment=OuterRef("revision__comment"))
    late = Screening.objects.waiting().filter(queued_at__lte=timezone.now() - LATE)
    undecided = late.filter(
        revision__clearance__isnull=True,
        revision__declined_at__isnull=True,
        revision__comment__status__in=[Comment.Status.PENDING, Comment.Status.PUBLISHED],
    )
    return undecided.filter(~Exists(on_desk)).order_by("queued_at", "pk")


def waiting_since() -> datetime | None:
    """Of the oldest; one query, by the index of what waits."""
    return unread().values_list("queued_at", flat=True).first()


def bring_to_desk() -> int:
    """A case for each of the oldest; how many. A worker that reads them meanwhile does no harm."""
    oldest = unread().select_related("revision__comment")[:AT_ONCE]
    return sum(_bring(screening) for screening in oldest)


def _bring(screening: Screening) -> bool:
    try:
        open_case(screening.revision.comment, reason=Reason.OPENED)
    except ValidationError:
        return False  # withdrawn meanwhile
    return True
