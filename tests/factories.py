"""What do tests discuss, and what was said about it?"""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from articles.models import Article, TickerEntry, Topic, slug_of

MORNING = datetime(2025, 2, 4, 7, 37, tzinfo=UTC)


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    title = factory.Sequence(lambda n: f"Streit um die Uferstraße {n}")
    slug = factory.LazyAttribute(lambda topic: slug_of(topic.title))


class ArticleFactory(DjangoModelFactory):
    class Meta:
        model = Article

    source = "test"
    source_id = factory.Sequence(str)
    kicker = "Streit um die Uferstraße"
    headline = factory.Sequence(lambda n: f"Stadtrat sperrt die Uferstraße zum {n}. Mal")
    slug = factory.LazyAttribute(lambda article: slug_of(article.headline))
    author_line = "Von Hanna Reuter"
    published_at = factory.Sequence(lambda n: MORNING + timedelta(minutes=n))
    paragraphs = factory.LazyFunction(lambda: ["Der Rat hat am Montagabend abgestimmt."])


class TickerEntryFactory(DjangoModelFactory):
    class Meta:
        model = TickerEntry

    article = factory.SubFactory(ArticleFactory, kind=Article.Kind.LIVE)
    position = factory.Sequence(int)
    text = factory.Sequence(lambda n: f"Die Sitzung geht in die {n + 1}. Stunde.")
