"""What does a signed-in reader see that others do not? Fills for the slots of a public page.

At most three queries a page, whatever stands on it, one more where a comment of his is held, and
one more for the newsroom.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.rules import is_moderator, is_newsroom
from forum import muting, returning, rules
from forum.models import (
    ChosenOrder,
    Comment,
    Discussion,
    Follow,
    Mute,
    Recommendation,
    Revision,
)
from forum.recommending import counting_from
from forum.returning import News
from forum.waiting import usual_wait

# A reader with more than this many comments waiting in one discussion sees the newest.
MOST_WAITING = 20


class Chosen(NamedTuple):
    """What a reader has pressed before."""

    recommended: set[int]
    muted: set[int]
    followed: set[int]
    # None on pages of no one discussion, and on his first visit.
    news: News | None
    # In which discussions open for him; None: in that of each.
    order: str | None
    # Names, for news that everybody gets (forum/views/news.py): of all whom he mutes.
    quiet: set[str]


def fills_for(
    reader: User,
    comments: Iterable[Comment],
    *,
    discussion: Discussion | None = None,
    opened: Comment | None = None,
    shown: User | None = None,
    sort: str = "",
) -> dict[str, str]:
    """Slot -> HTML: own marks, pressed buttons, and what he may do with each comment.

    Under "comment-7" what stands in the place of a whole comment: it is from somebody he mutes.
    opened: the comment that the page is of, shown whoever wrote it. shown: the person it is of.
    sort: the order of the discussion's threads, if it is one to keep.
    """
    comments = list(comments)
    chosen = _chosen_by(reader, comments, discussion=discussion, shown=shown)
    own = _own_among(reader, comments)
    may_moderate = is_moderator(reader)
    counts_from = counting_from(reader, now=timezone.now())
    led = _led_by(reader, comments)
    fills: dict[str, str] = {}
    for comment in comments:
        context = {
            "comment": own.get(comment.pk, comment),
            "own": comment.pk in own,
            "recommended": comment.pk in chosen.recommended,
            "counts_from": counts_from,
            "may_moderate": may_moderate,
            "may_lead": comment.is_published and comment.discussion_id in led,
        }
        if mine := own.get(comment.pk):
            context |= {
                "may_edit": rules.edit_refusal(reader, mine, is_answered=mine.is_answered) is None,
                "may_withdraw": rules.withdrawal_refusal(reader, mine) is None,
                "has_waiting_edit": mine.has_waiting_edit,
            }
            fills[f"marks-{comment.pk}"] = render_to_string("forum/_own_marks.html", context)
        if mine or may_moderate or context["may_lead"]:
            fills[f"menu-{comment.pk}"] = render_to_string("components/_menu_items.html", context)
        if mine or comment.pk in chosen.recommended:
            fills[f"recommend-{comment.pk}"] = render_to_string(
                "components/_recommend.html", context
            )
        elif chosen.news and chosen.news.has(comment):
            context["next_url"] = _way_on(comment, chosen.news)
            fills[f"marks-{comment.pk}"] = render_to_string("components/_new_mark.html", context)
        if mine or comment.author_id in chosen.muted:
            context |= {"person": comment.author, "is_muted": not mine}
            fills[f"muting-{comment.pk}"] = render_to_string("components/_mute.html", context)
        if comment != opened and muting.is_hidden(comment, chosen.muted):
            fills[f"comment-{comment.pk}"] = render_to_string(
                "components/_muted_comment.html", context
            )
    fills |= _page_fills(reader, chosen, discussion=discussion, shown=shown)
    return fills | (_order_fills(chosen, discussion, sort) if discussion and sort else {})


def waiting_fills(
    reader: User, discussion: Discussion, comments: Iterable[Comment], *, with_roots: bool
) -> dict[str, str]:
    """Slot -> HTML of his own comments that nobody else sees yet, each in its place.

    A reply stands behind the last comment shown before it in its thread; a new thread stands on
    top, where the page begins (`with_roots`).
    """
    waiting = Comment.objects.waiting_of(reader).filter(discussion=discussion, is_listed=False)
    revisions = (
        Revision.objects.filter(comment__in=waiting)
        .select_related("comment__parent__author")
        .order_by("-comment_id", "-number")
        .distinct("comment_id")[:MOST_WAITING]
    )
    shown = sorted(comments, key=lambda comment: comment.path)
    entries: dict[str, list[dict]] = {}
    is_held = any(one.comment.status == Comment.Status.HELD for one in revisions)
    duration = usual_wait() if is_held else ""
    for revision in revisions:
        comment = revision.comment
        comment.author = reader
        slot = _place_of(comment, shown, with_roots=with_roots)
        entry = {
            "comment": comment,
            "revision": revision,
            "may_edit": rules.edit_refusal(reader, comment) is None,
            "duration": duration,
        }
        # New threads stand last first, answers in the order they were written.
        entries.setdefault(slot, []).insert(0 if comment.parent_id else MOST_WAITING, entry)
    entries.pop("", None)
    return {
        slot: render_to_string("forum/_waiting_comments.html", {"entries": found})
        for slot, found in entries.items()
    }


def _place_of(comment: Comment, shown: list[Comment], *, with_roots: bool) -> str:
    """The slot, or "" where its place is not on this page."""
    if comment.parent_id is None:
        return "waiting-0" if with_roots else ""
    before = [one.pk for one in shown if one.root_id == comment.root_id and one.path < comment.path]
    return f"waiting-{before[-1]}" if before else ""


def _chosen_by(
    reader: User,
    comments: list[Comment],
    *,
    discussion: Discussion | None,
    shown: User | None,
) -> Chosen:
    """One query for all of it."""
    people = {comment.author_id for comment in comments} | ({shown.pk} if shown else set())
    discussions = {comment.discussion_id for comment in comments}
    discussions |= {discussion.pk} if discussion else set()
    recommended = Recommendation.objects.standing().filter(
        reader=OuterRef("pk"), comment__in=[comment.pk for comment in comments]
    )
    muted = Mute.objects.filter(reader=OuterRef("pk"), muted__in=people)
    followed = Follow.objects.filter(reader=OuterRef("pk"), discussion__in=discussions)
    visits = returning.last_visit(discussion.pk if discussion else None, OuterRef("pk"))
    found = User.objects.filter(pk=reader.pk).values_list(
        ArraySubquery(recommended.values("comment_id")),
        ArraySubquery(muted.values("muted_id")),
        ArraySubquery(followed.values("discussion_id")),
        Subquery(visits),
        Subquery(ChosenOrder.objects.filter(reader=OuterRef("pk")).values("sort")),
        ArraySubquery(Mute.objects.filter(reader=OuterRef("pk")).values("muted__name")),
    )
    *ids, seen, order, quiet = found.get()
    pressed: list[set[int]] = [set(each or ()) for each in ids]
    news = returning.news_of(seen)
    return Chosen(pressed[0], pressed[1], pressed[2], news, order, set(quiet or ()))


def _page_fills(
    reader: User, chosen: Chosen, *, discussion: Discussion | None, shown: User | None
) -> dict[str, str]:
    """What belongs to no single comment: the person that the page is of, the discussions on it."""
    fills: dict[str, str] = {}
    if discussion:
        names = [reader.name, *sorted(chosen.quiet)]
        fills[f"quiet-{discussion.pk}"] = render_to_string("forum/_quiet.html", {"names": names})
    if shown:
        context = {"person": shown, "own": shown == reader, "is_muted": shown.pk in chosen.muted}
        fills["muting-0"] = render_to_string("components/_mute.html", context)
    if discussion:
        context = {"discussion": discussion, "news": chosen.news}
        fills[f"visit-{discussion.pk}"] = render_to_string("forum/_last_visit.html", context)
        # What the browser remembers of who reads signed out is not for him.
        fills[f"remembered-{discussion.pk}"] = ""
    for pk in chosen.followed:
        context = {"discussion_id": pk, "is_followed": True}
        fills[f"following-{pk}"] = render_to_string("components/_follow.html", context)
    return fills


def _order_fills(chosen: Chosen, discussion: Discussion, sort: str) -> dict[str, str]:
    """Beside the orders: that this one is his, or a button that makes it his."""
    if chosen.order is None and sort == discussion.default_sort:
        return {}
    context = {"sort": sort, "is_chosen": sort == chosen.order}
    return {"order-0": render_to_string("components/_own_order.html", context)}


def _way_on(comment: Comment, news: News) -> str:
    """To the next new comment; "" from the last."""
    if news.is_last(comment):
        return ""
    discussion = reverse("forum:discussion", args=[comment.discussion_id])
    if following := news.next_after(comment):
        return f"{discussion}?around={following}#comment-{following}"
    return f"{reverse('forum:next', args=[comment.discussion_id])}?after={comment.pk}"


def fills_of_list(reader: User, discussions: Iterable[Discussion]) -> dict[str, str]:
    """Slot -> HTML: how much is new in each discussion of a list of articles. One query."""
    pks = {discussion.pk for discussion in discussions}
    counts = returning.counts_of_news(reader, discussions=pks) if pks else {}
    return {
        f"news-{pk}": render_to_string("components/_news_count.html", {"pk": pk, "count": count})
        for pk, count in counts.items()
        if count
    }


def _led_by(reader: User, comments: list[Comment]) -> set[int]:
    """Ids of those discussions in which he may pick and pin; readers are not asked."""
    if not is_newsroom(reader):
        return set()
    ids = {comment.discussion_id for comment in comments}
    found = Discussion.objects.select_related("article").filter(pk__in=ids)
    return {one.pk for one in found if rules.leading_refusal(reader, one) is None}


def _own_among(reader: User, comments: list[Comment]) -> dict[int, Any]:
    """His own among them, with what the rules ask: answered already, an edit under way?"""
    mine = [comment.pk for comment in comments if comment.author_id == reader.pk]
    if not mine:
        return {}
    unseen = Revision.objects.filter(
        comment=OuterRef("pk"), clearance__isnull=True, declined_at__isnull=True
    )
    answers = Comment.objects.listed().filter(parent=OuterRef("pk"))
    return (
        Comment.objects.select_related("tally")
        .annotate(is_answered=Exists(answers), has_waiting_edit=Exists(unseen))
        .in_bulk(mine)
    )
