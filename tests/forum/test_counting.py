"""What does a newspaper's own front page learn of the discussions under its articles?"""

import pytest

from articles.models import Article
from forum.publishing import remove
from tests.factories import ArticleFactory, TopicFactory, make_comment, make_discussion

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(alice, bob) -> Article:
    article = ArticleFactory(source="agency", source_id="2025:4711")
    discussion = make_discussion(article=article)
    comment = make_comment(discussion, alice)
    make_comment(discussion, bob, parent=comment)
    make_comment(discussion, bob, status="held")
    return article


def counted(client, *articles: object) -> dict[int, int]:
    response = client.get("/counts/", {"article": articles})
    assert response.status_code == 200
    return {one["article"]: one["comment_count"] for one in response.json()["counts"]}


class CountsTests:
    def test_says_how_much_was_said_and_where(self, client, article, settings):
        response = client.get("/counts/", {"article": [article.pk]})
        assert response.json() == {
            "counts": [
                {
                    "article": article.pk,
                    "source": "agency",
                    "source_id": "2025:4711",
                    "comment_count": 2,
                    "url": f"{settings.SITE_URL}{article.get_absolute_url()}#discussion",
                }
            ]
        }
        assert response["Cache-Control"].startswith("public, ")
        assert response["Access-Control-Allow-Origin"] == "*"

    def test_newspaper_asks_by_the_ids_of_its_own_system(self, client, article):
        assert counted(client, "agency:2025:4711") == {article.pk: 2}
        assert counted(client, "agency:2025:4711", article.pk, article.pk) == {article.pk: 2}
        assert counted(client, "other:2025:4711", "agency:4711", article.pk + 99) == {}
        assert counted(client) == {}

    def test_what_readers_cannot_open_or_discuss_is_left_out(self, client, article, alice):
        topic = TopicFactory()
        make_comment(make_discussion(topic=topic), alice)
        there = ArticleFactory(topic=topic, discussion_at="topic")
        nowhere = ArticleFactory(discussion_at="nowhere")
        draft = ArticleFactory(state="draft")
        make_discussion(article=draft)
        asked = [each.pk for each in (article, there, nowhere, draft)]
        assert counted(client, *asked) == {article.pk: 2, there.pk: 1}

    def test_thirty_articles_are_one_query(self, client, bob, django_assert_num_queries):
        articles = [make_discussion().article for _number in range(30)]
        make_comment(articles[7].discussion, bob)
        with django_assert_num_queries(1):
            counts = counted(client, *(each.pk for each in articles))
        assert counts == {each.pk: int(each == articles[7]) for each in articles}

    def test_known_counts_are_sent_again_only_when_they_have_changed(self, client, article, bob):
        address = f"/counts/?article={article.pk}"
        tag = client.get(address)["ETag"]
        again = client.get(address, headers={"If-None-Match": tag})
        assert again.status_code == 304
        assert again["Access-Control-Allow-Origin"] == "*"
        remove(article.discussion.comments.published()[0], ground="personal_attack")
        again = client.get(address, headers={"If-None-Match": tag})
        assert again.json()["counts"][0]["comment_count"] == 1

    def test_signed_in_reader_learns_the_same(self, client, article, bob):
        client.force_login(bob)
        assert counted(client, article.pk) == {article.pk: 2}

    @pytest.mark.parametrize(
        "asked",
        ["", "abc", "-1", "1.5", "²", ":", "agency:", ":4711", "a:\x00", "9" * 40],
    )
    def test_what_names_no_article_is_refused(self, client, asked):
        response = client.get("/counts/", {"article": asked})
        assert response.status_code == 400
        assert "Artikel werden mit einer Nummer benannt" in response.content.decode()

    def test_hundred_at_once_and_no_more(self, client, article):
        assert counted(client, article.pk, *range(10**6, 10**6 + 99)) == {article.pk: 2}
        response = client.get("/counts/", {"article": range(101)})
        assert response.status_code == 400
        assert "höchstens 100 Artikeln" in response.content.decode()
