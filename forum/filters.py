"""Which comments of a discussion can be read by themselves?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forum.flat import CommentsPage, comments_page
from forum.models import Comment, Discussion


@dataclass(frozen=True)
class Filter:
    name: str
    label: Any
    # Said where there are none.
    none: Any
    among: Callable[[QuerySet[Comment], User | None], QuerySet[Comment]]
    # Where its index has the ids.
    key: str = "pk"


FILTERS = {
    one.name: one
    for one in (
        Filter(
            "picks",
            _("Worth reading"),
            _("The newsroom has not put any comment forward here yet."),
            lambda comments, _reader: comments.filter(picked_at__isnull=False),
        ),
        Filter(
            "newsroom",
            _("Newsroom"),
            _("The newsroom and the moderators have not written here yet."),
            lambda comments, _reader: comments.filter(
                written_as__in=[Comment.WrittenAs.NEWSROOM, Comment.WrittenAs.MODERATION]
            ),
        ),
        Filter(
            "links",
            _("With links"),
            _("No comment here holds a link yet."),
            lambda comments, _reader: comments.filter(findable__has_links=True),
            key="findable__pk",
        ),
        Filter(
            "own",
            _("Mine"),
            _("Nothing of yours has appeared here yet."),
            lambda comments, reader: comments.filter(author=reader),
        ),
    )
}
OF_ONE_READER = "own"


def filtered(
    discussion: Discussion, *, show: str, reader: User | None = None, after: str = ""
) -> CommentsPage:
    """Twenty published comments, the newest first, in two queries; of whoever asks: his `own`.

    Raises BadRequest for a cursor of another list.
    """
    one = FILTERS[show]
    where = {"findable__discussion": discussion} if one.key != "pk" else {"discussion": discussion}
    comments = one.among(Comment.objects.published().filter(**where), reader)
    mine = reader.pk if reader and show == OF_ONE_READER else ""
    scope = f"filter {discussion.pk} {show} {mine}"
    return comments_page(comments, scope=scope, after=after, key=one.key)
