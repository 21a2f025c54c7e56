"""What does the forum keep about one reader?"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.exporting import CHUNK, Entry, Section
from accounts.models import User
from forum.describing import absolute
from forum.models import ChosenOrder, Comment, Recommendation
from forum.sorts import SORTS


def personal_data_of(reader: User) -> list[Section]:
    """All that he wrote, in whatever state, and what he recommended. Read in pieces."""
    return [
        Section(
            "comments",
            _("Comments"),
            {
                "url": _("Address of the comment"),
                "discussion": _("Discussion"),
                "reply_to": _("Reply to"),
                "status": _("State"),
                "submitted_at": _("Sent"),
                "published_at": _("Published since"),
                "edited_at": _("Edited"),
                "held_at": _("Held back since"),
                "removed_at": _("Removed"),
                "withdrawn_at": _("Withdrawn"),
                "revisions": _("Wording"),
                "number": _("Number"),
                "created_at": _("Written"),
                "declined_at": _("Not accepted"),
                "body": _("Text"),
            },
            comments_of(reader),
        ),
        Section(
            "recommendations",
            _("Recommendations"),
            {
                "comment": _("Recommended comment"),
                "recommended_at": _("Recommended on"),
                "withdrawn_at": _("Taken back"),
            },
            recommendations_of(reader),
        ),
        Section(
            "follows",
            _("Discussions you follow"),
            {"url": _("Address of the discussion"), "followed_at": _("Followed since")},
            (
                {
                    "url": absolute(one.discussion.get_absolute_url()),
                    "followed_at": one.followed_at,
                }
                for one in reader.follows.select_related("discussion").order_by("pk")
            ),
        ),
        Section(
            "read_markers",
            _("How far you have read"),
            {
                "url": _("Address of the discussion"),
                "left_at": _("Last visit but one"),
                "read_at": _("Last read"),
            },
            (
                {
                    "url": absolute(one.discussion.get_absolute_url()),
                    "left_at": one.left_at,
                    "read_at": one.read_at,
                }
                for one in reader.read_markers.select_related("discussion").order_by("pk")
            ),
        ),
        Section(
            "mutes",
            _("People you have hidden"),
            {"name": _("Name"), "muted_at": _("Hidden since")},
            (
                {"name": one.muted.name, "muted_at": one.muted_at}
                for one in reader.mutes.select_related("muted").order_by("pk")
            ),
        ),
        Section(
            "chosen_order",
            _("Chosen order of comments"),
            {"order": _("Order"), "chosen_at": _("Chosen on")},
            (
                {"order": str(SORTS[one.sort].label), "chosen_at": one.chosen_at}
                for one in ChosenOrder.objects.filter(reader=reader)
            ),
        ),
    ]


def comments_of(reader: User) -> Iterator[Entry]:
    """The oldest first; two queries for each piece."""
    written = (
        Comment.objects.filter(author=reader)
        .select_related("discussion__article", "discussion__topic", "parent")
        .prefetch_related("revisions")
        .order_by("pk")
    )
    for comment in written.iterator(chunk_size=CHUNK):
        yield {
            "id": comment.pk,
            "url": absolute(comment.get_absolute_url()),
            "discussion": str(comment.discussion),
            "reply_to": absolute(comment.parent.get_absolute_url()) if comment.parent else None,
            "written_as": comment.written_as,
            "status": Comment.Status(comment.status),
            "submitted_at": comment.submitted_at,
            "published_at": comment.published_at,
            "edited_at": comment.edited_at,
            "held_at": comment.held_at,
            "removed_at": comment.removed_at,
            "withdrawn_at": comment.withdrawn_at,
            "revisions": revisions_of(comment),
        }


def revisions_of(comment: Comment) -> list[Entry]:
    return [
        {
            "number": revision.number,
            "created_at": revision.created_at,
            "declined_at": revision.declined_at,
            "body": revision.body,
        }
        for revision in sorted(comment.revisions.all(), key=lambda each: each.number)
    ]


def recommendations_of(reader: User) -> Iterator[Entry]:
    given = Recommendation.objects.filter(reader=reader).select_related("comment").order_by("pk")
    for one in given.iterator(chunk_size=CHUNK):
        yield {
            "comment": absolute(one.comment.get_absolute_url()),
            "recommended_at": one.recommended_at,
            "withdrawn_at": one.withdrawn_at,
        }
