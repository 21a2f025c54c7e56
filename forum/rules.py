"""Why may somebody not do that here?

Each rule answers None (he may) or the sentence that he reads. Rules never query; whether somebody
holds a role is asked of staff only, and Django remembers the answer with the person.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_moderator, posting_refusal, writing_refusal
from articles.rules import newsroom_refusal
from forum.models import Comment, Discussion


def reply_refusal(
    user: User | AnonymousUser, discussion: Discussion, parent: Comment | None = None
) -> str | None:
    """Why not write in this discussion, or answer that comment."""
    return (
        posting_refusal(user)
        or closed_refusal(user, discussion)
        or (parent_refusal(parent) if parent else None)
    )


def closed_refusal(user: User | AnonymousUser, discussion: Discussion) -> str | None:
    """Moderators answer in closed discussions too."""
    if discussion.is_open or is_moderator(user):
        return None
    return _("This discussion is closed. You can still read it.")


def parent_refusal(parent: Comment | None) -> str | None:
    """None stands for one that is gone altogether."""
    if parent and parent.is_published:
        return None
    return _(
        "The comment you answer has been taken down meanwhile. "
        "Your text is not lost, you can copy it."
    )


def edit_refusal(
    user: User | AnonymousUser, comment: Comment, *, is_answered: bool = False
) -> str | None:
    """Why not change the wording of one's own comment. Whether it is answered, the caller knows."""
    if refusal := posting_refusal(user):
        return refusal
    if comment.author_id != user.pk:
        return _("Only its author can edit a comment.")
    is_late = comment.submitted_at + settings.FORUM_EDIT_WINDOW <= timezone.now()
    if is_late or is_answered or not (comment.is_published or comment.is_waiting):
        return _("Editing is no longer possible.")
    return None


def withdrawal_refusal(user: User | AnonymousUser, comment: Comment) -> str | None:
    """Whoever is suspended may still take back what he wrote."""
    if comment.author_id != user.pk:
        return _("Only its author can withdraw a comment.")
    if comment.status == Comment.Status.REMOVED:
        return _("The moderators have removed this comment; it can no longer be withdrawn.")
    return None


def recommendation_refusal(user: User | AnonymousUser, comment: Comment) -> str | None:
    """Why not recommend. The comment comes with its discussion."""
    if not user.is_authenticated:
        return _("You need an account to recommend.")
    if refusal := writing_refusal(user):
        return refusal
    if comment.author_id == user.pk:
        return _("You cannot recommend your own comment.")
    if getattr(user, "is_staff", False):
        return _("Recommending is for readers, not for the staff.")
    if not comment.discussion.is_open:
        return _("This discussion is closed. You can still read it.")
    return None


def mute_refusal(user: User | AnonymousUser, other: User) -> str | None:
    """Why not hide somebody for oneself. Whoever is suspended still reads, and may."""
    if not user.is_authenticated:
        return _("You need an account to hide somebody's comments.")
    if user.pk == other.pk:
        return _("You cannot hide your own comments.")
    return None


def follow_refusal(user: User | AnonymousUser, discussion: Discussion) -> str | None:
    """Why not be told of what is new there."""
    if not user.is_authenticated:
        return _("You need an account to follow a discussion.")
    if not discussion.is_open:
        return _("This discussion is closed. There will be nothing new.")
    return None


def leading_refusal(user: User | AnonymousUser, discussion: Discussion) -> str | None:
    """Why not open, close, pick or pin here. The discussion comes with its article."""
    if refusal := newsroom_refusal(user):
        return refusal
    is_own = discussion.article is not None and discussion.article.author_id == user.pk
    if is_own or user.has_perm("forum.change_discussion"):
        return None
    return _("Only the author of the article and the moderators lead this discussion.")


def pick_refusal(user: User | AnonymousUser, comment: Comment) -> str | None:
    """The comment comes with its discussion and its article."""
    if refusal := leading_refusal(user, comment.discussion):
        return refusal
    if comment.author_id == user.pk:
        return _("Somebody else puts your own comments forward.")
    return None


def pin_refusal(user: User | AnonymousUser, comment: Comment) -> str | None:
    """One's own may be pinned: a word of the newsroom, for all who come."""
    if refusal := leading_refusal(user, comment.discussion):
        return refusal
    if comment.parent_id is not None:
        return _("Only a comment that begins a conversation can be pinned.")
    return None
