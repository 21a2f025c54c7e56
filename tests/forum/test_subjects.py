"""Is what a page is about the same as Django would have built it, in one query?"""

import pytest

from articles.models import Article
from forum import subjects
from forum.models import Discussion
from tests.factories import ArticleFactory, TopicFactory, make_discussion

pytestmark = pytest.mark.django_db


def columns_of(one) -> dict | None:
    return one and {
        field.attname: getattr(one, field.attname) for field in type(one)._meta.concrete_fields
    }


@pytest.fixture
def article() -> Article:
    topic = TopicFactory(live_report=ArticleFactory(kind="live"))
    Discussion.objects.create(topic=topic)
    article = ArticleFactory(topic=topic, picture="pictures/a.jpg", picture_alt="Ein Rad")
    make_discussion(article=article)
    return article


def test_article_comes_with_all_that_its_page_says(article, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = subjects.article_by_id(article.pk)
        topic = found.topic
        parts = [found, found.discussion, topic, topic.discussion]
        assert found.discussion.article is found
        assert topic.discussion.topic is topic
        assert found.picture.url == article.picture.url
        assert topic.live_report.headline == article.topic.live_report.headline
        shown = [columns_of(one) for one in parts]
    known = Article.objects.get(pk=article.pk)
    real = [known, known.discussion, known.topic, known.topic.discussion]
    assert shown == [columns_of(one) for one in real]
    # What the page does not show is asked for.
    assert columns_of(topic.live_report) == columns_of(known.topic.live_report)


def test_article_without_all_that_knows_it(django_assert_num_queries):
    article = ArticleFactory()
    with django_assert_num_queries(1):
        found = subjects.article_by_id(article.pk)
        assert found.topic is None
        assert not hasattr(found, "discussion")


def test_discussion_comes_with_its_subject(article, django_assert_num_queries):
    of_topic = article.topic.discussion
    for pk, subject in ((article.discussion.pk, article), (of_topic.pk, article.topic)):
        with django_assert_num_queries(1):
            found = subjects.discussion_by_id(pk)
            assert found.subject == subject
            assert str(found.subject) == str(subject)
            assert found.subject.discussion is found
            if found.article:
                assert found.article.topic == article.topic
        assert columns_of(found) == columns_of(Discussion.objects.get(pk=pk))


def test_what_is_not_there_is_nothing():
    assert subjects.article_by_id(1_000_000) is None
    assert subjects.discussion_by_id(1_000_000) is None
