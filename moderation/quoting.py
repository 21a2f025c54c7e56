"""Which replies quote what is about to be removed, and how do they go with it?"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from forum import listing
from forum.indexing import fold
from forum.models import Comment, Revision
from moderation import respites
from moderation.models import Case, Respite
from moderation.queue import Reason, open_case
from moderation.together import named

# In folded letters: shorter lines stand in many texts by chance.
SHORTEST = 12
# Of more replies the older ones are looked through.
MOST = 200
IN_SIGHT = (Comment.Status.PENDING, Comment.Status.HELD, Comment.Status.PUBLISHED)


def replies_quoting(revision: Revision, *, viewer: User) -> list[Revision]:
    """Latest wordings of direct replies, the oldest first, with comment and author. One query.

    Without those of the viewer, about which somebody else decides.
    """
    latest = (
        Revision.objects.filter(
            comment__parent=revision.comment_id,
            comment__status__in=IN_SIGHT,
            declined_at__isnull=True,
        )
        .exclude(comment__author=viewer)
        .select_related("comment__author")
        .order_by("comment_id", "-number")
        .distinct("comment_id")
    )
    text = fold(revision.body)
    return [reply for reply in latest[:MOST] if quotes(reply.body, text)]


def quotes(body: str, text: str) -> bool:
    """Whether one of its quoted lines stands in the folded text."""
    lines = (line.lstrip() for line in body.split("\n"))
    quoted = (fold(line) for line in lines if line.startswith(">"))
    return any(len(line) >= SHORTEST and line in text for line in quoted)


@transaction.atomic
def remove_with_quotes(
    case: Case,
    *,
    quoting: Sequence[Revision],
    moderator: User,
    revision: Revision,
    ground: str,
    explanation: str,
    also_warns: bool = False,
) -> Respite:
    """All of them, as if each had been decided alone, or none; the replies' authors are not warned.

    quoting: the wordings of replies that were read. Those that nobody sees any more are passed
    over. Raises as deciding.take_up does, with the name of whose reply it is.
    """
    comments = [revision.comment_id, *(reply.comment_id for reply in quoting)]
    lock(case.reviewed_comment, comments)
    for reply in quoting:
        # As it is behind the lock.
        comment = Comment.objects.select_related("author", "discussion").get(pk=reply.comment_id)
        if comment.status in IN_SIGHT:
            with named(comment):
                respites.grant(
                    open_case(comment, reason=Reason.OPENED),
                    moderator=moderator,
                    ground=ground,
                    explanation=explanation,
                    revision=reply,
                    facts=_("Your comment quotes a passage that we have removed."),
                )
    # Last, so that it is what is undone first.
    return respites.grant(
        case,
        moderator=moderator,
        ground=ground,
        explanation=explanation,
        revision=revision,
        also_warns=also_warns,
    )


def lock(comment: Comment, comment_ids: Sequence[int]) -> None:
    """The discussion, then comments in the order of ids, as everywhere."""
    listing.locked(comment)
    rows = Comment.objects.filter(pk__in=comment_ids).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
