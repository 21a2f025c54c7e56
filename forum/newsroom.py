"""Which articles does somebody of the newsroom see to, and what happens under them?"""

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from articles.models import Article
from articles.rules import edit_refusal
from forum.models import Comment, Discussion
from forum.reading import discussion_of
from forum.rules import leading_refusal
from forum.teasers import teasers_page


@dataclass(frozen=True)
class Row:
    article: Article
    discussion: Discussion | None
    waiting_count: int
    may_edit: bool
    may_lead: bool


@dataclass(frozen=True)
class RowsPage:
    rows: list[Row]
    next_cursor: str = ""


def articles_page(user: User, *, older: str = "") -> RowsPage:
    """Thirty, newest first, in two queries: his own, or all where he leads all discussions.

    Drafts of others are shown to those who may edit them. Raises BadRequest for a forged cursor.
    """
    articles = Article.objects.filter(author=user)
    if user.has_perm("articles.change_article"):
        articles = Article.objects.all()
    elif user.has_perm("forum.change_discussion"):
        articles = Article.objects.filter(Q(author=user) | Q(state=Article.State.PUBLISHED))
    found = teasers_page(articles, scope=f"newsroom {user.pk}", older=older)
    waiting = _waiting_in([discussion_of(teaser.article) for teaser in found.teasers])
    rows = [_row(user, teaser.article, waiting) for teaser in found.teasers]
    return RowsPage(rows, found.next_cursor)


def _row(user: User, article: Article, waiting: dict[int, int]) -> Row:
    discussion = discussion_of(article)
    return Row(
        article,
        discussion,
        waiting.get(discussion.pk, 0) if discussion else 0,
        may_edit=edit_refusal(user, article) is None,
        may_lead=discussion is not None and leading_refusal(user, discussion) is None,
    )


def _waiting_in(discussions: list[Discussion | None]) -> dict[int, int]:
    """Discussion id -> comments that nobody sees yet; those that wait anywhere are few."""
    ids = [discussion.pk for discussion in discussions if discussion]
    counted = (
        Comment.objects.waiting()
        .filter(discussion__in=ids)
        .values_list("discussion")
        .annotate(Count("pk"))
    )
    return dict(counted)
