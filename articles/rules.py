"""Who may write an article, and change which? None is yes, otherwise the sentence he reads."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_newsroom, writing_refusal
from articles.models import Article


def newsroom_refusal(user: User | AnonymousUser) -> str | None:
    if is_newsroom(user):
        return None
    return _("This page is for the newsroom.")


def article_refusal(user: User | AnonymousUser) -> str | None:
    """Why not write a new one. Moderators lead discussions; they write no articles."""
    if refusal := newsroom_refusal(user):
        return refusal
    if user.has_perm("articles.write_article"):
        return writing_refusal(user)
    return _("Articles are written by the newsroom's authors.")


def edit_refusal(user: User | AnonymousUser, article: Article) -> str | None:
    if refusal := article_refusal(user):
        return refusal
    if article.author_id == user.pk or edits_every_article(user):
        return None
    return _("Only its author can change this article.")


def edits_every_article(user: User | AnonymousUser) -> bool:
    return user.is_staff and user.has_perm("articles.change_article")
