"""What does a signed-in reader see that others do not? Fills for the slots of a public page.

At most three queries a page, whatever stands on it; for the newsroom one more.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string

from accounts.models import User
from accounts.rules import is_moderator, is_newsroom
from forum import rules
from forum.models import Comment, Discussion, Recommendation, Revision

# A reader with more than this many comments waiting in one discussion sees the newest.
MOST_WAITING = 20


def fills_for(reader: User, comments: Iterable[Comment]) -> dict[str, str]:
    """Slot -> HTML: own marks, pressed buttons, and what he may do with each comment."""
    comments = list(comments)
    recommended = _recommended_by(reader, comments)
    own = _own_among(reader, comments)
    may_moderate = is_moderator(reader)
    led = _led_by(reader, comments)
    fills: dict[str, str] = {}
    for comment in comments:
        context = {
            "comment": own.get(comment.pk, comment),
            "own": comment.pk in own,
            "recommended": comment.pk in recommended,
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
        if mine or comment.pk in recommended:
            fills[f"recommend-{comment.pk}"] = render_to_string(
                "components/_recommend.html", context
            )
    return fills


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
    for revision in revisions:
        comment = revision.comment
        comment.author = reader
        slot = _place_of(comment, shown, with_roots=with_roots)
        entry = {
            "comment": comment,
            "revision": revision,
            "may_edit": rules.edit_refusal(reader, comment) is None,
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


def _recommended_by(reader: User, comments: list[Comment]) -> set[int]:
    return set(
        Recommendation.objects.filter(
            reader=reader, comment__in=comments, withdrawn_at__isnull=True
        ).values_list("comment_id", flat=True)
    )


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
