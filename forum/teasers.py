"""Which articles does a list show, and how much was said about each?"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, DateTimeField, F, Value
from django.db.models.lookups import LessThan

from articles.models import Article, ArticleQuerySet
from forum import cursors
from forum.reading import discussion_of
from forum.sorts import row

TEASERS_PER_PAGE = 30


@dataclass(frozen=True)
class Teaser:
    article: Article
    comment_count: int | None


@dataclass(frozen=True)
class TeasersPage:
    teasers: list[Teaser]
    next_cursor: str = ""


def teasers_page(articles: ArticleQuerySet, *, scope: str, older: str = "") -> TeasersPage:
    """Thirty articles, newest first, in one query. Raises BadRequest for a cursor of another list.

    scope: which list it is, "front" or "topic 7".
    """
    scope = f"articles {scope}"
    wanted = articles.newest_first().select_related("discussion", "topic__discussion")
    if older:
        published_at, pk = cursors.read(scope, older)
        place = row(
            Value(datetime.fromisoformat(published_at), output_field=DateTimeField()),
            Value(pk, output_field=BigIntegerField()),
        )
        wanted = wanted.filter(LessThan(row(F("published_at"), F("pk")), place))
    found = list(wanted[: TEASERS_PER_PAGE + 1])
    shown = found[:TEASERS_PER_PAGE]
    next_cursor = ""
    if len(found) > len(shown):
        next_cursor = cursors.write(scope, [shown[-1].published_at.isoformat(), shown[-1].pk])
    return TeasersPage([_teaser(article) for article in shown], next_cursor)


def _teaser(article: Article) -> Teaser:
    discussion = discussion_of(article)
    return Teaser(article, discussion.comment_count if discussion else None)
