"""How does a moderator find a text that readers do not see?

What they see, forum/searching.py finds. This is the rest: one row for each comment that was held,
removed or withdrawn, written in the transaction in which that happens, folded alike.
"""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Value

from accounts.models import User
from forum import indexing
from forum.markup import as_text
from forum.models import Comment
from moderation.models import Unseen

COMMENTS_PER_PAGE = 20
CONFIG = "pg_catalog.german"


@dataclass(frozen=True)
class Found:
    comments: list[Comment]
    # Id of the last one shown, if there are more.
    following: int | None


def remember(comment: Comment) -> None:
    """Of whoever has closed his account nothing is kept that is not kept elsewhere."""
    if comment.author.closed_at is not None:
        return
    wording = comment.revisions.filter(declined_at__isnull=True).latest("number")
    words = SearchVector(Value(indexing.fold(as_text(wording.html))), config=CONFIG)
    Unseen.objects.bulk_create(
        [Unseen(comment=comment, words=words)],
        update_conflicts=True,
        unique_fields=["comment"],
        update_fields=["words"],
    )


def forget(comment: Comment) -> None:
    Unseen.objects.filter(comment=comment).delete()


def forget_texts_of(author: User) -> None:
    """What the house removed keeps its text, and its words with it."""
    his = Unseen.objects.filter(comment__author=author)
    his.exclude(comment__status=Comment.Status.REMOVED).delete()


def search(words: str, *, author: User | None = None, before: int | None = None) -> Found:
    """Twenty comments in which all words occur, newest first. One query, over a few per cent of
    all comments."""
    folded = indexing.fold(words)
    found = Comment.objects.filter(
        unseen__words=SearchQuery(folded, config=CONFIG, search_type="plain")
    ).exclude(status=Comment.Status.PUBLISHED)
    if author:
        found = found.filter(author=author)
    if before:
        found = found.filter(pk__lt=before)
    shown = list(
        found.select_related("author", "discussion__article", "discussion__topic").order_by("-pk")[
            : COMMENTS_PER_PAGE + 1
        ]
    )
    is_more = len(shown) > COMMENTS_PER_PAGE
    shown = shown[:COMMENTS_PER_PAGE]
    return Found(shown, shown[-1].pk if is_more else None)
