"""What is new to a reader who comes back, how far has he read, and which way leads on?"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.filling import fill
from forum import chosen, returning
from forum.asking import asked_once
from forum.following import follow, news_counts
from forum.models import Comment, Discussion, Follow, ReadMarker
from forum.muting import mute
from forum.picking import pick
from forum.posting import edit_comment
from forum.publishing import remove
from forum.returning import counts_of_news, note_reading
from forum.upkeep import forget_read_markers
from tests.factories import (
    ArticleFactory,
    TopicFactory,
    make_comment,
    make_discussion,
    pass_screening,
)
from tests.forum.test_overlay import comment_of, page

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MARK = re.compile(r'class="mark-new">Neu')


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


@pytest.fixture
def wait(time_machine):
    """Time goes by while nobody reads."""

    def forward(time: timedelta) -> None:
        time_machine.move_to(timezone.now() + time)

    return forward


def read(discussion: Discussion, reader) -> None:
    """He opens the discussion and looks at it."""
    discussion.refresh_from_db()
    note_reading(discussion, reader=reader, version=discussion.version)


def unread(discussion: Discussion, reader) -> int:
    return counts_of_news(reader, discussions=[discussion.pk])[discussion.pk]


def new_on(html: str) -> list[int]:
    """Ids of the comments that are called new."""
    comments = re.findall(
        r'<article class="comment[^>]*id="comment-(\d+)".*?</article>', html, re.DOTALL
    )
    return [int(pk) for pk in comments if MARK.search(comment_of(html, Comment(pk=int(pk))))]


class NoteReadingTests:
    def test_new_is_what_others_published_since(self, discussion, alice, bob):
        make_comment(discussion, bob)
        read(discussion, alice)
        assert unread(discussion, alice) == 0
        make_comment(discussion, bob)
        make_comment(discussion, alice)
        make_comment(discussion, bob, status="pending")
        make_comment(discussion, bob, status="removed")
        assert unread(discussion, alice) == 1

    def test_what_waited_longer_than_the_visit_is_new_when_it_appears(self, discussion, alice, bob):
        waiting = make_comment(discussion, bob, status="pending")
        make_comment(discussion, bob)
        read(discussion, alice)
        pass_screening(waiting)
        assert unread(discussion, alice) == 1

    def test_what_was_reworded_picked_or_hidden_is_not_new(
        self, discussion, alice, bob, carla, mona
    ):
        reworded, picked, last = (make_comment(discussion, bob) for _number in range(3))
        read(discussion, alice)
        edit_comment(last, author=bob, body="So ist es gemeint.")
        pass_screening(last)
        edit_comment(reworded, author=bob, body="Und das so.")
        pass_screening(reworded)
        pick(picked, by=mona)
        mute(carla, reader=alice)
        make_comment(discussion, carla)
        assert unread(discussion, alice) == 0

    def test_what_somebody_muted_writes_for_the_house_is_new(self, discussion, alice, mona):
        read(discussion, alice)
        mute(mona, reader=alice)
        make_comment(discussion, mona)
        assert unread(discussion, alice) == 1

    def test_a_late_word_of_an_old_page_hides_nothing(self, discussion, alice, bob, wait):
        """A tab that was opened in the morning and looked at in the evening."""
        discussion.refresh_from_db()
        morning = discussion.version
        wait(DAY / 2)
        make_comment(discussion, bob)
        note_reading(discussion, reader=alice, version=morning)
        assert unread(discussion, alice) == 1

    def test_versions_from_the_future_and_older_ones_do_no_harm(self, discussion, alice, bob):
        make_comment(discussion, bob)
        for version in (10**17, 0):
            note_reading(discussion, reader=alice, version=version)
            assert unread(discussion, alice) == 0
        make_comment(discussion, bob)
        assert unread(discussion, alice) == 1

    def test_first_of_two_tabs_that_speak_at_once_makes_the_row(
        self, discussion, alice, monkeypatch
    ):
        read(discussion, alice)
        marker = ReadMarker.objects.get()
        returning._remember(
            discussion, alice, version=1, until=marker.read_until, now=timezone.now()
        )
        assert ReadMarker.objects.get() == marker

    def test_a_hundred_are_counted_at_most(self, discussion, alice, bob, monkeypatch):
        monkeypatch.setattr(returning, "NEWS_AT_MOST", 2)
        read(discussion, alice)
        for _ in range(4):
            make_comment(discussion, bob)
        assert unread(discussion, alice) == 3

    def test_what_was_read_needs_no_line_and_no_mail(self, discussion, alice, bob):
        follow(discussion, reader=alice)
        make_comment(discussion, bob)
        assert news_counts(alice, discussions=[discussion.pk]) == {discussion.pk: 1}
        read(discussion, alice)
        assert news_counts(alice, discussions=[discussion.pk]) == {discussion.pk: 0}
        known = Follow.objects.get().known_version
        note_reading(discussion, reader=alice, version=1)
        assert Follow.objects.get().known_version == known

    def test_whoever_follows_begins_to_count_there(self, discussion, alice, bob):
        make_comment(discussion, bob)
        follow(discussion, reader=alice)
        assert unread(discussion, alice) == 0
        make_comment(discussion, bob)
        assert unread(discussion, alice) == 1


class KeepingTests:
    def test_the_longest_unread_goes_when_there_are_too_many(self, alice, monkeypatch, wait):
        monkeypatch.setattr(returning, "MOST_REMEMBERED", 2)
        discussions = [make_discussion() for _number in range(3)]
        for one in (*discussions[:2], discussions[0], discussions[2]):
            read(one, alice)
            wait(timedelta(minutes=1))
        kept = {marker.discussion_id for marker in alice.read_markers.all()}
        assert kept == {discussions[0].pk, discussions[2].pk}

    def test_after_ninety_days_it_is_forgotten(self, discussion, alice, bob, wait):
        read(discussion, alice)
        wait(60 * DAY)
        read(discussion, bob)
        wait(31 * DAY)
        assert forget_read_markers() == 1
        assert ReadMarker.objects.get().reader == bob


class PageTests:
    def test_the_first_visit_has_nothing_new(self, client, discussion, alice, bob):
        make_comment(discussion, bob)
        html = page(client, alice, discussion.get_absolute_url())
        assert new_on(html) == []
        assert "seit Ihrem letzten Besuch" not in html
        read(discussion, alice)
        assert new_on(page(client, alice, discussion.get_absolute_url())) == []

    def test_new_ones_say_so_and_the_head_says_how_many_since_when(
        self, client, discussion, alice, bob, time_machine
    ):
        time_machine.move_to("2026-11-23T17:04:00Z")
        make_comment(discussion, bob)
        read(discussion, alice)
        time_machine.move_to("2026-11-24T08:00:00Z")
        first, second = (make_comment(discussion, bob) for _number in range(2))
        own = make_comment(discussion, alice)
        html = page(client, alice, discussion.get_absolute_url())
        assert set(new_on(html)) == {first.pk, second.pk}
        assert "2 neue Beiträge seit Ihrem letzten Besuch (23.11.2026, 18:04 Uhr)" in html
        assert f'href="/discussions/{discussion.pk}/?around={first.pk}#comment-{first.pk}"' in html
        assert "Ihr Beitrag" in comment_of(html, own)
        for person in (None, bob):
            assert new_on(page(client, person, discussion.get_absolute_url())) == []

    def test_it_remains_new_on_reload_until_the_visit_is_over(
        self, client, discussion, alice, bob, wait
    ):
        read(discussion, alice)
        wait(DAY)
        new = make_comment(discussion, bob)
        for _look in range(3):
            read(discussion, alice)
            assert new_on(page(client, alice, discussion.get_absolute_url())) == [new.pk]
            assert unread(discussion, alice) == 0
            wait(timedelta(minutes=20))
        wait(timedelta(minutes=20))
        assert new_on(page(client, alice, discussion.get_absolute_url())) == []
        later = make_comment(discussion, bob)
        assert new_on(page(client, alice, discussion.get_absolute_url())) == [later.pk]

    def test_each_new_one_leads_to_the_next_and_the_last_nowhere(
        self, client, discussion, alice, bob
    ):
        read(discussion, alice)
        one, two, three = (make_comment(discussion, bob) for _number in range(3))
        html = page(client, alice, discussion.get_absolute_url())
        assert f"?around={two.pk}#comment-{two.pk}" in comment_of(html, one)
        assert f"?around={three.pk}#comment-{three.pk}" in comment_of(html, two)
        assert "?around" not in comment_of(html, three)

    def test_beyond_the_hundredth_the_server_knows_the_next(
        self, client, discussion, alice, bob, monkeypatch
    ):
        monkeypatch.setattr(returning, "NEWS_AT_MOST", 1)
        # Put together anew, and for this test only.
        monkeypatch.setattr(chosen, "_chosen", asked_once(chosen._chosen.__wrapped__))
        read(discussion, alice)
        one, two, three = (make_comment(discussion, bob) for _number in range(3))
        html = page(client, alice, discussion.get_absolute_url())
        assert f"?around={two.pk}" in comment_of(html, one)
        assert f"/discussions/{discussion.pk}/next/?after={two.pk}" in comment_of(html, two)
        assert f"/discussions/{discussion.pk}/next/?after={three.pk}" in comment_of(html, three)

    def test_thread_and_permalink_say_it_too(self, client, discussion, alice, bob):
        root = make_comment(discussion, bob)
        read(discussion, alice)
        reply = make_comment(discussion, bob, parent=root)
        for address in (root.get_absolute_url(), f"{root.get_absolute_url()}replies/"):
            assert new_on(page(client, alice, address)) == [reply.pk]

    def test_without_script_a_button_remembers_and_ends_the_visit(
        self, client, discussion, alice, bob
    ):
        html = page(client, alice, discussion.get_absolute_url())
        assert "<noscript>" in html
        assert "Alles als gelesen merken" in html
        read(discussion, alice)
        make_comment(discussion, bob)
        html = page(client, alice, discussion.get_absolute_url())
        version = re.search(r'name="version" value="(\d+)"', html)[1]
        answer = client.post(f"{discussion.get_absolute_url()}reading/", {"version": version})
        assert (answer.status_code, answer.url) == (
            303,
            f"{discussion.get_absolute_url()}#discussion",
        )
        assert new_on(page(client, alice, discussion.get_absolute_url())) == []
        new = make_comment(discussion, bob)
        assert new_on(page(client, alice, discussion.get_absolute_url())) == [new.pk]


class ReadingAddressTests:
    @pytest.fixture
    def address(self, discussion) -> str:
        return f"{discussion.get_absolute_url()}reading/"

    def test_script_is_answered_with_nothing(self, client, discussion, address, alice):
        client.force_login(alice)
        answer = client.post(address, {"version": "1", "still_reading": ""})
        assert (answer.status_code, answer.content) == (204, b"")
        assert ReadMarker.objects.get().reader == alice

    @pytest.mark.parametrize("version", ["", "abc", "-1", "1.5", "9" * 30, "\x00", "١"])
    def test_what_is_no_version_is_refused_with_a_sentence(self, client, address, alice, version):
        client.force_login(alice)
        answer = client.post(address, {"version": version})
        assert answer.status_code == 400
        assert "wie weit Sie gelesen haben" in answer.content.decode()

    def test_strangers_are_led_to_sign_in_and_no_get_changes_anything(
        self, client, discussion, address, alice
    ):
        answer = client.post(address, {"version": "1"})
        assert answer.url == f"/account/login/?next={discussion.get_absolute_url()}"
        client.force_login(alice)
        assert client.get(address).status_code == 405
        client.get(discussion.get_absolute_url())
        client.get(f"{discussion.get_absolute_url()}next/")
        assert not ReadMarker.objects.exists()

    def test_no_more_is_asked_in_a_long_discussion(self, client, alice, bob):
        counts = []
        for count in (10, 1_000):
            long = make_discussion()
            fill(long, count=count, authors=[bob])
            client.force_login(alice)
            with CaptureQueriesContext(connection) as captured:
                client.post(
                    f"{long.get_absolute_url()}reading/", {"version": "9", "still_reading": ""}
                )
            counts.append(len(captured))
        assert counts[0] == counts[1]


class NextTests:
    @pytest.fixture
    def address(self, discussion) -> str:
        return f"{discussion.get_absolute_url()}next/"

    def leads_to(self, client, address: str) -> int | None:
        """None: there it ends."""
        answer = client.get(address)
        if answer.status_code == 200:
            assert "Das war der letzte neue Beitrag" in answer.content.decode()
            return None
        assert answer.status_code == 302
        return int(re.search(r"/\?around=(\d+)#comment-\1$", answer.url)[1])

    def test_from_one_to_the_next_in_the_order_of_publication(
        self, client, discussion, address, alice, bob, carla
    ):
        waiting = make_comment(discussion, bob, status="pending")
        root = make_comment(discussion, bob)
        replies = [make_comment(discussion, bob, parent=root) for _number in range(5)]
        waiting = pass_screening(waiting)
        own = make_comment(discussion, alice)
        mute(carla, reader=alice)
        hidden = make_comment(discussion, carla)
        expected = [*(reply.pk for reply in replies), waiting.pk]
        for person, more in ((None, [own.pk, hidden.pk]), (alice, [])):
            client.logout()
            if person:
                client.force_login(person)
            found, place = [], root.pk
            while place := self.leads_to(client, f"{address}?after={place}"):
                found.append(place)
            assert found == [*expected, *more]

    def test_without_a_place_to_the_first_that_he_has_not_read(
        self, client, discussion, address, alice, bob
    ):
        make_comment(discussion, bob)
        client.force_login(alice)
        assert self.leads_to(client, address) is None
        read(discussion, alice)
        assert self.leads_to(client, address) is None
        new = make_comment(discussion, bob)
        make_comment(discussion, bob)
        assert self.leads_to(client, address) == new.pk

    def test_strangers_say_since_when(self, client, discussion, address, bob, wait):
        make_comment(discussion, bob)
        wait(DAY)
        since = int(timezone.now().timestamp() * 1000)
        wait(DAY)
        new = make_comment(discussion, bob)
        assert self.leads_to(client, f"{address}?since={since}") == new.pk
        assert self.leads_to(client, f"{address}?since={since * 2}") is None
        assert client.get(address).url == discussion.get_absolute_url()

    @pytest.mark.parametrize(
        "query",
        ["after=abc", "after=-1", "after=999999", "since=x", "since=99999999999999", "page=2"],
    )
    def test_what_no_link_of_ours_says_is_not_found(self, client, address, query):
        assert client.get(f"{address}?{query}").status_code == 404

    def test_a_place_in_another_discussion_or_one_that_is_gone(self, client, address, bob):
        other = make_comment(make_discussion(), bob)
        assert client.get(f"{address}?after={other.pk}").status_code == 404
        gone = make_comment(other.discussion, bob)
        remove(gone, ground="personal_attack")
        there = f"{other.discussion.get_absolute_url()}next/?after={gone.pk}"
        assert client.get(there).status_code == 404


class ListTests:
    def test_front_and_topic_page_say_how_much_is_new(self, client, discussion, alice, bob):
        topic = TopicFactory(slug="uferstrasse")
        ArticleFactory(topic=topic, discussion_at="topic")
        standing = make_discussion(topic=topic)
        for one in (discussion, standing):
            read(one, alice)
        assert "neu</a>" not in page(client, alice, "/")
        for _number in range(2):
            make_comment(discussion, bob)
        make_comment(standing, bob)
        html = page(client, alice, "/")
        link = '<a class="mark-new" href="/discussions/{pk}/next/">{count} neu</a>'
        assert link.format(pk=discussion.pk, count=2) in html
        assert link.format(pk=standing.pk, count=1) in html
        assert link.format(pk=standing.pk, count=1) in page(client, alice, "/topics/uferstrasse/")
        for person in (None, bob):
            assert "neu</a>" not in page(client, person, "/")

    def test_all_of_a_list_costs_one_query(self, client, alice, bob):
        discussions = [make_discussion() for _number in range(5)]
        client.force_login(alice)

        def asked() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get("/")
            return len(captured)

        asked()
        before = asked()
        for one in discussions:
            read(one, alice)
            make_comment(one, bob)
        # What is common to all is built anew once.
        asked()
        assert asked() == before


class CostTests:
    @pytest.fixture
    def hot(self, alice, bob) -> Discussion:
        """Read long ago; five thousand comments since."""
        discussion = make_discussion()
        read(discussion, alice)
        fill(discussion, count=5_000, authors=[bob])
        later = Now() + F("pk") * timedelta(milliseconds=1)
        Comment.objects.filter(discussion=discussion).update(published_at=later)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE forum_comment, forum_readmarker")
        return discussion

    def rows_read(self, ask: Callable) -> list[int]:
        """Of comments, by an index; for each query that is asked."""
        with CaptureQueriesContext(connection) as captured:
            ask()
        read = []
        for query in captured:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {query['sql']}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on forum_comment" not in plan
            steps = re.findall(r"Index[^\n]* on forum_comment[^\n]*rows=([\d.]+) loops=(\d+)", plan)
            read.append(sum(round(float(rows) * int(loops)) for rows, loops in steps))
        return read

    def test_counting_and_going_on_read_no_more_rows_than_they_tell_of(self, hot, alice):
        place = hot.comments.order_by("pk").values_list("published_at", "pk")[2_500]
        for ask, most in (
            # The hundred, and one that stands after them.
            (lambda: list(returning.last_visit(hot.pk, alice.pk, left_before=timezone.now())), 101),
            (lambda: counts_of_news(alice, discussions=[hot.pk]), 101),
            (lambda: returning.next_new(hot, reader=alice), 2),
            (lambda: returning.next_after(place, hot, reader=alice), 3),
        ):
            (read,) = self.rows_read(ask)
            assert 0 < read <= most
