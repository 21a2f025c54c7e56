"""How does what the newspaper publishes get here, and who hears of it?"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from articles import signals
from articles.models import Article, TickerEntry, Topic, slug_of


@transaction.atomic
def save_article(article: Article) -> Article:
    """Store it; a draft is announced to nobody."""
    article.slug = article.slug or slug_of(article.headline)
    article.save()
    if article.state == Article.State.PUBLISHED:
        signals.article_published.send(sender=Article, article=article)
    if article.state == Article.State.WITHDRAWN:
        signals.article_withdrawn.send(sender=Article, article=article)
    return article


@transaction.atomic
def save_topic(topic: Topic) -> Topic:
    topic.slug = topic.slug or free_slug(topic.title)
    topic.save()
    signals.topic_published.send(sender=Topic, topic=topic)
    return topic


def free_slug(title: str) -> str:
    """Titles may differ where their addresses do not: "Straße" and "Strasse"."""
    slug = wanted = slug_of(title)
    number = 1
    while Topic.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def find_or_make_topic(title: str) -> Topic:
    return Topic.objects.filter(title=title).first() or save_topic(Topic(title=title))


@transaction.atomic
def write_entries(article: Article, *, entries: Iterable[tuple[datetime | None, str]]) -> bool:
    """Make these the ticker entries, in this order; whether anything changed.

    An entry whose text stays keeps its row: readers have written about it. The caller announces.
    """
    left = list(article.ticker_entries.all())
    changed = False
    for position, (time, text) in enumerate(entries, start=1):
        entry = next((former for former in left if former.text == text), None)
        if entry:
            left.remove(entry)
        else:
            entry = TickerEntry(article=article, text=text)
        if (entry.position, entry.time) != (position, time):
            if entry.time != time:
                entry.changed_at = timezone.now()
            entry.position, entry.time = position, time
            entry.save()
            changed = True
    for entry in left:
        entry.delete()
    return changed or bool(left)
