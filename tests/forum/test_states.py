"""Does the mark of a page differ whenever the page does, and only then?"""

from datetime import timedelta

import pytest
from django.core.exceptions import BadRequest
from django.db import connection
from django.utils import timezone

from articles.models import Article, Topic
from forum import states
from forum.models import Discussion
from forum.posting import post_comment
from forum.publishing import hold, remove
from forum.states import State, current
from tests.factories import ArticleFactory, TopicFactory, make_comment, make_discussion

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic() -> Topic:
    topic = TopicFactory()
    make_discussion(topic=topic)
    return topic


@pytest.fixture
def discussion(topic) -> Discussion:
    return make_discussion(article=ArticleFactory(topic=topic))


@pytest.fixture
def public(discussion, topic, alice) -> dict[str, State]:
    """Every kind of state there is."""
    comment = make_comment(discussion, alice)
    make_comment(topic.discussion, alice)
    article = discussion.article
    return {
        "discussion": states.discussion(discussion.pk),
        "comment": states.comment(comment.pk),
        "article": states.article(article.pk),
        "topic": states.topic(topic.pk),
        "front": states.teasers(scope="front"),
        "topic's list": states.teasers(scope=f"topic {topic.pk}"),
        "counts": states.counts([article.pk], [(article.source, article.source_id)]),
    }


class ChangeTests:
    def test_nothing_happens_and_nothing_changes(self, public):
        for name, state in public.items():
            assert current(state) == current(state) is not None, name

    def test_new_comment_is_seen_wherever_it_counts_and_retracts_nothing(
        self, public, discussion, bob
    ):
        for name, state in public.items():
            before = current(state)
            make_comment(discussion, bob)
            after = current(state)
            assert (after.shown != before.shown) == (name != "topic"), name
            assert after.retracted == before.retracted, name

    def test_removal_retracts(self, public, discussion, bob):
        for name in ("discussion", "comment", "article"):
            comment = make_comment(discussion, bob)
            before = current(public[name])
            remove(comment, ground="personal_attack")
            assert current(public[name]).retracted != before.retracted, name

    def test_what_waits_changes_nothing(self, public, discussion, bob):
        before = [current(state) for state in public.values()]
        post_comment(discussion, author=bob, body="Das muss erst jemand lesen.")
        assert [current(state) for state in public.values()] == before

    def test_what_becomes_of_it_unseen_changes_nothing_either(self, public, discussion, bob):
        comment = make_comment(discussion, bob, status="pending")
        before = [current(state) for state in public.values()]
        remove(hold(comment), ground="insult")
        assert [current(state) for state in public.values()] == before

    def test_another_headline_retracts_wherever_it_stands(self, public, discussion):
        for name, state in public.items():
            before = current(state)
            discussion.article.headline += "!"
            discussion.article.save()
            after = current(state)
            assert (after.retracted != before.retracted) == (name != "topic"), name

    def test_whoever_writes_the_row_need_not_say_so(self, public, discussion):
        before = current(public["article"])
        Article.objects.filter(pk=discussion.article_id).update(kicker="Uferstraße")
        assert current(public["article"]) != before

    def test_live_report_and_neighbours_of_a_topic_belong_to_it(self, public, topic):
        before = current(public["topic"])
        topic.related.add(TopicFactory())
        related = current(public["topic"])
        assert related != before
        topic.live_report = report = ArticleFactory(kind=Article.Kind.LIVE)
        topic.save()
        named = current(public["topic"])
        assert named != related
        Article.objects.filter(pk=report.pk).update(state="withdrawn")
        assert current(public["topic"]) != named

    def test_several_are_one_query(self, public, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert current(*public.values())


class ReachTests:
    def test_what_readers_cannot_open_has_no_mark(self, public, discussion):
        for fields in (
            {"state": "withdrawn"},
            {"state": "published", "published_at": timezone.now() + timedelta(hours=1)},
        ):
            Article.objects.filter(pk=discussion.article_id).update(**fields)
            for name in ("discussion", "comment", "article"):
                assert current(public[name]) is None, name
            assert current(public["topic"])

    def test_nor_has_what_is_said_on_a_topic_that_nobody_knows_yet(self, topic, bob):
        comment = make_comment(topic.discussion, bob)
        asked = [
            states.topic(topic.pk),
            states.discussion(topic.discussion.pk),
            states.comment(comment.pk),
        ]
        assert all(current(state) for state in asked)
        for published_at in (None, timezone.now() + timedelta(hours=1)):
            Topic.objects.update(published_at=published_at)
            assert [current(state) for state in asked] == [None] * 3

    def test_ids_that_nothing_can_have(self):
        assert current(states.discussion(10**30)) is None
        assert current(states.article(0)) is None

    def test_foreign_cursor_is_refused(self):
        with pytest.raises(BadRequest):
            states.teasers(scope="front", older="erfunden")

    def test_list_that_begins_further_down(self, public):
        below = ("teasers of front", "2025-02-04T07:37:00+00:00", 1)
        assert current(below) != current(public["front"])


class CostTests:
    @pytest.fixture
    def every(self, public) -> dict[str, State]:
        below = ("teasers of front", "2025-02-04T07:37:00+00:00", 1)
        return public | {"further down": below}

    def test_rows_are_found_by_index(self, every):
        """Tables of a test are small; what is asked here is whether an index would do."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            for name, (kind, *key) in every.items():
                values = states._values(str(kind), key, timezone.now())
                cursor.execute(f"EXPLAIN {states._QUERIES[str(kind)]}", values)
                plan = "\n".join(line for (line,) in cursor.fetchall())
                assert "Seq Scan" not in plan, (name, plan)

    def test_is_planned_once_for_each_connection(self, every):
        for state in every.values():
            current(state)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
                ["%articles_topic t ON%"],
            )
            assert cursor.fetchone()[0] >= len({kind for kind, *_key in every.values()}) - 1
