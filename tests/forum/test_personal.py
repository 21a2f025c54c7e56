"""Is a page that is kept for all who are signed in, filled for one of them, just his own?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.following import follow
from forum.models import Discussion
from forum.muting import mute
from forum.ordering import choose_order
from forum.posting import withdraw
from forum.publishing import remove
from forum.recommending import recommend
from forum.returning import mark_all_read
from forum.views import personal
from forum.views.memory import Memory
from notifications.notifying import tell_of_reply
from tests.factories import ArticleFactory, TopicFactory, make_comment, make_discussion

pytestmark = pytest.mark.django_db

# A slot that nothing fills may stay or not; tokens and numbers of submissions differ each time.
UNLIKE = re.compile(
    r"<!--/?slot [\w-]+-->"
    r'|(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}(?=")'
    r'|(?<=name="submission_id" value=")[a-f0-9-]{36}(?=")'
)
SLOT = re.compile(r"<!--slot (?:token|reader|bar|messages|submission)-0-->")


@pytest.fixture(autouse=True)
def memory(monkeypatch) -> Memory:
    memory: Memory = Memory(personal.MEMORY_BYTES)
    monkeypatch.setattr(personal, "_memory", memory)
    return memory


@pytest.fixture
def discussion(alice, bob, carla) -> Discussion:
    """With all that may differ from reader to reader."""
    found = make_discussion(article=ArticleFactory(topic=TopicFactory()))
    first = make_comment(found, carla)
    mark_all_read(found, reader=bob, version=Discussion.objects.get(pk=found.pk).version)
    tell_of_reply(make_comment(found, bob, parent=make_comment(found, alice)))
    make_comment(found, alice, status="held")
    make_comment(found, bob, status="pending", parent=first)
    make_comment(found, carla)
    recommend(first, reader=alice)
    mute(carla, reader=bob)
    follow(found, reader=alice)
    choose_order(bob, "oldest")
    return found


@pytest.fixture
def readers(alice, bob, mona, anna, eve, nina) -> list:
    alice.closing_at, alice.keeps_texts = timezone.now() + timedelta(days=9), True
    alice.save()
    return [alice, bob, mona, anna, eve, nina, alice]


def html_of(client, reader, address: str) -> str:
    client.force_login(reader)
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-store"
    return response.content.decode()


def kept(memory: Memory) -> list[str]:
    return [one.page.html.html for one in memory._pages.values()]


def kinds_of_pages(discussion: Discussion) -> list[str]:
    article = discussion.article
    shared = make_discussion(topic=TopicFactory())
    make_comment(shared, discussion.comments.first().author)
    about = ArticleFactory(topic=shared.topic, discussion_at="topic")
    closed = make_discussion()
    make_comment(closed, discussion.comments.first().author)
    Discussion.objects.filter(pk=closed.pk).update(closed_at=timezone.now())
    return [
        "/",
        discussion.get_absolute_url(),
        f"{discussion.get_absolute_url()}?sort=oldest",
        article.get_absolute_url(),
        article.topic.get_absolute_url(),
        shared.topic.get_absolute_url(),
        about.get_absolute_url(),
        closed.get_absolute_url(),
        ArticleFactory().get_absolute_url(),
    ]


class InTurnTests:
    def test_everybody_gets_what_he_would_without_it(
        self, client, discussion, readers, memory, monkeypatch
    ):
        for address in kinds_of_pages(discussion):
            found = [html_of(client, reader, address) for reader in readers]
            assert [SLOT.findall(html) for html in found] == [[] for _ in found], address
            with monkeypatch.context() as patch:
                patch.setattr(personal, "_common_page", lambda *_, **__: None)
                wanted = [html_of(client, reader, address) for reader in readers]
            for reader, filled, built in zip(readers, found, wanted, strict=True):
                assert UNLIKE.sub("", filled) == UNLIKE.sub("", built), (address, reader)
                assert f">{reader.name}</a>" in filled

    def test_two_readers_never_send_under_one_number(self, client, discussion, alice, nina):
        sent = r'name="submission_id" value="([a-f0-9-]{36})"'
        found = [
            re.search(sent, html_of(client, reader, discussion.get_absolute_url()))[1]
            for reader in (alice, nina, nina)
        ]
        assert len(set(found)) == 3

    def test_nothing_of_anybody_is_kept(self, client, discussion, readers, memory):
        for address in kinds_of_pages(discussion):
            for reader in readers:
                html_of(client, reader, address)
        pages = kept(memory)
        assert len(pages) > len(kinds_of_pages(discussion)) - 1
        for html in pages:
            # Of those who have written nothing there; the others are named at what they wrote.
            assert not re.search(
                r"Mona|Anna|Eve|Nina|example\.org|mark-own|csrf[^>]*value=.[a-zA-Z0-9]", html
            )
            assert not UNLIKE.search(re.sub(r"<!--/?slot [\w-]+-->", "", html))
            for reader in readers:
                assert f'data-key="{reader.pk}/' not in html

    def test_a_message_is_told_once_and_to_its_reader_alone(
        self, client, discussion, alice, nina, monkeypatch
    ):
        address = discussion.get_absolute_url()
        html_of(client, alice, address)
        client.force_login(alice)
        client.post("/account/sorting/", {"sort": "newest"})
        other = client.__class__()
        assert 'class="messages"' not in html_of(other, nina, address)
        first, second = (client.get(address).content.decode() for _number in range(2))
        assert 'class="messages"' in first
        assert 'class="messages"' not in second

    def test_who_signs_out_gets_the_public_page(self, client, discussion, alice):
        html_of(client, alice, discussion.get_absolute_url())
        client.logout()
        html = client.get(discussion.get_absolute_url()).content.decode()
        assert "Alice</a>" not in html.split("<main")[0]
        assert "token-0" not in html


class ValidityTests:
    def test_what_is_taken_away_is_gone_with_the_next_view(self, client, discussion, alice, bob):
        comment = make_comment(discussion, bob, "Das steht hier nicht lange.")
        assert "nicht lange" in html_of(client, alice, discussion.get_absolute_url())
        remove(comment, ground="personal_attack")
        assert "nicht lange" not in html_of(client, alice, discussion.get_absolute_url())

    def test_what_is_reworded_and_what_is_new_stands_there(self, client, discussion, alice, bob):
        comment = make_comment(discussion, bob, "Das steht hier nicht lange.")
        html_of(client, alice, discussion.get_absolute_url())
        withdraw(comment, author=bob)
        make_comment(discussion, bob, "Das steht jetzt hier.")
        html = html_of(client, alice, discussion.get_absolute_url())
        assert "Das steht jetzt hier." in html
        assert "nicht lange" not in html

    def test_a_page_is_built_once_for_all(self, client, discussion, alice, eve, nina, memory):
        for reader in (alice, eve, nina):
            html_of(client, reader, discussion.get_absolute_url())
        assert len(kept(memory)) == 1

    def test_who_has_chosen_an_order_shares_with_those_who_chose_the_same(
        self, client, discussion, alice, bob, eve, memory
    ):
        choose_order(eve, "oldest")
        for reader in (bob, alice, eve):
            html_of(client, reader, discussion.get_absolute_url())
        assert len(kept(memory)) == 2

    def test_what_is_not_there_is_not_kept(self, client, discussion, alice, memory):
        client.force_login(alice)
        assert client.get("/discussions/999999999/").status_code == 404
        assert client.get(f"{discussion.get_absolute_url()}?sort=x").status_code == 404
        assert client.get(f"/articles/anders-{discussion.article_id}/").status_code == 301
        assert kept(memory) == []

    def test_it_stays_small(self, client, discussion, alice, monkeypatch):
        monkeypatch.setattr(personal, "_memory", memory := Memory(200_000))
        for number in range(20):
            html_of(client, alice, f"{discussion.get_absolute_url()}?n={number}")
        assert 0 < len(kept(memory)) < 8


class CostTests:
    """Session, reader, order, state, what is his on the page, notifications."""

    def asked(self, client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    def test_six_queries_however_much_stands_there(self, client, discussion, bob, nina):
        client.force_login(nina)
        addresses = (discussion.get_absolute_url(), discussion.article.get_absolute_url())
        assert [self.asked(client, address) for address in addresses] == [6, 6]
        for _number in range(20):
            make_comment(discussion, bob)
        assert [self.asked(client, address) for address in addresses] == [6, 6]

    def test_two_more_for_whom_something_is_there_of_his_own_and_waits(
        self, client, discussion, bob
    ):
        """And none for an order that the address names."""
        client.force_login(bob)
        assert self.asked(client, f"{discussion.get_absolute_url()}?sort=oldest") == 7
        assert self.asked(client, discussion.get_absolute_url()) == 8
