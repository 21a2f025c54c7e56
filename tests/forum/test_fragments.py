"""Are kept fragments of pages ever told from fresh ones by a reader?"""

from socket import socket
from time import monotonic
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis import ConnectionError as RedisAway

from forum.models import Comment, Discussion, Tally
from forum.posting import edit_comment, withdraw
from forum.publishing import remove
from forum.views import fragments
from tests.factories import make_comment, make_discussion, pass_screening

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    caches["pages"].clear()


@pytest.fixture
def discussion(alice, bob) -> Discussion:
    discussion = make_discussion()
    root = make_comment(discussion, alice, body="So sehe ich das.")
    make_comment(discussion, bob, parent=root)
    return discussion


def read(client, discussion: Discussion) -> str:
    response = client.get(discussion.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


class KeptTests:
    def test_second_reader_is_served_what_the_first_had_rendered(self, client, discussion):
        first = read(client, discussion)
        with patch.object(fragments, "render_to_string") as render:
            assert read(client, discussion) == first
        render.assert_not_called()

    def test_new_reply_renders_its_thread_alone(self, client, discussion, alice, bob):
        other = make_comment(discussion, bob)
        read(client, discussion)
        make_comment(discussion, alice, parent=other)
        with patch.object(
            fragments, "render_to_string", side_effect=fragments.render_to_string
        ) as render:
            read(client, discussion)
        assert render.call_count == 1

    @pytest.mark.parametrize(
        ("happens", "seen"),
        [
            (lambda c: remove(c, ground="personal_attack"), "Von der Moderation entfernt"),
            (lambda c: withdraw(c, author=c.author), "Zurückgezogen am"),
            (
                lambda c: type(c.author).objects.filter(pk=c.author_id).update(name="Alicia"),
                "Alicia",
            ),
            (
                lambda c: Tally.objects.filter(pk=c.pk).update(recommendation_count=9),
                "Empfehlen · 9",
            ),
            (
                lambda c: Comment.objects.filter(pk=c.pk).update(picked_at=c.published_at),
                "Lesenswert<span",
            ),
        ],
        ids=["removed", "withdrawn", "renamed", "recommended", "picked"],
    )
    def test_whatever_happens_is_seen_at_once(self, client, discussion, happens, seen):
        assert seen not in read(client, discussion)
        happens(Comment.objects.get(parent=None))
        html = read(client, discussion)
        assert seen in html

    def test_pages_around_each_comment_share_their_threads(self, client, discussion, alice):
        for root in [make_comment(discussion, alice) for _number in range(2)]:
            for _number in range(4):
                make_comment(discussion, alice, parent=root)
        around = list(Comment.objects.order_by("pk").values_list("pk", flat=True))

        def ask(pk: int) -> str:
            response = client.get(discussion.get_absolute_url(), {"around": pk, "sort": "oldest"})
            assert response.status_code == 200
            return response.content.decode()

        folded = around[2]
        assert f'href="?sort=oldest&amp;around={folded}&amp;thread={folded}#' in ask(around[0])
        with patch.object(
            fragments, "render_to_string", side_effect=fragments.render_to_string
        ) as render:
            for pk in around:
                ask(pk)
        # The two that show a fourth reply, since it was asked for.
        assert render.call_count == 2

    def test_new_wording_is_seen_and_the_old_one_gone(self, client, alice):
        discussion = make_discussion()
        comment = make_comment(discussion, alice, body="Erste Fassung.")
        read(client, discussion)
        edit_comment(comment, author=alice, body="Zweite Fassung.")
        pass_screening(comment)
        html = read(client, discussion)
        assert "Zweite Fassung." in html
        assert "Erste Fassung." not in html

    def test_marks_of_one_reader_are_not_kept_for_another(self, client, discussion, alice):
        client.force_login(alice)
        assert "Ihr Beitrag</span>" in read(client, discussion)
        client.logout()
        assert "Ihr Beitrag</span>" not in read(client, discussion)


class WithoutRedisTests:
    def test_pages_are_rendered_and_right(self, client, discussion):
        first = read(client, discussion)
        away = RedisAway("nobody listens")
        with patch.object(type(caches["pages"]), "get_many", side_effect=away):
            assert read(client, discussion) == first

    def test_redis_that_hangs_holds_a_page_up_for_half_a_second_at_most(self, client, discussion):
        first = read(client, discussion)
        with socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
            hanging = RedisCache(address, settings.CACHES["pages"])
            with patch.object(fragments, "caches", {"pages": hanging}):
                began = monotonic()
                assert read(client, discussion) == first
        assert monotonic() - began < 2

    def test_page_that_cannot_be_kept_is_shown(self, client, discussion):
        away = RedisAway("nobody listens")
        with patch.object(type(caches["pages"]), "set_many", side_effect=away):
            assert "So sehe ich das." in read(client, discussion)
