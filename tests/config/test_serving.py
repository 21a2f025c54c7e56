"""Which pages are answered before Django, and do readers ever notice?"""

import gzip
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from threading import Event, Thread
from unittest.mock import patch

import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections
from django.urls import resolve
from prometheus_client import REGISTRY
from redis import ConnectionError as RedisAway

from articles.writing import withdraw as withdraw_article
from articles.writing import withdraw_entry
from config import counting, keeping, serving
from config.errors import FRONT_KEEPS
from config.keeping import Page
from config.serving import SOURCE_HEADER, Serving
from forum import states
from forum.models import Comment, Discussion
from forum.posting import edit_comment, withdraw
from forum.publishing import hold, remove
from forum.states import Mark
from forum.views import answering
from forum.views.answering import MADE, PUBLIC, Made, minute_of
from forum.views.memory import Memory
from tests.factories import (
    ArticleFactory,
    TickerEntryFactory,
    TopicFactory,
    make_comment,
    make_discussion,
    pass_screening,
)

pytestmark = pytest.mark.django_db


# What the way of an answer adds.
OF_THE_WAY = {"content-encoding", "content-length"}


class Answered:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status.split(maxsplit=1)[0])
        self.headers = {name.lower(): value for name, value in headers}
        # For the front alone, who hides it.
        self.source = self.headers.pop("x-answered-from", None)
        self.names = [name.lower() for name, _value in headers if name != SOURCE_HEADER]
        self.body = body
        packed = self.headers.get("content-encoding") == "gzip"
        self.text = (gzip.decompress(body) if packed and body else body).decode()


@contextmanager
def connection_left_open() -> Iterator[None]:
    """Django would close the test's with each request, as its own test client knows."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@cache
def whole_django() -> WSGIHandler:
    return WSGIHandler()


class Process:
    """A web process, and what gets through to its Django."""

    def __init__(self, django: Callable | None = None) -> None:
        handler = django or whole_django()
        self.reached: list[dict] = []

        def counted(environ, start_response):
            self.reached.append(environ)
            return handler(environ, start_response)

        self.serving = Serving(counted)

    def ask(self, address: str, *, method: str = "GET", **headers: str) -> Answered:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": BytesIO(),
            "HTTP_HOST": "testserver",
            "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        } | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        told: list = []
        with connection_left_open():
            parts = self.serving(environ, lambda *given: told.append(given))
            body = b"".join(parts)
            if close := getattr(parts, "close", None):
                close()
        return Answered(*told[-1][:2], body)


class Clock:
    """Time passes when a test says so; a minute begins with it."""

    def __init__(self) -> None:
        self.now = 1_000_020.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Clock:
    clock = Clock()
    for module in (states, serving, counting, keeping):
        monkeypatch.setattr(module, "monotonic", clock)
    for module in (answering, keeping):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def empty_redis() -> None:
    caches["pages"].clear()


@pytest.fixture
def process() -> Process:
    return Process()


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


@pytest.fixture
def comment(discussion, alice) -> Comment:
    return make_comment(discussion, alice, body="Endlich Ruhe am Ufer.")


@pytest.fixture
def addresses(comment, alice) -> list[str]:
    """Every page that is kept."""
    discussion = comment.discussion
    topic = TopicFactory()
    in_topic = ArticleFactory(topic=topic, discussion_at="topic")
    make_comment(make_discussion(topic=topic), alice, about_article=in_topic)
    entry = TickerEntryFactory()
    report = entry.article.get_absolute_url()
    return [
        "/",
        discussion.article.get_absolute_url(),
        topic.get_absolute_url(),
        discussion.get_absolute_url(),
        f"{discussion.get_absolute_url()}?sort=oldest",
        f"{discussion.get_absolute_url()}feed/",
        comment.get_absolute_url(),
        f"{comment.get_absolute_url()}replies/",
        f"{comment.get_absolute_url()}replies/?sort=best",
        f"{discussion.get_absolute_url()}?show=newsroom",
        f"{topic.get_absolute_url()}?about={in_topic.pk}",
        f"{discussion.get_absolute_url()}news/?since=1",
        f"{discussion.get_absolute_url()}news/shown/?ids=comment-{comment.pk}",
        f"{report}news/?since=0",
        f"{report}news/shown/?ids=entry-{entry.pk}",
        f"/counts/?article={discussion.article_id}",
    ]


def undated(page: str) -> str:
    """Without the minute in which it was made."""
    return re.sub(r'<time class="foot__made".*?</time>', "", page)


class HitTests:
    def test_every_kept_route_is_among_them(self, addresses):
        named = {resolve(address.partition("?")[0]).view_name for address in addresses}
        assert named == serving.KEPT

    def test_second_reader_is_answered_without_django(self, process, addresses):
        for address in addresses:
            first = process.ask(address)
            reached = len(process.reached)
            again = process.ask(address)
            assert first.status == again.status == 200, address
            assert again.text == first.text, address
            assert len(process.reached) == reached, address

    def test_answer_is_the_one_django_gives(self, process, addresses, client):
        for address in addresses:
            django = client.get(address)
            process.ask(address)
            kept = process.ask(address)
            assert undated(kept.text) == undated(django.content.decode()), address
            expected = {name.lower(): value for name, value in django.headers.items()}
            expected |= {"content-encoding": "gzip", "content-length": str(len(kept.body))}
            assert kept.headers == expected, address
            assert sorted(kept.names) == sorted(expected), address

    def test_costs_the_question_whether_it_still_holds_and_that_at_most_every_50_ms(
        self, process, addresses, clock, django_assert_num_queries
    ):
        for address in addresses:
            process.ask(address)
            tag = process.ask(address).headers["etag"]
            for condition in ({}, {"if_none_match": tag}):
                with django_assert_num_queries(0):
                    process.ask(address, **condition)
                clock.passes(0.05)
                with django_assert_num_queries(1):
                    process.ask(address, **condition)

    def test_other_process_takes_it_from_redis(self, process, addresses, clock):
        for address in addresses:
            first, other = process.ask(address), Process()
            assert other.ask(address).text == first.text
            assert not other.reached
            assert other.ask(address).headers == process.ask(address).headers

    def test_a_front_that_keeps_pages_says_so_to_django_too(self, process, comment):
        process.ask(comment.get_absolute_url(), x_front_keeps="yes")
        assert process.reached[-1][FRONT_KEEPS] == "yes"

    def test_front_is_told_what_it_has_cost(self, process, comment, clock):
        address = comment.get_absolute_url()
        assert process.ask(address).source == "built"
        known = process.ask(address, if_none_match="*")
        assert (known.status, known.source) == (304, "memory")
        assert Process().ask(address).source == "redis"

    def test_operators_see_how_many(self, process, comment):
        def count(source: str) -> float:
            return REGISTRY.get_sample_value("forum_pages_answered_total", {"source": source})

        built, memory = count("built"), count("memory")
        for _number in range(3):
            process.ask(comment.get_absolute_url())
        assert (count("built"), count("memory")) == (built + 1, memory + 2)


class CountsTests:
    """Every front page names other articles."""

    @pytest.fixture
    def address(self, discussion) -> str:
        other = make_discussion(article=ArticleFactory(source="agency", source_id="2025:ö 1"))
        named = f"article={other.article_id}&article=agency%3A2025%3A%C3%B6+1"
        return f"/counts/?article={discussion.article_id}&{named}"

    def test_of_other_articles_are_put_together_without_django_in_one_query(
        self, process, address, client, django_assert_num_queries
    ):
        process.ask("/counts/?article=1")
        reached = len(process.reached)
        with django_assert_num_queries(1):
            answer = process.ask(address)
        assert len(process.reached) == reached
        django = client.get(address)
        assert answer.text == django.content.decode()
        assert answer.text.count('"comment_count"') == 2
        told = {name: v for name, v in answer.headers.items() if name not in OF_THE_WAY}
        expected = {name.lower(): value for name, value in django.headers.items()}
        assert told == {name: v for name, v in expected.items() if name not in OF_THE_WAY}

    @pytest.mark.parametrize(
        "query",
        ["", "article=abc", "article=1&page=2", "article=1&x=2", "Article=1", "article"]
        + ["article=%FF%3A1", "article=\xe9:1", "article=9" * 101, "article=" + "9" * 40]
        + ["&".join(["article=1"] * 101)],
    )
    def test_other_questions_are_answered_as_django_would(self, process, client, query):
        process.ask("/counts/?article=1")
        answer, django = process.ask(f"/counts/?{query}"), client.get(f"/counts/?{query}")
        assert (answer.status, answer.text) == (django.status_code, django.content.decode())

    def test_are_as_new_as_any_page(self, process, discussion, comment, bob, clock):
        process.ask("/counts/?article=1")
        address = f"/counts/?article={discussion.article_id}"
        assert '"comment_count": 1' in process.ask(address).text
        make_comment(discussion, bob)
        clock.passes(0.05)
        assert '"comment_count": 2' in process.ask(address).text


class ConditionTests:
    def test_known_page_is_not_sent_again(self, process, addresses, client):
        for address in addresses:
            tag = process.ask(address).headers["etag"]
            for known in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
                answer = process.ask(address, if_none_match=known)
                assert (answer.status, answer.body) == (304, b""), known
            django = client.get(address, headers={"If-None-Match": tag})
            expected = {name.lower(): value for name, value in django.headers.items()}
            # Of a feed: without the page nobody knows when it was last changed.
            told = {name: v for name, v in answer.headers.items() if name != "last-modified"}
            assert told | {"content-length": "0"} == expected
            for unknown in ('"x"', "x", ",,", '"', "\x80"):
                assert process.ask(address, if_none_match=unknown).status == 200, unknown

    def test_known_page_is_not_built_to_be_compared(
        self, process, discussion, comment, django_assert_num_queries
    ):
        tag = process.ask(discussion.get_absolute_url()).headers["etag"]
        caches["pages"].clear()
        other = Process()
        with django_assert_num_queries(1):
            answer = other.ask(discussion.get_absolute_url(), if_none_match=tag)
        assert answer.status == 304

    def test_other_conditions_are_for_django(self, process, discussion, comment):
        process.ask(discussion.get_absolute_url())
        answer = process.ask(discussion.get_absolute_url(), if_match='"x"')
        assert answer.status == 412
        assert process.ask(discussion.get_absolute_url(), range="bytes=0-3").status == 200

    @pytest.mark.parametrize(
        ("accepted", "is_packed"),
        [
            ("gzip", True),
            ("br;q=1, GZIP ;q=0.1", True),
            ("", False),
            ("identity", False),
            ("gzip;q=0", False),
            ("gzip; q=0.000", False),
            ("x" * 5_000, False),
        ],
    )
    def test_who_does_not_understand_gzip_is_sent_none(
        self, process, discussion, comment, accepted, is_packed
    ):
        for _number in range(2):
            answer = process.ask(discussion.get_absolute_url(), accept_encoding=accepted)
            assert ("content-encoding" in answer.headers) == is_packed
            assert answer.headers["content-length"] == str(len(answer.body))
            assert answer.headers["vary"] == "Accept-Encoding"
            assert "Endlich Ruhe am Ufer." in answer.text

    def test_head_is_get_without_a_body(self, process, addresses):
        for address in addresses:
            heads = [process.ask(address, method="HEAD")]
            get = process.ask(address)
            heads.append(process.ask(address, method="HEAD"))
            for head in heads:
                assert (head.status, head.body, head.headers) == (200, b"", get.headers), address


class StrangerTests:
    """What could poison a page, or get one that is not for it."""

    def test_garbage_session_is_answered_by_django_and_taken_away(
        self, process, discussion, comment, settings
    ):
        address = discussion.get_absolute_url()
        process.ask(address)
        for garbage in ("x" * 4_000, "eyJhIjoxfQ:1abcde:sig", ""):
            answer = process.ask(address, cookie=f"{settings.SESSION_COOKIE_NAME}={garbage}")
            assert answer.status == 200
            assert answer.headers["cache-control"] == "private, no-store"
            if garbage:
                assert "expires=Thu, 01 Jan 1970" in answer.headers["set-cookie"]
        assert len(process.reached) == 4

    def test_signed_in_reader_gets_his_own_and_leaves_nothing(
        self, process, discussion, comment, client, bob, settings
    ):
        client.force_login(bob)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        mine = process.ask(
            discussion.get_absolute_url(), cookie=f"{settings.SESSION_COOKIE_NAME}={session}"
        )
        assert "csrfmiddlewaretoken" in mine.text
        theirs = process.ask(discussion.get_absolute_url())
        assert "csrfmiddlewaretoken" not in theirs.text
        assert "bob" not in theirs.text

    def test_what_is_one_readers_alone_is_never_kept(
        self, process, comment, client, alice, settings
    ):
        discussion = comment.discussion.get_absolute_url()
        client.force_login(alice)
        mine = (
            f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        )
        ids = f"ids=comment-{comment.pk}"
        for address in (
            f"{discussion}?show=own",
            f"{discussion}news/shown/?{ids}",
            f"{discussion}next/",
            "/search/?q=Ufer",
        ):
            answer = process.ask(address, cookie=mine)
            assert answer.headers["cache-control"] == "private, no-store", address
        assert not caches["pages"]._cache.get_client().keys("*page-*")
        for address, status in ((f"{discussion}?show=own", 302), ("/search/?q=Ufer", 200)):
            for _number in range(2):
                answer = process.ask(address)
                assert answer.status == status
                assert answer.headers["cache-control"] == "private, no-store", address

    @pytest.mark.parametrize(
        "cookies",
        ["theme=dark; {}=abc", "{}=abc; {}=", 'x="; {}=abc', "a=b;{}=abc", "; ;{}=abc"],
    )
    def test_session_is_seen_wherever_it_stands(self, process, comment, settings, cookies):
        address = comment.get_absolute_url()
        process.ask(address)
        answer = process.ask(address, cookie=cookies.replace("{}", settings.SESSION_COOKIE_NAME))
        assert answer.headers["cache-control"] == "private, no-store"

    def test_page_is_built_for_nobody_in_particular(self, process, comment):
        odd = {
            "accept_language": "en-GB,en;q=0.9," + "q=;," * 1_250,
            "cookie": "csrftoken=abc; messages=def; theme=dark",
            "hx_request": "true",
            "x_forwarded_host": "evil.example",
            "x_forwarded_for": "203.0.113.9",
            "user_agent": "Wunderlich",
        }
        for address in ("/", comment.discussion.get_absolute_url()):
            first = process.ask(address, **odd)
            assert first.status == 200
            assert '<html lang="de">' in first.text
            assert "evil.example" not in first.text
            asked = process.reached[-1]
            assert {name for name in asked if name.startswith("HTTP_")} == {"HTTP_HOST"}
            assert process.ask(address).text == first.text
            assert process.ask(address, **odd).text == first.text

    def test_foreign_host_is_refused_though_the_page_is_kept(self, process, comment, caplog):
        caplog.set_level(logging.CRITICAL)
        address = comment.get_absolute_url()
        process.ask(address)
        for host in ("evil.example", "testserver@evil.example", "testserver:x", "", "test server"):
            answer = process.ask(address, host=host)
            assert answer.status == 400, host

    def test_insecure_request_is_led_on_though_the_page_is_kept(self, discussion, settings):
        settings.SECURE_SSL_REDIRECT = True
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        settings.SECURE_HSTS_SECONDS = 3_600
        # It reads these when it starts.
        process, address = Process(WSGIHandler()), discussion.get_absolute_url()
        secure = [process.ask(address, x_forwarded_proto="https") for _number in range(2)]
        assert [answer.status for answer in secure] == [200, 200]
        assert len(process.reached) == 1
        assert secure[1].headers["strict-transport-security"].startswith("max-age=3600")
        for proto in ({}, {"x_forwarded_proto": "http"}, {"x_forwarded_proto": "http, https"}):
            answer = process.ask(address, **proto)
            assert answer.status == 301
            assert answer.headers["location"] == f"https://testserver{address}"

    def test_other_methods_are_for_django(self, process, discussion, comment):
        process.ask(discussion.get_absolute_url())
        for method in ("POST", "PUT", "DELETE", "TRACE", "BREW"):
            assert process.ask(discussion.get_absolute_url(), method=method).status in {403, 405}
        assert process.ask(discussion.get_absolute_url(), method="OPTIONS").status == 200
        assert len(process.reached) == 7

    def test_what_is_not_there_is_not_kept(self, process, discussion, comment):
        for address, status in (
            (f"{discussion.get_absolute_url()}?sort=random", 404),
            (f"{discussion.get_absolute_url()}?after=erfunden", 400),
            ("/?older=erfunden", 400),
            ("/discussions/999999/", 404),
            ("/discussions/99999999999999999999999/", 404),
            ("/discussions/\xc3\x28/", 404),
            ("/articles/anders-" + str(discussion.article_id) + "/", 301),
            ("/" + "a" * 8_000, 414),
            ("/account/login/", 200),
        ):
            for _number in range(2):
                reached = len(process.reached)
                assert process.ask(address).status == status, address
                assert len(process.reached) == reached + 1, address

    def test_answer_with_a_cookie_is_not_kept(self, comment):
        handler = WSGIHandler()

        def with_cookie(environ, start_response):
            def start(status, headers, *rest):
                return start_response(status, [*headers, ("Set-Cookie", "who=alice")], *rest)

            return handler(environ, start)

        process = Process(with_cookie)
        for _number in range(2):
            process.ask(comment.get_absolute_url())
        assert len(process.reached) == 2


REMOVALS = {
    "removed": lambda c: remove(c, ground="personal_attack"),
    "held": hold,
    "withdrawn": lambda c: withdraw(c, author=c.author),
    "reworded": lambda c: (
        edit_comment(c, author=c.author, body="So war es nicht gemeint."),
        pass_screening(c),
    ),
}


class RemovalTests:
    """A text that is gone is not answered by any process, whatever became of Redis."""

    @pytest.fixture
    def pages(self, comment) -> list[str]:
        return [
            comment.discussion.get_absolute_url(),
            comment.discussion.article.get_absolute_url(),
            comment.get_absolute_url(),
            f"{comment.get_absolute_url()}replies/",
            f"{comment.get_absolute_url()}replies/?sort=newest",
            f"{comment.discussion.get_absolute_url()}feed/",
            f"{comment.discussion.get_absolute_url()}news/shown/?ids=comment-{comment.pk}",
        ]

    @pytest.mark.parametrize(
        ("happens", "redis"),
        [
            *((happens, "there") for happens in REMOVALS.values()),
            *((REMOVALS["removed"], befallen) for befallen in ("flushed", "away", "restored")),
        ],
    )
    def test_is_gone_for_every_process_after_50_ms(
        self, comment, pages, clock, happens, redis, request
    ):
        befalls = request.getfixturevalue(f"redis_{redis}")
        processes = [Process(), Process()]
        for process in processes:
            assert all("Endlich Ruhe am Ufer." in process.ask(page).text for page in pages)
        back = befalls()
        happens(comment)
        clock.passes(0.05)
        for process in [*processes, Process()]:
            back()
            for page in pages:
                assert "Endlich Ruhe am Ufer." not in process.ask(page).text, page

    @pytest.fixture
    def redis_there(self) -> Callable:
        return lambda: lambda: None

    @pytest.fixture
    def redis_flushed(self) -> Callable:
        return lambda: caches["pages"].clear

    @pytest.fixture
    def redis_away(self, monkeypatch) -> Callable:
        return lambda: lambda: take_redis_away(monkeypatch)

    @pytest.fixture
    def redis_restored(self) -> Callable:
        """What lay there before, again and again."""

        def befalls() -> Callable:
            client = caches["pages"]._cache.get_client()
            before = {key: client.get(key) for key in client.keys("*page-*")}
            assert before
            return lambda: client.mset(before)

        return befalls

    def test_withdrawn_article_goes_with_all_that_was_said(
        self, process, discussion, comment, clock
    ):
        pages = [
            discussion.get_absolute_url(),
            discussion.article.get_absolute_url(),
            comment.get_absolute_url(),
        ]
        for address in pages:
            process.ask(address)
        type(discussion.article).objects.update(state="withdrawn")
        clock.passes(0.05)
        for address in pages:
            assert process.ask(address).status == 404
        assert discussion.article.headline not in process.ask("/").text

    def test_headline_of_a_withdrawn_article_goes_from_the_discussion_of_its_topic(
        self, process, alice, anna, clock
    ):
        topic = TopicFactory()
        article = ArticleFactory(
            topic=topic, discussion_at="topic", author=anna, headline="Die Akte des Nachbarn"
        )
        discussion = make_discussion(topic=topic)
        comment = make_comment(discussion, alice, about_article=article)
        pages = [
            discussion.get_absolute_url(),
            f"{discussion.get_absolute_url()}?about={article.pk}",
            f"{topic.get_absolute_url()}?about={article.pk}",
            comment.get_absolute_url(),
            f"{discussion.get_absolute_url()}news/shown/?ids=comment-{comment.pk}",
        ]
        for address in pages:
            assert article.headline in process.ask(address).text, address
        withdraw_article(article, editor=anna)
        clock.passes(0.05)
        for address in pages:
            assert article.headline not in process.ask(address).text, address

    def test_withdrawn_entry_of_a_live_report_is_gone_even_where_it_is_discussed(
        self, process, alice, anna, clock
    ):
        text = "Ein Name, der nicht hierher gehört."
        topic = TopicFactory()
        entry = TickerEntryFactory(
            text=text, article__author=anna, article__topic=topic, article__discussion_at="topic"
        )
        discussion = make_discussion(topic=topic)
        make_comment(discussion, alice, about_entry=entry)
        report = entry.article.get_absolute_url()
        pages = [
            report,
            f"{report}news/?since=0",
            f"{report}news/shown/?ids=entry-{entry.pk}",
            discussion.get_absolute_url(),
        ]
        for address in pages:
            assert text in process.ask(address).text, address
        withdraw_entry(entry, editor=anna)
        clock.passes(0.05)
        for address in pages:
            assert text not in process.ask(address).text, address

    def test_new_reply_is_seen_after_50_ms(self, discussion, comment, bob, clock):
        processes = [Process(), Process()]
        for process in processes:
            process.ask(discussion.get_absolute_url())
        make_comment(discussion, bob, body="Und der Wochenmarkt?", parent=comment)
        clock.passes(0.05)
        for process in processes:
            assert "Und der Wochenmarkt?" in process.ask(discussion.get_absolute_url()).text
        assert [len(process.reached) for process in processes] == [1 + 1, 0]

    def test_without_postgresql_nothing_is_answered_from_here(
        self, process, discussion, comment, clock
    ):
        process.ask(discussion.get_absolute_url())
        clock.passes(0.05)
        with patch.object(states, "_ask", side_effect=OperationalError("server closed")):
            assert process.ask(discussion.get_absolute_url()).status in {500, 503}
        assert len(process.reached) == 2

    def test_page_is_renewed_after_a_minute_for_what_no_state_names(
        self, process, discussion, comment, clock
    ):
        process.ask(discussion.get_absolute_url())
        type(comment.author).objects.filter(pk=comment.author_id).update(name="Alicia")
        clock.passes(60)
        assert "Alicia" in process.ask(discussion.get_absolute_url()).text


def take_redis_away(monkeypatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise RedisAway("nobody listens")

    for verb in ("get", "set", "add", "delete", "get_many", "set_many"):
        monkeypatch.setattr(type(caches["pages"]), verb, away)


class Builder:
    """In Django's place: builds a page as slowly as a test wants, of states that it names."""

    def __init__(self) -> None:
        self.mark = Mark("1", "")
        self.begun, self.go = Event(), Event()
        self.go.set()

    def __call__(self, environ, start_response):
        mark = self.mark
        self.begun.set()
        assert self.go.wait(10)
        made = environ[MADE] = Made("/", (("front",),), mark, minute_of("/"))
        start_response("200 OK", [("Cache-Control", PUBLIC), ("ETag", made.tag)])
        return [mark.shown.encode()]


class StampedeTests:
    @pytest.fixture
    def builder(self, monkeypatch) -> Builder:
        builder = Builder()
        monkeypatch.setattr(states, "current", lambda *_states: builder.mark)
        return builder

    @pytest.fixture
    def processes(self, builder) -> list[Process]:
        return [Process(builder), Process(builder)]

    def crowd(self, builder: Builder, processes: list[Process]) -> Callable[[], list[str]]:
        """Twenty readers of each process, of whom one has begun to build; they answer on demand."""
        answers: list[str] = []
        builder.begun.clear()
        builder.go.clear()
        readers = [
            Thread(target=lambda one=one: answers.append(one.ask("/").text))
            for one in processes
            for _number in range(20)
        ]
        for reader in readers:
            reader.start()
        assert builder.begun.wait(10)

        def end() -> list[str]:
            builder.go.set()
            for reader in readers:
                reader.join(10)
            return answers

        return end

    def reached(self, processes: list[Process]) -> int:
        return sum(len(process.reached) for process in processes)

    @pytest.mark.parametrize("is_redis_there", [True, False])
    def test_empty_cache_is_filled_by_one(self, builder, processes, is_redis_there, monkeypatch):
        if not is_redis_there:
            take_redis_away(monkeypatch)
        end = self.crowd(builder, processes)
        assert end() == ["1"] * 40
        assert self.reached(processes) == (1 if is_redis_there else 2)

    def test_former_page_is_shown_while_one_builds_the_next(self, builder, processes, clock):
        for process in processes:
            process.ask("/")
        builder.mark = Mark("2", "")
        clock.passes(0.05)
        builder.begun.clear()
        builder.go.clear()
        first = Thread(target=processes[0].ask, args=["/"])
        first.start()
        assert builder.begun.wait(10)
        for process in processes:
            assert process.ask("/").text == "1"
        builder.go.set()
        first.join(10)
        for process in processes:
            assert process.ask("/").text == "2"
        assert self.reached(processes) == 2

    def test_nobody_is_shown_what_was_removed_meanwhile(self, builder, processes, clock):
        for process in processes:
            process.ask("/")
        builder.mark = Mark("2", "removed")
        clock.passes(0.05)
        end = self.crowd(builder, processes)
        assert end() == ["2"] * 40
        assert self.reached(processes) == 2

    def test_nobody_is_shown_a_page_that_became_old_unseen(self, builder, processes, clock):
        for process in processes:
            process.ask("/")
        builder.mark = Mark("2", "")
        clock.passes(serving.FORMER_SECONDS + 0.1)
        end = self.crowd(builder, processes)
        assert end() == ["2"] * 40
        assert self.reached(processes) == 2

    def test_removal_during_a_build_is_built_once_more(self, builder, processes, clock):
        end = self.crowd(builder, processes)
        builder.mark = Mark("2", "removed")
        clock.passes(0.05)
        assert processes[0].serving._lately.mark((("front",),)) == builder.mark
        assert set(end()) <= {"1", "2"}
        assert processes[0].ask("/").text == processes[1].ask("/").text == "2"

    def test_new_minute_is_no_stampede_either(self, builder, processes, clock):
        for process in processes:
            process.ask("/")
        while minute_of("/") == processes[0].serving._memory.get(KEY).made.minute:
            clock.passes(1)
            if minute_of("/") == processes[0].serving._memory.get(KEY).made.minute:
                for process in processes:
                    process.ask("/")
        end = self.crowd(builder, processes)
        assert end() == ["1"] * 40
        assert self.reached(processes) == 2

    def test_builder_that_died_holds_the_others_up_for_seconds(self, builder, processes, clock):
        processes[0].serving._shelf.claim(KEY)
        with patch.object(serving, "sleep", side_effect=lambda _seconds: clock.passes(0.5)):
            assert processes[1].ask("/").text == "1"


KEY = ("http", "testserver", "", "/", "")


class MemoryTests:
    def page(self, size: int) -> Page:
        made = Made("/", (("front",),), Mark("1", ""), 0)
        return Page([], b"x" * (size - keeping.OVERHEAD_BYTES), made, made_at=0, held_at=0)

    def test_is_bounded_and_forgets_what_nobody_asks_for(self):
        memory = Memory(limit=30_000)
        for name in "abc":
            memory.keep((name,), self.page(10_000))
        memory.get(("a",))
        memory.keep(("d",), self.page(10_000))
        assert [bool(memory.get((name,))) for name in "abcd"] == [True, False, True, True]
        memory.keep(("e",), self.page(40_000))
        assert not any(memory.get((name,)) for name in "abcde")

    def test_same_page_counts_once(self):
        memory = Memory(limit=30_000)
        for _number in range(5):
            memory.keep(("a",), self.page(20_000))
        assert memory.get(("a",))
        memory.drop(("a",))
        memory.drop(("a",))
        memory.keep(("b",), self.page(30_000))
        assert memory.get(("b",))

    def test_stored_page_comes_back_as_it_was(self, clock):
        began_at = clock()
        clock.passes(1)
        made = self.page(9_000).made
        page = Page.finished([("X", "ü")], b"<p>" * 99, made, began_at=began_at)
        assert page.made_at == page.held_at == began_at
        clock.passes(3)
        assert Page.from_bytes(page.to_bytes()) == page

    def test_nothing_that_lies_in_redis_can_run(self):
        for thing in ("text", b"bytes", 7, None, ["list", {"of": 1}]):
            caches["pages"].set("thing", thing)
            assert caches["pages"].get("thing") == thing
        with pytest.raises(TypeError):
            caches["pages"].set("thing", object())
