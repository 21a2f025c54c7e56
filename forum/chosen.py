"""What has a reader pressed before, and what of a page is his?"""

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from forum import returning
from forum.asking import asked_once, one_of
from forum.models import ChosenOrder, Comment, Discussion, Follow, Mute, Recommendation
from forum.returning import VISIT_ENDS, News


class Chosen(NamedTuple):
    recommended: set[int]
    # All whom he mutes: three hundred at most.
    muted: set[int]
    followed: set[int]
    # None on pages of no one discussion, and on his first visit.
    news: News | None
    # In which discussions open for him; None: in that of each.
    order: str | None
    # Names, for news that everybody gets (forum/views/news.py): of all whom he mutes.
    quiet: set[str]
    # Whether something of his waits in the discussion, unseen by others.
    waits: bool


def chosen_by(
    reader: User, comments: list[Comment], *, discussion: Discussion | None = None
) -> Chosen:
    """One query for all of it."""
    discussions = {comment.discussion_id for comment in comments}
    discussions |= {discussion.pk} if discussion else set()
    [(recommended, muted, quiet, followed, seen, order, waits)] = _chosen(
        reader=reader.pk,
        comments=[comment.pk for comment in comments],
        discussions=list(discussions),
        discussion=discussion.pk if discussion else None,
        left_before=timezone.now() - VISIT_ENDS,
    )
    return Chosen(
        set(recommended),
        set(muted),
        set(followed),
        returning.news_of(json.loads(seen)) if seen else None,
        order,
        set(quiet),
        waits,
    )


@asked_once
def _chosen(
    *,
    reader: int,
    comments: list[int],
    discussions: list[int],
    discussion: int,
    left_before: datetime,
) -> "QuerySet[User, Any]":
    recommended = Recommendation.objects.standing().filter(
        one_of(comments, of="comment"), reader=OuterRef("pk")
    )
    mutes = Mute.objects.filter(reader=OuterRef("pk"))
    followed = Follow.objects.filter(one_of(discussions, of="discussion"), reader=OuterRef("pk"))
    waiting = Comment.objects.waiting_of(OuterRef("pk")).filter(
        discussion=discussion, is_listed=False
    )
    return User.objects.filter(pk=reader).values_list(
        ArraySubquery(recommended.values("comment_id")),
        ArraySubquery(mutes.values("muted_id")),
        ArraySubquery(mutes.values("muted__name")),
        ArraySubquery(followed.values("discussion_id")),
        Subquery(returning.last_visit(discussion, OuterRef("pk"), left_before=left_before)),
        Subquery(ChosenOrder.objects.filter(reader=OuterRef("pk")).values("sort")),
        Exists(waiting),
    )
