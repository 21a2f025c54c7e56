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
    if article.state != Article.State.DRAFT:
        publish_topics()
    if article.state == Article.State.PUBLISHED:
        signals.article_published.send(sender=Article, article=article)
    if article.state == Article.State.WITHDRAWN:
        signals.article_withdrawn.send(sender=Article, article=article)
    return article


@transaction.atomic
def save_topic(topic: Topic) -> Topic:
    """One that is made on purpose: readers can open it at once, with articles or without."""
    topic.slug = topic.slug or free_slug(topic.title)
    if not topic.is_public:
        topic.published_at = timezone.now()
    topic.save()
    signals.topic_published.send(sender=Topic, topic=topic)
    return topic


def publish_topics() -> None:
    """The others appear with the first article on them, which may lie ahead, be put off or be
    withdrawn before: until then their names would tell of it."""
    waiting = Topic.objects.waiting()
    for topic in waiting.with_first_article():
        if topic.published_at == topic.appears_at:
            continue
        # Unless somebody has published it on purpose meanwhile.
        is_ours = waiting.filter(pk=topic.pk).update(published_at=topic.appears_at)
        if is_ours and topic.appears_at:
            topic.published_at = topic.appears_at
            signals.topic_published.send(sender=Topic, topic=topic)


def free_slug(title: str) -> str:
    """Titles may differ where their addresses do not: "Straße" and "Strasse"."""
    slug = wanted = slug_of(title)
    number = 1
    while Topic.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def find_or_make_topic(title: str) -> Topic:
    """A new one is known to nobody yet (publish_topics())."""
    found = Topic.objects.filter(title=title).first()
    return found or Topic.objects.create(title=title, slug=free_slug(title))


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
