"""How do a page's article, topic and discussion come from the database?

In one query that was put together once, and built as comments are (fetching.py). Whether readers
may see them is asked of what was found.
"""

from typing import Any

from django.db.models import Model, QuerySet

from articles.models import Article, Topic
from forum.asking import asked_once
from forum.fetching import Joined, laid_out, made
from forum.models import Discussion


def _all_of(model: type[Model], *, but: str = "") -> tuple[str, ...]:
    fields = model._meta.concrete_fields
    return tuple(field.attname for field in fields if field.attname != but)


DISCUSSION, TOPIC, WHOLE_ARTICLE = map(_all_of, (Discussion, Topic, Article))
# The longest column, shown on the article's own page alone.
ARTICLE = _all_of(Article, but="paragraphs")

OF_DISCUSSION: Joined = (("article", ARTICLE), ("article__topic", TOPIC), ("topic", TOPIC))
OF_ARTICLE: Joined = (
    ("discussion", DISCUSSION),
    ("topic", TOPIC),
    ("topic__discussion", DISCUSSION),
    ("topic__live_report", ARTICLE),
)
DISCUSSION_COLUMNS, IN_DISCUSSION = laid_out(DISCUSSION, OF_DISCUSSION)
ARTICLE_COLUMNS, IN_ARTICLE = laid_out(WHOLE_ARTICLE, OF_ARTICLE)


def discussion_by_id(pk: int) -> Discussion | None:
    """With its subject, and of an article its topic."""
    for row in _discussions(pk=pk):
        part = {path: row[place] for path, place in IN_DISCUSSION.items()}
        article = _article(part["article"], topic=_topic(part["article__topic"]))
        return _discussion(row, article=article, topic=_topic(part["topic"]))
    return None


def article_by_id(pk: int) -> Article | None:
    """With its discussion, and its topic with the discussion and the live report of that."""
    for row in _articles(pk=pk):
        part = {path: row[place] for path, place in IN_ARTICLE.items()}
        report = _article(part["topic__live_report"])
        if topic := _topic(part["topic"], live_report=report):
            _discussion(part["topic__discussion"], topic=topic)
        article: Article = made(Article, WHOLE_ARTICLE, row, topic=topic, discussion=None)
        _discussion(part["discussion"], article=article)
        return article
    return None


@asked_once
def _discussions(*, pk: int) -> QuerySet[Discussion, Any]:
    return Discussion.objects.filter(pk=pk).values_list(*DISCUSSION_COLUMNS)


@asked_once
def _articles(*, pk: int) -> QuerySet[Article, Any]:
    return Article.objects.filter(pk=pk).values_list(*ARTICLE_COLUMNS)


def _topic(values: tuple[Any, ...], **related: Any) -> Topic | None:
    return None if values[0] is None else made(Topic, TOPIC, values, discussion=None, **related)


def _article(values: tuple[Any, ...], **related: Any) -> Article | None:
    return None if values[0] is None else made(Article, ARTICLE, values, **related)


def _discussion(
    values: tuple[Any, ...], *, article: Article | None = None, topic: Topic | None = None
) -> Discussion | None:
    """Its subject knows it, and it its subject."""
    if values[0] is None:
        return None
    found: Discussion = made(Discussion, DISCUSSION, values, article=article, topic=topic)
    if subject := article or topic:
        subject.discussion = found
    return found
