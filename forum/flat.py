"""How are comments listed out of their threads? One below the other, the newest first."""

from dataclasses import dataclass

from django.db.models import QuerySet

from forum import cursors
from forum.models import Comment
from forum.reading import in_view

COMMENTS_PER_PAGE = 20


@dataclass
class CommentsPage:
    comments: list[Comment]
    next_cursor: str = ""


def comments_page(
    comments: QuerySet[Comment], *, scope: str, after: str, key: str = "pk"
) -> CommentsPage:
    """Twenty of them in two queries, their discussions included.

    key: where the index that holds them has their ids. Raises BadRequest for another's cursor.
    """
    if after:
        (last,) = cursors.read(scope, after)
        comments = comments.filter(**{f"{key}__lt": last})
    newest = comments.order_by(f"-{key}").values_list(key, flat=True)
    ids = list(newest[: COMMENTS_PER_PAGE + 1])
    by_id = (
        in_view()
        .select_related("discussion__article", "discussion__topic")
        .in_bulk(ids[:COMMENTS_PER_PAGE])
    )
    return CommentsPage(
        [by_id[pk] for pk in ids if pk in by_id],
        cursors.write(scope, [ids[-2]]) if len(ids) > COMMENTS_PER_PAGE else "",
    )
