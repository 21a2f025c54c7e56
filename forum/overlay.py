"""What does a signed-in reader see that others do not? Fills for the slots of a public page.

One query a page, whatever stands on it; more where something on it is his own or waits, and one
for the newsroom.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.models import User
from accounts.routing import address_of
from accounts.rules import is_moderator, is_newsroom
from forum import markup, muting, returning, rules
from forum.chosen import Chosen, chosen_by
from forum.models import Comment, Discussion, Revision
from forum.recommending import counting_from
from forum.returning import News
from forum.stamping import stamp_of
from forum.waiting import usual_wait

# A reader with more than this many comments waiting in one discussion sees the newest.
MOST_WAITING = 20
# What stands in a stamp in the place of an address.
NEXT = "/next/sample/"


def fills_for(
    reader: User,
    comments: Iterable[Comment],
    *,
    discussion: Discussion | None = None,
    with_roots: bool = False,
    opened: Comment | None = None,
    shown: User | None = None,
    sort: str = "",
) -> dict[str, str]:
    """Slot -> HTML: own marks, pressed buttons, what he may do with each comment, what waits.

    Under "comment-7" what stands in the place of a whole comment: it is from somebody he mutes.
    with_roots: the discussion begins here, so his own new threads stand on top. opened: the comment
    that the page is of, shown whoever wrote it. shown: the person it is of. sort: the order of the
    discussion's threads, if it is one to keep.
    """
    comments = list(comments)
    chosen = chosen_by(reader, comments, discussion=discussion)
    own = _own_among(reader, comments)
    led = _led_by(reader, comments)
    common = {
        "counts_from": counting_from(reader, now=timezone.now()),
        "may_moderate": is_moderator(reader),
    }
    fills: dict[str, str] = {}
    for comment in comments:
        mine, is_recommended = own.get(comment.pk), comment.pk in chosen.recommended
        may_lead = comment.is_published and comment.discussion_id in led
        if mine or is_recommended or may_lead or common["may_moderate"]:
            context = common | {"recommended": is_recommended, "may_lead": may_lead}
            fills |= _pressed_fills(reader, comment, mine, context)
        if not mine and not is_recommended and chosen.news and chosen.news.has(comment):
            fills[f"marks-{comment.pk}"] = _new_mark(comment, chosen.news)
        if mine or comment.author_id in chosen.muted:
            fills |= _muting_fills(comment, mine, chosen, is_opened=comment == opened)
    fills |= _page_fills(reader, chosen, discussion=discussion, shown=shown)
    if discussion and sort:
        fills |= _order_fills(chosen, discussion, sort)
    if discussion and chosen.waits:
        fills |= _waiting_fills(reader, discussion, comments, with_roots=with_roots)
    return fills


def _muting_fills(
    comment: Comment, mine: Any, chosen: Chosen, *, is_opened: bool
) -> dict[str, str]:
    """Of a comment that is his own, or by somebody he mutes."""
    context = {"comment": comment, "person": comment.author, "own": bool(mine), "is_muted": True}
    fills: dict[str, str] = {}
    fills[f"muting-{comment.pk}"] = render_to_string("components/_mute.html", context)
    if not is_opened and muting.is_hidden(comment, chosen.muted):
        hidden = render_to_string("components/_muted_comment.html", {"comment": comment})
        fills[f"comment-{comment.pk}"] = hidden
    return fills


def _pressed_fills(
    reader: User, comment: Comment, mine: Any, context: dict[str, Any]
) -> dict[str, str]:
    """Of a comment that is his own, that he has recommended, or that is his to lead."""
    fills: dict[str, str] = {}
    context |= {"comment": mine or comment, "own": bool(mine)}
    if mine:
        context |= {
            "may_edit": rules.edit_refusal(reader, mine, is_answered=mine.is_answered) is None,
            "may_withdraw": rules.withdrawal_refusal(reader, mine) is None,
            "has_waiting_edit": mine.has_waiting_edit,
        }
        fills[f"marks-{comment.pk}"] = render_to_string("forum/_own_marks.html", context)
    if mine or context["may_moderate"] or context["may_lead"]:
        fills[f"menu-{comment.pk}"] = render_to_string("components/_menu_items.html", context)
    if mine or context["recommended"]:
        fills[f"recommend-{comment.pk}"] = render_to_string("components/_recommend.html", context)
    return fills


def _waiting_fills(
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


def _new_mark(comment: Comment, news: News) -> SafeString:
    """A hundred of them may stand on a page."""
    address = _way_on(comment, news)
    return markup.shown(_stamped_mark(bool(address), get_language() or "") % {"next": address})


@lru_cache
def _stamped_mark(leads_on: bool, _language: str) -> str:
    """The stamp of components/_new_mark.html."""
    context = {"next_url": NEXT if leads_on else ""}
    return stamp_of("components/_new_mark.html", context, {"next": NEXT})


def _way_on(comment: Comment, news: News) -> str:
    """To the next new comment, as it stands in HTML; "" from the last."""
    if news.is_last(comment):
        return ""
    if following := news.next_after(comment):
        discussion = address_of("forum:discussion", comment.discussion_id)
        return f"{discussion}?around={following}#comment-{following}"
    return f"{address_of('forum:next', comment.discussion_id)}?after={comment.pk}"


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
