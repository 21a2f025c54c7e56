"""How do pages answer caches, odd methods and odd addresses?"""

import pytest
from django.urls import reverse

from accounts.models import User
from articles.models import Article
from bench.filling import fill
from forum.models import Discussion
from forum.posting import post_comment
from forum.views import answering
from tests.factories import ArticleFactory, TopicFactory, make_comment, make_discussion

pytestmark = pytest.mark.django_db

PUBLIC = "public, max-age=0, s-maxage=1, stale-while-revalidate=2, stale-if-error=600"


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


@pytest.fixture
def addresses(discussion, alice) -> list[str]:
    """Every public page."""
    comment = make_comment(discussion, alice)
    topic = TopicFactory()
    in_topic = ArticleFactory(topic=topic, discussion_at="topic")
    make_comment(make_discussion(topic=topic), alice)
    return [
        "/",
        discussion.article.get_absolute_url(),
        in_topic.get_absolute_url(),
        topic.get_absolute_url(),
        discussion.get_absolute_url(),
        comment.get_absolute_url(),
        reverse("forum:replies", args=[comment.pk]),
        alice.get_absolute_url(),
    ]


class PublicTests:
    def test_strangers_get_what_a_cache_may_share(self, client, addresses):
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 200, address
            assert response["Cache-Control"] == PUBLIC, address
            assert response["ETag"].startswith('W/"'), address
            assert not response.cookies, address
            assert response.get("Vary", "Accept-Encoding") == "Accept-Encoding", address

    def test_language_and_script_of_the_asker_change_nothing(self, client, addresses):
        for address in addresses:
            plain = client.get(address).content
            for header in ({"Accept-Language": "en"}, {"Accept-Language": "x" * 3000 + ";q=,"}):
                assert client.get(address, headers=header).content == plain, address
            assert client.get(address, headers={"HX-Request": "true"}).content == plain, address

    def test_known_page_is_not_sent_again(self, client, addresses):
        for address in addresses:
            tag = client.get(address)["ETag"]
            response = client.get(address, headers={"If-None-Match": tag})
            assert response.status_code == 304, address
            assert response.content == b""
            assert response["ETag"] == tag
            assert response["Cache-Control"] == PUBLIC

    def test_each_address_has_a_tag_of_its_own(self, client, discussion, alice):
        make_comment(discussion, alice)
        address = discussion.get_absolute_url()
        tags = {client.get(address + query)["ETag"] for query in ("", "?sort=oldest", "?sort=best")}
        assert len(tags) == 3

    def test_known_discussion_costs_one_query(
        self, client, discussion, alice, django_assert_num_queries
    ):
        make_comment(discussion, alice)
        address = discussion.get_absolute_url()
        tag = client.get(address)["ETag"]
        with django_assert_num_queries(1):
            assert client.get(address, headers={"If-None-Match": tag}).status_code == 304

    def test_what_happens_makes_the_page_new(self, client, discussion, alice, bob):
        comment = make_comment(discussion, alice)
        for address in (
            "/",
            discussion.article.get_absolute_url(),
            discussion.get_absolute_url(),
            comment.get_absolute_url(),
            reverse("forum:replies", args=[comment.pk]),
        ):
            tag = client.get(address)["ETag"]
            make_comment(discussion, bob, parent=comment)
            response = client.get(address, headers={"If-None-Match": tag})
            assert response.status_code == 200, address

    def test_changed_article_makes_the_page_new(self, client, discussion):
        address = discussion.article.get_absolute_url()
        tag = client.get(address)["ETag"]
        discussion.article.headline = "Nun doch nicht gesperrt"
        discussion.article.save()
        response = client.get(address, headers={"If-None-Match": tag})
        assert response.status_code == 200
        assert "Nun doch nicht gesperrt" in response.content.decode()

    def test_what_an_article_says_of_its_topic_makes_the_page_new(self, client, alice):
        topic = TopicFactory()
        article = ArticleFactory(topic=topic)
        make_discussion(article=article)
        in_topic = make_discussion(topic=topic)

        def comment() -> None:
            make_comment(in_topic, alice)

        def name_a_live_report() -> None:
            topic.live_report = ArticleFactory(kind=Article.Kind.LIVE)
            topic.save()

        def withdraw_it() -> None:
            Article.objects.filter(pk=topic.live_report_id).update(state="withdrawn")

        for happens, seen, is_seen in (
            (comment, "Zur Diskussion (1 Beitrag)", True),
            (name_a_live_report, "Zum Liveticker", True),
            (withdraw_it, "Zum Liveticker", False),
        ):
            tag = client.get(article.get_absolute_url())["ETag"]
            happens()
            response = client.get(article.get_absolute_url(), headers={"If-None-Match": tag})
            assert response.status_code == 200
            assert (seen in response.content.decode()) == is_seen

    def test_corrected_headline_is_seen_wherever_it_is_shown(self, client, discussion, alice):
        comment = make_comment(discussion, alice)
        for address in (
            discussion.get_absolute_url(),
            comment.get_absolute_url(),
            reverse("forum:replies", args=[comment.pk]),
        ):
            tag = client.get(address)["ETag"]
            discussion.article.headline += "!"
            discussion.article.save()
            assert client.get(address, headers={"If-None-Match": tag}).status_code == 200, address

    def test_names_of_people_and_articles_are_at_most_a_minute_old(
        self, client, discussion, alice, monkeypatch
    ):
        make_comment(discussion, alice)
        address = discussion.get_absolute_url()
        tag = client.get(address)["ETag"]
        User.objects.filter(pk=alice.pk).update(name="Alicia")
        monkeypatch.setattr(answering, "time", lambda: 60)
        response = client.get(address, headers={"If-None-Match": tag})
        assert "Alicia" in response.content.decode()

    def test_closing_makes_the_page_new(self, client, discussion, alice):
        make_comment(discussion, alice)
        address = discussion.get_absolute_url()
        tag = client.get(address)["ETag"]
        Discussion.objects.update(closed_at=discussion.opened_at)
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


class PersonalTests:
    def test_signed_in_readers_get_what_nobody_keeps(self, client, addresses, bob):
        client.force_login(bob)
        for address in addresses:
            response = client.get(address)
            assert response["Cache-Control"] == "private, no-store", address
            assert "ETag" not in response
            assert "csrfmiddlewaretoken" in response.content.decode() or address == "/", address

    def test_session_that_has_ended_is_not_shared_either(self, client, addresses, settings):
        client.cookies[settings.SESSION_COOKIE_NAME] = "abgelaufen"
        for address in addresses:
            assert client.get(address)["Cache-Control"] == "private, no-store"


class MethodTests:
    def test_head_is_get_without_a_body(self, client, addresses):
        for address in addresses:
            get, head = client.get(address), client.head(address)
            assert head.status_code == 200, address
            assert head.content == b""
            assert head["ETag"] == get["ETag"]

    def test_options_names_the_methods(self, client, addresses):
        for address in addresses:
            response = client.options(address)
            assert response.status_code == 200, address
            assert response["Allow"] == "GET, HEAD, OPTIONS"

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
    def test_other_methods_are_refused_with_those_that_work(self, client, addresses, method):
        client.handler.enforce_csrf_checks = True
        for address in addresses:
            response = client.generic(method, address)
            assert response.status_code == 405, address
            assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "path",
    [
        "/articles/../../etc/passwd",
        "/articles/%2e%2e/",
        "/articles/x-%00/",
        "/articles/x-1;drop/",
        "/articles/x-99999999999999999999999/",
        "/articles/-1/",
        "/topics/%00/",
        "/topics/%ff%fe/",
        "/topics/a;b/",
        "/discussions/0/",
        "/discussions/-1/",
        "/discussions/99999999999999999999999/",
        "/discussions/" + "9" * 500 + "/",
        "/discussions/1%00/",
        "/comments/%D9%A1/",
        "/comments/1/replies/%00",
        "/readers/%00/",
        "/readers/%C3%28/",
        "/readers/" + "%00" * 100 + "/",
        "/%2e%2e/%2e%2e/",
        "/" + "a" * 3_000,
    ],
)
def test_odd_paths_are_not_found(client, path):
    assert client.get(path).status_code in {400, 404}


def test_endless_path_is_refused(client):
    assert client.get("/" + "a" * 8_000).status_code == 414


class CostTests:
    """The same few queries, however much was said."""

    @pytest.fixture
    def sizes(self, alice, bob, carla) -> tuple[Discussion, Discussion]:
        small, large = make_discussion(), make_discussion()
        fill(small, count=10, authors=[alice, bob, carla])
        fill(large, count=10_000, authors=[alice, bob, carla])
        return small, large

    def counted(self, client, address: str, capture) -> int:
        client.get(address)
        with capture as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def test_ten_comments_cost_as_many_queries_as_ten_thousand(
        self, client, sizes, alice, django_assert_max_num_queries
    ):
        for one in sizes:
            post_comment(one, author=alice, body=f"Dazu noch etwas, {one.pk}.")
        for person, most in ((None, 4), (alice, 10)):
            client.logout()
            if person:
                client.force_login(person)
            for sort in ("newest", "oldest", "best", "most-discussed"):
                small, large = (
                    self.counted(
                        client,
                        f"{one.get_absolute_url()}?sort={sort}",
                        django_assert_max_num_queries(most),
                    )
                    for one in sizes
                )
                assert small == large, (person, sort)

    def test_every_public_page_has_its_number(self, client, addresses, django_assert_num_queries):
        for address, number in zip(addresses, (2, 6, 6, 6, 4, 4, 4, 3), strict=True):
            client.get(address)
            with django_assert_num_queries(number):
                assert client.get(address).status_code == 200
