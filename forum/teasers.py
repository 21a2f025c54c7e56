"""Which articles does a list show, with which words, and how much was said about each?"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, DateTimeField, F, Value
from django.db.models.lookups import LessThan

from articles.models import Article, ArticleQuerySet
from forum import cursors
from forum.models import Discussion
from forum.reading import discussion_of
from forum.sorts import row

TEASERS_PER_PAGE = 30
# Characters of the first paragraph; the newest article, which leads the front page, has room.
EXCERPT_LENGTH = 150
OPENING_LENGTH = 300
# A full stop after "Ufer" or "an", but neither after "1." nor after "Dr.".
SENTENCE_END = re.compile(
    r"(?:(?<=[^\W\d_]{3}[.!?])|(?<=\s[a-zäöü]{2}[.!?]))[“»\"]?\s+(?=[„»\"A-ZÄÖÜ])"
)


@dataclass(frozen=True)
class Teaser:
    article: Article
    discussion: Discussion | None
    comment_count: int | None
    excerpt: str
    opening: str


@dataclass(frozen=True)
class TeasersPage:
    teasers: list[Teaser]
    next_cursor: str = ""


def teasers_page(articles: ArticleQuerySet, *, scope: str, older: str = "") -> TeasersPage:
    """Thirty articles, newest first, in one query. Raises BadRequest for a cursor of another list.

    scope: which list it is, "front" or "topic 7".
    """
    wanted = articles.newest_first().select_related("discussion", "topic__discussion")
    if after := place_of(scope, older):
        published_at, pk = after
        place = row(
            Value(datetime.fromisoformat(published_at), output_field=DateTimeField()),
            Value(pk, output_field=BigIntegerField()),
        )
        wanted = wanted.filter(LessThan(row(F("published_at"), F("pk")), place))
    found = list(wanted[: TEASERS_PER_PAGE + 1])
    shown = found[:TEASERS_PER_PAGE]
    next_cursor = ""
    if len(found) > len(shown):
        last = shown[-1]
        next_cursor = cursors.write(_list(scope), [last.published_at.isoformat(), last.pk])
    return TeasersPage([_teaser(article) for article in shown], next_cursor)


def place_of(scope: str, older: str) -> tuple[str, int] | None:
    """Time and id of the article after which the page begins; None at the top."""
    if not older:
        return None
    published_at, pk = cursors.read(_list(scope), older)
    return published_at, pk


def first_sentences(text: str, *, at_most: int) -> str:
    """Whole sentences while they fit; of a long first one as many words as do, and an ellipsis."""
    shown = ""
    for end in [*(match.end() for match in SENTENCE_END.finditer(text)), len(text)]:
        if end > at_most:
            break
        shown = text[:end].rstrip()
    if shown or not text:
        return shown
    # Joined to the last word, so that no ellipsis stands alone on a line.
    return text[:at_most].rsplit(" ", 1)[0].rstrip(",;:– ") + "\u00a0…"


def _list(scope: str) -> str:
    return f"articles {scope}"


def _teaser(article: Article) -> Teaser:
    discussion = discussion_of(article)
    text = article.paragraphs[0] if article.paragraphs else ""
    return Teaser(
        article,
        discussion,
        discussion.comment_count if discussion else None,
        excerpt=first_sentences(text, at_most=EXCERPT_LENGTH),
        opening=first_sentences(text, at_most=OPENING_LENGTH),
    )
