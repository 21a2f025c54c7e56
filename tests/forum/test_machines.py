"""What do search engines, feed readers and other sites learn from the paper?"""

import json
import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from forum.markup import as_text, render
from forum.models import Comment, Discussion
from forum.posting import edit_comment, withdraw
from forum.publishing import hold, remove
from moderation.models import Edition
from tests.factories import (
    ArticleFactory,
    TickerEntryFactory,
    TopicFactory,
    make_comment,
    make_discussion,
    pass_screening,
)
from tests.routes import address_of, routes

pytestmark = pytest.mark.django_db

HOSTILE = "</script><script>alert(1)</script><!--slot marks-1-->"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


# What schema.org's readers want of each type that we tell of.
REQUIRED = {
    "NewsArticle": ["headline", "url"],
    "LiveBlogPosting": ["headline", "url", "datePublished", "dateModified", "publisher"]
    + ["coverageStartTime", "liveBlogUpdate", "author"],
    "BlogPosting": ["headline", "articleBody", "datePublished", "url", "author"],
    "CollectionPage": ["name", "description", "url", "publisher"],
    "Comment": ["text", "author", "datePublished", "url"],
    "Organization": ["name", "url"],
    "Person": ["name"],
    "Thing": ["name", "url"],
}


def page(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def told(html: str) -> dict:
    """The one data block of the page."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(block)


def things_in(value: object) -> Iterator[dict]:
    """Every thing with a type, however deep it lies."""
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from things_in(inner)
    if isinstance(value, dict):
        yield value


def meta(html: str, name: str) -> list[str]:
    return re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)">', html)


def canonical(html: str) -> str:
    (address,) = re.findall(r'<link rel="canonical" href="([^"]*)">', html)
    return address


def entries(client, address: str) -> list[ET.Element]:
    return ET.fromstring(client.get(address).content).findall(f"{ATOM}entry")


def feed_of(discussion: Discussion) -> str:
    return reverse("forum:discussion_feed", args=[discussion.pk])


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


class DescriptionTests:
    def test_every_variant_of_a_page_names_the_same_address(self, client, discussion, alice):
        comment = make_comment(discussion, alice)
        for shown in (discussion.article, discussion, comment):
            address = shown.get_absolute_url()
            for query in ("", "?sort=oldest", "?sort=newest", f"?around={comment.pk}"):
                html = page(client, address + query)
                assert canonical(html) == settings.SITE_URL + address
                assert meta(html, "og:url") == [settings.SITE_URL + address]

    def test_the_newspapers_own_address_comes_first(self, client):
        article = ArticleFactory(canonical_url="https://bote.example/ufer?a=1&b=2")
        html = page(client, article.get_absolute_url())
        assert canonical(html) == "https://bote.example/ufer?a=1&amp;b=2"

    def test_host_that_was_asked_is_named_nowhere(self, client, discussion, alice, settings):
        settings.SITE_URL = "https://bote.example"
        make_comment(discussion, alice)
        for address in (discussion.article.get_absolute_url(), feed_of(discussion), "/robots.txt"):
            html = page(client, address)
            assert "https://bote.example/" in html
            assert "testserver" not in html

    def test_article_shows_its_beginning_and_its_picture(self, client):
        article = ArticleFactory(
            headline='Rat „sperrt“ "Ufer"',
            paragraphs=["Ein langer Satz. " * 30],
            picture="pictures/ufer.jpg",
            picture_alt="Die leere Straße",
        )
        html = page(client, article.get_absolute_url())
        assert meta(html, "og:type") == ["article"]
        assert meta(html, "og:title") == ["Rat „sperrt“ &quot;Ufer&quot;"]
        assert meta(html, "og:image") == [f"{settings.SITE_URL}/media/pictures/ufer.jpg"]
        assert meta(html, "og:image:alt") == ["Die leere Straße"]
        (description,) = meta(html, "description")
        assert description.startswith("Ein langer Satz.")
        assert len(description) <= 160

    def test_topics_and_discussions_say_what_they_are(self, client):
        topic = TopicFactory(title="Uferstraße", slug="uferstrasse")
        discussion = make_discussion(topic=topic)
        html = page(client, "/topics/uferstrasse/")
        assert meta(html, "description") == ["Artikel und Diskussion zum Thema „Uferstraße“."]
        assert meta(html, "og:type") == ["website"]
        html = page(client, discussion.get_absolute_url())
        assert meta(html, "description") == ["Was Leserinnen und Leser zu „Uferstraße“ schreiben."]
        assert meta(html, "og:title") == ["Diskussion: Uferstraße"]

    def test_of_a_comment_that_waits_its_author_alone_reads_the_text(
        self, client, discussion, alice
    ):
        comment = make_comment(discussion, alice, "Noch ungelesen.", status="held")
        client.force_login(alice)
        html = page(client, comment.get_absolute_url())
        assert "Noch ungelesen." in html
        assert "ungelesen" not in meta(html, "description")[0]

    def test_readers_pages_are_described_and_kept_out_of_search_by_name(
        self, client, discussion, alice
    ):
        make_comment(discussion, alice)
        response = client.get(alice.get_absolute_url())
        assert response.headers["X-Robots-Tag"] == "noindex, follow"
        html = response.content.decode()
        assert canonical(html) == settings.SITE_URL + alice.get_absolute_url()
        assert meta(html, "description") == ["Was Alice veröffentlicht hat."]
        assert meta(html, "og:type") == ["profile"]


class TitleTests:
    def test_every_page_is_called_by_a_name_of_its_own(self, client, paper):
        """Where it is, then whose: the front page bears the paper's name alone."""
        found: dict[str, str] = {}
        for where, name, _pattern in routes():
            if where.startswith(("admin/", "^media", "^static", "gallery")):
                continue
            response = client.get(address_of(where, name, paper))
            if response.status_code != 200 or "html" not in response["Content-Type"]:
                continue
            (title,) = re.findall(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)
            assert title.endswith(settings.SITE_NAME), name
            assert title not in found, (name, found[title])
            found[title] = name
        assert found[settings.SITE_NAME] == "forum:front"
        assert len(found) > 10


class StructuredTests:
    def test_article_with_what_was_said_below_it(self, client, discussion, alice, bob):
        comment = make_comment(discussion, alice, "Endlich *Ruhe* am See & Fluss.")
        make_comment(discussion, bob, parent=comment)
        block = told(page(client, discussion.article.get_absolute_url()))
        assert block["@type"] == "NewsArticle"
        assert block["headline"] == discussion.article.headline
        assert block["author"]["name"] == "Hanna Reuter"
        assert block["commentCount"] == 2
        assert block["discussionUrl"] == settings.SITE_URL + discussion.get_absolute_url()
        first = block["comment"][0]
        assert first["text"] == "Endlich Ruhe am See & Fluss."
        assert first["author"]["name"] == "Alice"
        assert first["url"] == settings.SITE_URL + comment.get_absolute_url()

    def test_live_report_with_its_entries(self, client):
        article = make_discussion(article=ArticleFactory(kind=Article.Kind.LIVE)).article
        entry = TickerEntryFactory(article=article, text="Die Sitzung beginnt. " * 50)
        block = told(page(client, article.get_absolute_url()))
        assert block["@type"] == "LiveBlogPosting"
        (update,) = block["liveBlogUpdate"]
        assert update["url"].endswith(f"#entry-{entry.pk}")
        assert update["articleBody"].startswith("Die Sitzung beginnt.")
        assert len(update["articleBody"]) <= 300

    def test_nothing_is_missing_that_search_engines_require(self, client, alice):
        live = make_discussion(article=ArticleFactory(kind=Article.Kind.LIVE))
        TickerEntryFactory(article=live.article)
        report = make_discussion()
        topic = make_discussion(topic=TopicFactory())
        for discussion in (live, report, topic):
            make_comment(discussion, alice)
            for address in (discussion.get_absolute_url(), discussion.subject.get_absolute_url()):
                for thing in things_in(told(page(client, address))):
                    lacking = [key for key in REQUIRED[thing["@type"]] if not thing.get(key)]
                    assert lacking == [], (address, thing)

    def test_hostile_words_stay_data(self, client, alice):
        article = ArticleFactory(
            headline=HOSTILE, slug="a", author_line=HOSTILE, paragraphs=[HOSTILE]
        )
        discussion = make_discussion(article=article)
        make_comment(discussion, alice, HOSTILE)
        for address in (article.get_absolute_url(), discussion.get_absolute_url()):
            html = page(client, address)
            assert "<script>" not in html
            assert "alert(1)</script>" not in html
            block = told(html)
            assert HOSTILE in (block.get("headline") or block["about"]["headline"])
            assert block["comment"][0]["text"] == HOSTILE
            client.force_login(alice)
            assert told(page(client, address))["comment"][0]["text"] == HOSTILE
            client.logout()

    def test_held_removed_and_withdrawn_texts_are_not_told(self, client, discussion, alice, bob):
        for change in (hold, partial(remove, ground="off_topic"), partial(withdraw, author=alice)):
            comment = make_comment(discussion, alice, f"Geheimes {change}.")
            make_comment(discussion, bob, parent=comment)
            change(comment)
        html = page(client, discussion.get_absolute_url())
        assert len(re.findall(r'<article class="comment', html)) == 6
        block = told(html)
        assert len(block["comment"]) == 3
        assert all("Das sehe ich anders" in one["text"] for one in block["comment"])
        assert "Geheimes" not in html
        assert block["commentCount"] == 3

    def test_moderators_have_no_name(self, client, discussion, mona):
        comment = make_comment(discussion, mona, "Bitte bleiben Sie beim Thema.")
        Comment.objects.filter(pk=comment.pk).update(written_as="moderation")
        html = page(client, discussion.get_absolute_url())
        assert told(html)["comment"][0]["author"]["name"] == "Moderation"
        assert "Mona" not in json.dumps(told(html))
        (entry,) = entries(client, feed_of(discussion))
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Moderation"
        assert "Mona" not in client.get(feed_of(discussion)).content.decode()

    def test_ten_comments_at_most_each_cut(self, client, discussion, alice):
        for number in range(12):
            make_comment(discussion, alice, f"{number} " + "Wort " * 200)
        block = told(page(client, discussion.get_absolute_url()))
        assert block["commentCount"] == 12
        assert len(block["comment"]) == 10
        assert max(len(one["text"]) for one in block["comment"]) <= 300

    def test_nothing_is_said_of_a_discussion_that_is_none(self, client):
        article = ArticleFactory(discussion_at="nowhere")
        html = page(client, article.get_absolute_url())
        assert "commentCount" not in told(html)
        assert "application/atom+xml" not in html


class PlainTextTests:
    def test_paragraphs_are_parted_and_words_are_not(self):
        html = render('Erst *so*fort.\n\nDann\n> ein "Zitat" <b>\n\nhttps://bote.example/?a=1&b=2')
        assert as_text(html).startswith("Erst ")
        assert "</" not in as_text(html)
        assert '"Zitat" <b>' in as_text(html)
        assert as_text(html).endswith("https://bote.example/?a=1&b=2")
        assert as_text(render("Ein **fett**es Wort")) == as_text("<p>Ein **fett**es Wort</p>")


class FeedTests:
    def test_newest_first_and_fifty_at_most(self, client, discussion, alice):
        comments = [make_comment(discussion, alice, f"Beitrag {n}.") for n in range(52)]
        found = entries(client, feed_of(discussion))
        links = [urlsplit(one.find(f"{ATOM}link").get("href")).path for one in found]
        assert links == [one.get_absolute_url() for one in reversed(comments[2:])]
        assert found[0].findtext(f"{ATOM}title") == "Beitrag von Alice"
        assert found[0].findtext(f"{ATOM}summary") == "<p>Beitrag 51.</p>\n"

    def test_pages_lead_to_it(self, client):
        topic = TopicFactory(slug="uferstrasse")
        in_topic = make_discussion(topic=topic)
        below = make_discussion()
        for address, feed in (
            ("/", "/feed/"),
            ("/topics/uferstrasse/", "/topics/uferstrasse/feed/"),
            (below.article.get_absolute_url(), feed_of(below)),
            (in_topic.get_absolute_url(), feed_of(in_topic)),
        ):
            link = f'<link rel="alternate" type="application/atom+xml" href="{settings.SITE_URL}'
            assert f'{link}{feed}"' in page(client, address)
            response = client.get(feed)
            assert response["Content-Type"] == "application/atom+xml; charset=utf-8"

    def test_topics_feed_and_the_papers_carry_their_newest_articles(
        self, client, django_assert_num_queries
    ):
        topic = TopicFactory(slug="uferstrasse", title="Ufer & Straße")
        first, second = (ArticleFactory(topic=topic) for _number in range(2))
        other = ArticleFactory(paragraphs=["<script>alert(1)</script> & mehr."])
        ArticleFactory(topic=topic, state=Article.State.DRAFT)
        for address, queries, shown in (
            ("/topics/uferstrasse/feed/", 2, [second, first]),
            ("/feed/", 1, [other, second, first]),
        ):
            with django_assert_num_queries(queries):
                found = entries(client, address)
            links = [one.find(f"{ATOM}link").get("href") for one in found]
            assert links == [settings.SITE_URL + one.get_absolute_url() for one in shown]
        summary = found[0].findtext(f"{ATOM}summary")
        assert summary == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; mehr."

    def test_what_waits_or_is_gone_is_not_in_it(self, client, discussion, alice):
        for status in ("pending", "held", "removed", "withdrawn"):
            make_comment(discussion, alice, f"Geheimes, {status}.", status=status)
        assert entries(client, feed_of(discussion)) == []

    def test_new_wording_waits_there_too(self, client, discussion, alice):
        comment = make_comment(discussion, alice, "Erste Fassung.")
        edit_comment(comment, author=alice, body="Zweite Fassung.")
        assert "Erste Fassung." in page(client, feed_of(discussion))
        pass_screening(comment)
        html = page(client, feed_of(discussion))
        assert "Zweite Fassung." in html
        assert "Erste Fassung." not in html

    def test_hostile_words_and_controls_leave_it_readable(self, client, alice):
        article = ArticleFactory(headline=f"Rat\x0b \x1b[31m\ufffe {HOSTILE} ]]>", slug="a")
        discussion = make_discussion(article=article)
        make_comment(discussion, alice, f"Ufer\ufffe\uffff ]]> {HOSTILE}")
        content = client.get(feed_of(discussion)).content
        feed = ET.fromstring(content)
        assert HOSTILE in feed.findtext(f"{ATOM}title")
        summary = feed.findtext(f"{ATOM}entry/{ATOM}summary")
        assert "alert(1)" in summary
        assert "<script" not in summary

    def test_nothing_of_an_article_that_is_not_shown(self, client, discussion, alice):
        make_comment(discussion, alice)
        tomorrow = timezone.now() + timezone.timedelta(days=1)
        for fields in ({"state": "withdrawn"}, {"state": "draft"}, {"published_at": tomorrow}):
            Article.objects.update(**({"state": "published"} | fields))
            assert client.get(feed_of(discussion)).status_code == 404

    def test_known_feed_is_not_sent_again(
        self, client, discussion, alice, django_assert_num_queries
    ):
        make_comment(discussion, alice)
        address = feed_of(discussion)
        response = client.get(address)
        assert response["Cache-Control"].startswith("public")
        with django_assert_num_queries(4):
            client.get(address)
        with django_assert_num_queries(1):
            again = client.get(address, headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304
        make_comment(discussion, alice)
        again = client.get(address, headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 200


class CrawlerTests:
    def test_rooms_of_readers_and_of_the_house_are_not_to_be_found(self, client, paper, mona):
        public = {
            "robots",
            "sitemap",
            "moderation:netiquette_json",
            *(f"moderation:{page}" for page in Edition.Page),
            *(f"moderation:{page}_version" for page in Edition.Page),
            *(
                f"forum:{name}"
                for name in ("front", "article", "topic", "topic_feed", "discussion")
            ),
            *(f"forum:{name}" for name in ("discussion_feed", "front_feed", "comment", "replies")),
            "forum:sorting",
        }
        for where, name, _pattern in routes():
            if where.startswith(("admin/", "^media", "^static", "gallery")):
                continue
            address = address_of(where, name, paper)
            client.logout()
            response = client.get(address)
            if 300 <= response.status_code < 400:
                continue
            is_found = "noindex" not in response.headers.get("X-Robots-Tag", "")
            assert is_found == (name in public), address
            client.force_login(mona)
            response = client.get(address)
            assert response.headers.get("X-Robots-Tag") or response.status_code < 400, address

    def test_errors_and_what_is_gone_neither(self, client, discussion, alice):
        gone = make_comment(discussion, alice, status="removed")
        for address, status in (("/nowhere/", 404), (gone.get_absolute_url(), 410)):
            response = client.get(address)
            assert response.status_code == status
            assert response["X-Robots-Tag"] == "noindex"

    def test_robots_are_told_where_to_stay_out_and_where_the_map_is(self, client):
        response = client.get("/robots.txt")
        assert response["Content-Type"].startswith("text/plain")
        lines = response.content.decode().splitlines()
        assert lines[0] == "User-agent: *"
        for closed in ("/account/", "/moderation/", "/notifications/", "/admin/"):
            assert f"Disallow: {closed}" in lines
        assert "Disallow: /discussions/*/comments/" in lines
        assert "Disallow: /comments/*/flags/" in lines
        assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines

    def test_map_names_what_is_published(self, client, django_assert_num_queries):
        shown = [ArticleFactory() for _number in range(3)]
        ArticleFactory(state=Article.State.DRAFT)
        ArticleFactory(published_at=timezone.now() + timezone.timedelta(days=1))
        topic = TopicFactory()
        index = ET.fromstring(client.get("/sitemap.xml").content)
        found = []
        for part in index.iter(f"{MAP}loc"):
            assert part.text.startswith(settings.SITE_URL)
            with django_assert_num_queries(0 if "pages" in part.text else 2):
                response = client.get(part.text.removeprefix(settings.SITE_URL))
            found += [one.text for one in ET.fromstring(response.content).iter(f"{MAP}loc")]
        wanted = [one.get_absolute_url() for one in (*reversed(shown), topic)]
        wanted += ["/netiquette/", "/terms/", "/privacy/", "/imprint/", "/contact/"]
        wanted += ["/sorting/"]
        assert found == [settings.SITE_URL + address for address in wanted]

    @pytest.mark.parametrize("address", ["/sitemap-readers.xml", "/sitemap-topics.xml?p=9"])
    def test_parts_that_are_none_are_not_found(self, client, address):
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize(
        "address",
        ["/sitemap.xml?x=1", "/sitemap-topics.xml?x=1", "/sitemap-topics.xml?p=1&x=1"]
        + [f"/sitemap-topics.xml?p={number}" for number in ("01", "+1", "", "last", "1&p=1")],
    )
    def test_other_spellings_build_nothing(self, client, address, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get(address).status_code == 404
