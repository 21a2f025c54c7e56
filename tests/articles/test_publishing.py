"""When do readers hear of a topic? With the first article on it: its name tells of a draft."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from articles.importing import import_article
from articles.models import Article, Topic
from articles.writing import edit_article, mark_of, publish, withdraw, write_article
from config.crawlers import OurSitemap
from forum.models import Discussion
from forum.opening import open_discussion
from forum.searching import Question, search
from tests.articles.test_importing import EXAMPLE
from tests.articles.test_writing import WORDING
from tests.factories import ArticleFactory, TopicFactory, make_comment

pytestmark = pytest.mark.django_db

SECRET, BESIDE = "Festnahme im Rathaus", "Schwarze Kassen"


def named() -> list[Topic]:
    return [Topic.objects.get(title=title) for title in (SECRET, BESIDE)]


@pytest.fixture
def draft(anna) -> Article:
    wording = WORDING | {"discussion_at": "topic"}
    return write_article(author=anna, topic_title=SECRET, related_titles=[BESIDE], **wording)


@pytest.fixture
def is_known(client):
    """Whether a stranger finds the topic: by its addresses, from others, in the sitemap."""

    def ask(topic: Topic) -> bool:
        pages = [topic.get_absolute_url(), reverse("forum:topic_feed", args=[topic.slug])]
        if discussion := Discussion.objects.filter(topic=topic).first():
            pages.append(discussion.get_absolute_url())
        answers = {client.get(page).status_code for page in pages}
        beside = TopicFactory()
        beside.related.add(topic)
        part = -(-topic.pk // OurSitemap.limit)
        lists = [f"/sitemap-topics.xml?p={part}", beside.get_absolute_url()]
        told = {topic.get_absolute_url() in client.get(page).content.decode() for page in lists}
        assert (answers, told) in (({200}, {True}), ({404}, {False}))
        return answers == {200}

    return ask


class TopicTests:
    def test_nobody_knows_those_of_a_draft_until_it_is_published(self, draft, anna, is_known):
        assert not any(is_known(topic) for topic in named())
        assert not Discussion.objects.exists()
        publish(draft, editor=anna)
        assert all(is_known(topic) for topic in named())
        assert set(Discussion.objects.all()) == {topic.discussion for topic in named()}

    def test_they_wait_with_an_article_that_is_planned_and_put_off(self, draft, anna, is_known):
        soon, later = (timezone.now() + timedelta(hours=hours) for hours in (1, 2))
        Article.objects.update(published_at=soon)
        article = publish(draft, editor=anna)
        assert [topic.published_at for topic in named()] == [soon, soon]
        edit_article(
            article, editor=anna, seen=mark_of(article), published_at=later,
            topic_title=SECRET, **WORDING | {"discussion_at": "topic"},
        )  # fmt: skip
        assert [topic.published_at for topic in named()] == [later, None]
        assert not any(is_known(topic) for topic in named())

    def test_they_go_with_a_plan_and_stay_once_they_were_seen(self, draft, anna, is_known):
        Article.objects.update(published_at=timezone.now() + timedelta(hours=1))
        withdraw(publish(draft, editor=anna), editor=anna)
        assert [topic.published_at for topic in named()] == [None, None]

        Article.objects.update(published_at=timezone.now())
        withdraw(publish(draft, editor=anna), editor=anna)
        assert all(is_known(topic) for topic in named())

    def test_an_import_brings_its_own_along(self, is_known):
        article = import_article(EXAMPLE, source_name="agency")
        assert is_known(article.topic)
        assert all(is_known(topic) for topic in article.related_topics.all())

    def test_an_administrator_makes_one_without_articles(self, client, admin, is_known):
        client.force_login(admin)
        sent = {"title": "Wahl 2026", "slug": "wahl-2026", "description": "Alles zur Wahl."}
        assert client.post("/admin/articles/topic/add/", sent).status_code == 302
        client.logout()
        assert is_known(Topic.objects.get())

    def test_with_one_that_an_administrator_saves_with_it(self, client, admin, draft, is_known):
        client.force_login(admin)
        sent = {
            "kind": "report", "source": "house", "source_id": "7", "state": "published",
            "headline": "Festnahme", "slug": "festnahme", "discussion_at": "here",
            "published_at_0": "2026-01-02", "published_at_1": "12:00",
            "related_topics": [topic.pk for topic in named()],
            "ticker_entries-TOTAL_FORMS": 0, "ticker_entries-INITIAL_FORMS": 0,
        }  # fmt: skip
        assert client.post("/admin/articles/article/add/", sent).status_code == 302
        client.logout()
        assert all(is_known(topic) for topic in named())

    def test_what_is_said_there_is_not_found_while_nobody_can_open_it(self, alice):
        topic = TopicFactory()
        comment = make_comment(open_discussion(topic=topic), alice, "Das Moorhuhn brütet.")
        assert search(Question("Moorhuhn")).comments == [comment]
        Topic.objects.update(published_at=None)
        assert search(Question("Moorhuhn")).comments == []
        assert not Discussion.objects.reachable().exists()


class MigrationTests:
    def test_readers_keep_what_they_know(self, draft):
        published, withdrawn, described, reported, scheduled = (
            TopicFactory(description="x" * (number == 2)) for number in range(5)
        )
        past, ahead = (timezone.now() + timedelta(days=days) for days in (-9, 9))
        ArticleFactory(published_at=past).related_topics.add(published)
        ArticleFactory(topic=withdrawn, state="withdrawn", published_at=past)
        ArticleFactory(topic=scheduled, published_at=ahead)
        reported.live_report = ArticleFactory(kind="live")
        reported.save()
        Topic.objects.update(published_at=None)

        migration = import_module("articles.migrations.0005_topics_that_readers_know")
        migration.publish_topics(apps, None)

        known = {published, withdrawn, described, reported}
        assert set(Topic.objects.published()) == known
        assert Topic.objects.get(pk=published.pk).published_at == past
        assert Topic.objects.get(pk=scheduled.pk).published_at == ahead
