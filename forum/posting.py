"""What can a reader do with his own words? Post, edit, withdraw.

Posting touches no row that other writers of the same discussion touch: counts and versions change
when a comment becomes visible, in the worker.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import throttling
from accounts.limits import SLOWED_DOWN
from accounts.models import User
from accounts.rules import is_moderator, posting_refusal
from accounts.throttling import throttle
from articles.models import Article, TickerEntry
from forum import listing, rules, signals
from forum.markup import RENDERER, clean_body, fingerprint, render
from forum.models import (
    PATH_DIGITS,
    PATH_LEVELS,
    Comment,
    Discussion,
    Revision,
    Submission,
)
from forum.storing import store

logger = logging.getLogger(__name__)

# What asks a writer to read his text again: his account, the text, and where; None lets it pass.
Nudge = Callable[[User, str, Discussion], str | None]
# Why he cannot write there at this hour; None: he can.
Hours = Callable[[User, Discussion], str | None]
# Why he is to come back a little later, wherever he writes; None: he need not.
Brake = Callable[[User], str | None]
BRAKE_SECONDS = 60
REPETITION_WINDOW = timedelta(minutes=10)


@transaction.atomic
def post_comment(
    discussion: Discussion,
    *,
    author: User,
    body: str,
    parent: Comment | None = None,
    about_article: Article | None = None,
    about_entry: TickerEntry | None = None,
    submission_id: UUID | None = None,
    address: str = "",
    nudge: Nudge | None = None,
    hours: Hours | None = None,
    brake: Brake | None = None,
) -> Comment:
    """Store a comment that waits to be screened. The same submission_id gets the first one again.

    Raises PermissionDenied (suspended, warned), Http404 (a parent he must not know),
    ValidationError: "conflict" (closed, also by the hour, parent taken down, repeated),
    "too_fast", "busy" (the whole site), "nudge" (asked last, when nothing else is wrong), else the
    text or `about`.
    """
    if refusal := posting_refusal(author):
        raise PermissionDenied(refusal)
    pk = _new_id(author, submission_id)
    if pk is None:
        return _first_of(author, cast(UUID, submission_id))
    _refuse_closed(author, discussion)
    if hours and (sentence := hours(author, discussion)):
        raise ValidationError(sentence, code="conflict")
    if parent:
        _refuse_parent(parent, discussion)
    about_article = _article_of(discussion, about_article, about_entry)
    body = clean_body(body)
    if brake and (sentence := brake(author)):
        raise ValidationError(sentence, code="busy", params={"retry_after": BRAKE_SECONDS})
    throttle("post", reader=author, address=address)
    _refuse_haste(author, discussion)
    _refuse_repetition(author, fingerprint(body))
    if nudge and (sentence := nudge(author, body, discussion)):
        raise ValidationError(sentence, code="nudge")

    comment = Comment(
        pk=pk,
        discussion=discussion,
        author=author,
        written_as=_role_of(author),
        parent=parent,
        root_id=parent.root_id if parent else pk,
        path=_path_below(parent, pk),
        depth=parent.depth + 1 if parent else 0,
        about_article=about_article,
        about_entry=about_entry,
    )
    revision = Revision(comment=comment, **_wording(body))
    store(comment, revision)
    signals.comment_submitted.send(sender=Comment, comment=comment, revision=revision)
    return comment


@transaction.atomic
def edit_comment(comment: Comment, *, author: User, body: str, address: str = "") -> Revision:
    """A new wording, pending; what was public stays public until it has passed.

    Raises Http404 (somebody else's), PermissionDenied (suspended, warned), ValidationError
    ("conflict": too late or answered; "too_fast"; the text).
    """
    refuse_stranger(author, comment)
    if refusal := posting_refusal(author):
        raise PermissionDenied(refusal)
    body = clean_body(body)
    comment = Comment.objects.select_for_update(no_key=True, of=("self",)).get(pk=comment.pk)
    is_answered = comment.replies.listed().exists()
    if refusal := rules.edit_refusal(author, comment, is_answered=is_answered):
        raise ValidationError(refusal, code="conflict")
    latest = comment.revisions.latest("number")
    if latest.body == body:
        return latest
    throttle("edit", reader=author, address=address)

    revision = _record(comment, body, number=latest.number + 1)
    signals.comment_submitted.send(sender=Comment, comment=comment, revision=revision)
    return revision


@transaction.atomic
def resubmit(comment: Comment, *, author: User, body: str, address: str = "") -> Revision:
    """A removed comment in another wording, pending again; its tombstone stays where it has one.

    Whether its removal allows that, moderation knows (moderation/revising.py). Raises Http404
    (somebody else's), PermissionDenied (suspended), ValidationError ("conflict": not removed, or
    the same wording; "too_fast"; the text).
    """
    refuse_stranger(author, comment)
    if refusal := posting_refusal(author):
        raise PermissionDenied(refusal)
    body = clean_body(body)
    comment, discussion = listing.locked(comment)
    if comment.status != Comment.Status.REMOVED:
        raise ValidationError(_("This comment has been sent again already."), code="conflict")
    wordings = list(comment.revisions.order_by("number"))
    mark = fingerprint(body)
    if any(wording.fingerprint == mark for wording in wordings):
        raise ValidationError(_("This wording has been read already. Please change it."))
    throttle("edit", reader=author, address=address)

    comment.status = Comment.Status.PENDING
    # The ground stays until it is shown again: so screening knows what was removed before.
    comment.removed_at = None
    listing.settle(comment, discussion, was_published=False)
    revision = _record(comment, body, number=wordings[-1].number + 1)
    signals.comment_submitted.send(sender=Comment, comment=comment, revision=revision)
    return revision


@transaction.atomic
def withdraw(comment: Comment, *, author: User) -> Comment:
    """Out of sight at once and for good; a tombstone stays while visible replies hang on it.

    Raises Http404 (somebody else's), ValidationError ("conflict": removed by the house).
    """
    refuse_stranger(author, comment)
    comment, discussion = listing.locked(comment)
    if comment.status == Comment.Status.WITHDRAWN:
        return comment
    if refusal := rules.withdrawal_refusal(author, comment):
        raise ValidationError(refusal, code="conflict")

    was_published = comment.is_published
    comment.status = Comment.Status.WITHDRAWN
    comment.withdrawn_at = timezone.now()
    comment.visible_revision = None
    listing.settle(comment, discussion, was_published=was_published)
    signals.comment_withdrawn.send(sender=Comment, comment=comment)
    return comment


def refuse_stranger(author: User, comment: Comment) -> None:
    """Raises Http404, and tells operators (B32)."""
    if comment.author_id != author.pk:
        logger.warning(
            "somebody else's comment asked for", extra={"comment": comment.pk, "reader": author.pk}
        )
        raise Http404


_NEXT_ID = "nextval(pg_get_serial_sequence('forum_comment', 'id'))"
_TAKE_FORM = f"""
    INSERT INTO forum_submission (author_id, submission_id, comment_id, created_at)
    VALUES (%s, %s, {_NEXT_ID}, %s) ON CONFLICT (author_id, submission_id) DO NOTHING
    RETURNING comment_id
"""  # noqa: S608 - of constants


def _new_id(author: User, submission_id: UUID | None) -> int | None:
    """Known before the row is written, so that the path goes in with the one INSERT; None if this
    form has made a comment already.

    A double click arrives twice at once: the second INSERT waits for the first to commit.
    """
    with connection.cursor() as cursor:
        if submission_id is None:
            cursor.execute(f"SELECT {_NEXT_ID}")
        else:
            cursor.execute(_TAKE_FORM, [author.pk, submission_id, timezone.now()])
        row = cursor.fetchone()
    return row[0] if row else None


def _first_of(author: User, submission_id: UUID) -> Comment:
    made = Submission.objects.select_related("comment")
    return made.get(author=author, submission_id=submission_id).comment


def _refuse_closed(author: User, discussion: Discussion) -> None:
    if rules.closed_refusal(author, discussion) or not discussion.is_reachable:
        raise closed_meanwhile()


def closed_meanwhile() -> ValidationError:
    return ValidationError(
        _("This discussion has been closed meanwhile. Your text is not lost, you can copy it."),
        code="conflict",
    )


def _refuse_parent(parent: Comment, discussion: Discussion) -> None:
    # First of all: where something stands that nobody has seen is nobody's business either.
    if parent.published_at is None:
        raise Http404
    if parent.discussion_id != discussion.pk:
        raise ValidationError(
            _("The comment you answer belongs to another discussion."), code="invalid_parent"
        )
    if refusal := rules.parent_refusal(parent):
        raise ValidationError(refusal, code="conflict")


def _article_of(
    discussion: Discussion, article: Article | None, entry: TickerEntry | None
) -> Article | None:
    """The article that a comment is about; refused if the discussion is not its own."""
    if entry and article and entry.article_id != article.pk:
        raise ValidationError(_("This is not discussed here."), code="invalid_about")
    if article is None and entry is None:
        return None
    article = article or entry.article  # type: ignore[union-attr]
    is_of_topic = discussion.topic_id is not None and article.topic_id == discussion.topic_id
    if not is_of_topic and article.pk != discussion.article_id:
        raise ValidationError(_("This is not discussed here."), code="invalid_about")
    # Under an article everything is about it: only its ticker entries are worth naming.
    return article if is_of_topic else None


_JUST_WRITTEN = """
    SELECT one.id FROM forum_revision same JOIN forum_comment one ON one.id = same.comment_id
    WHERE same.fingerprint = %s AND same.created_at > %s
      AND one.author_id = %s AND one.status <> 'withdrawn'
    ORDER BY same.id DESC LIMIT 1
"""


def _refuse_haste(author: User, discussion: Discussion) -> None:
    """Where the moderators have slowed a discussion down. Two at once wait in throttle()."""
    if not discussion.slow_seconds or is_moderator(author):
        return
    now, pause = timezone.now(), timedelta(seconds=discussion.slow_seconds)
    lately = Comment.objects.filter(
        author=author, discussion=discussion, submitted_at__gt=now - pause
    )
    newest = lately.order_by("-pk").values_list("submitted_at", flat=True).first()
    if newest:
        raise throttling.refusal(SLOWED_DOWN, free_at=newest + pause, now=now)


def _refuse_repetition(author: User, mark: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_JUST_WRITTEN, [mark, timezone.now() - REPETITION_WINDOW, author.pk])
        former = cursor.fetchone()
    if former:
        raise ValidationError(
            _("You have just written this comment already."),
            code="conflict",
            params={"url": Comment(pk=former[0]).get_absolute_url()},
        )


def _role_of(author: User) -> Comment.WrittenAs:
    if is_moderator(author):
        return Comment.WrittenAs.MODERATION
    if author.is_staff and author.has_perm("forum.pick_comment"):
        return Comment.WrittenAs.NEWSROOM
    return Comment.WrittenAs.READER


def _path_below(parent: Comment | None, pk: int) -> str:
    """Beyond 32 levels a reply stands beside its parent, not below it."""
    above = parent.path[: PATH_DIGITS * (PATH_LEVELS - 1)] if parent else ""
    return f"{above}{pk:0{PATH_DIGITS}d}"


def _record(comment: Comment, body: str, *, number: int) -> Revision:
    return Revision.objects.create(comment=comment, number=number, **_wording(body))


def _wording(body: str) -> dict[str, Any]:
    return {
        "body": body,
        "html": render(body),
        "renderer": RENDERER,
        "fingerprint": fingerprint(body),
    }
