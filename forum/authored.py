"""What has one reader written, and what was answered?"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.models import User
from forum.flat import CommentsPage, comments_page
from forum.models import Comment, Revision
from forum.reading import in_view

ANSWERS_SHOWN = 3


@dataclass
class OwnComment:
    """What its author sees: his last wording, whatever its state, and who answered."""

    comment: Comment
    revision: Revision
    answers: list[Comment]

    @property
    def has_waiting_edit(self) -> bool:
        return self._is_edited and self.revision.declined_at is None

    @property
    def has_declined_edit(self) -> bool:
        return self._is_edited and self.revision.declined_at is not None

    @property
    def _is_edited(self) -> bool:
        visible = self.comment.visible_revision_id
        return self.comment.is_published and visible != self.revision.pk


def published_by(reader: User, *, after: str = "") -> CommentsPage:
    """What a reader has said in public under his name, newest first."""
    comments = Comment.objects.signed_by(reader)
    return comments_page(comments, scope=f"reader {reader.pk}", after=after)


def written_by(reader: User, *, after: str = "") -> CommentsPage:
    """All that a reader has written, in whatever state, newest first; for himself."""
    comments = Comment.objects.filter(author=reader)
    return comments_page(comments, scope=f"own {reader.pk}", after=after)


def latest_revisions(comments: Iterable[Comment]) -> dict[int, Revision]:
    """Comment id -> what its author wrote last, seen by readers or not."""
    latest = (
        Revision.objects.filter(comment__in=comments)
        .order_by("comment_id", "-number")
        .distinct("comment_id")
    )
    return {revision.comment_id: revision for revision in latest}


def answers_to(comments: Iterable[Comment], *, reader: User) -> dict[int | None, list[Comment]]:
    """Comment id -> the newest public answers to it; two queries.

    Without those by people whom the reader mutes: nobody else is to come in their place.
    """
    muted = reader.mutes.values("muted")
    newest_ids = ArraySubquery(
        Comment.objects.published()
        .filter(parent=OuterRef("pk"))
        .exclude(written_as=Comment.WrittenAs.READER, author__in=muted)
        .order_by("-pk")
        .values("pk")[:ANSWERS_SHOWN]
    )
    answered = Comment.objects.filter(pk__in=[comment.pk for comment in comments])
    ids = [pk for found in answered.values_list(newest_ids, flat=True) for pk in found]
    answers: dict[int | None, list[Comment]] = {}
    for answer in in_view().filter(pk__in=ids).order_by("-pk"):
        answers.setdefault(answer.parent_id, []).append(answer)
    return answers
