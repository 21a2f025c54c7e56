"""Where readers can discuss an article or a topic."""

import pytest
from django.db import IntegrityError, transaction

from articles.models import Article
from articles.signals import article_published, topic_published
from forum.models import Discussion
from forum.opening import open_discussion
from tests.factories import ArticleFactory, TopicFactory

pytestmark = pytest.mark.django_db


def appears(article: Article) -> None:
    article_published.send(sender=Article, article=article)


class OpenDiscussionTests:
    def test_there_is_one_and_it_stays(self):
        article = ArticleFactory()
        assert open_discussion(article=article) == open_discussion(article=article)
        assert Discussion.objects.count() == 1

    def test_belongs_to_an_article_or_a_topic(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            open_discussion(article=ArticleFactory(), topic=TopicFactory())

    def test_article_that_appears_is_discussed_under_it(self):
        article = ArticleFactory()
        appears(article)
        appears(article)
        assert Discussion.objects.get().subject == article

    def test_article_that_points_to_its_topic_is_discussed_there(self):
        topic = TopicFactory()
        appears(ArticleFactory(topic=topic, discussion_at="topic"))
        assert Discussion.objects.get().subject == topic

    def test_article_without_discussion_has_none(self):
        appears(ArticleFactory(discussion_at="nowhere"))
        assert not Discussion.objects.exists()

    def test_topic_that_appears_is_discussed(self):
        topic = TopicFactory()
        topic_published.send(sender=type(topic), topic=topic)
        assert Discussion.objects.get().subject == topic
