"""Does a reader find the discussions again that he reads, follows, or has written in?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from forum import visited
from forum.following import follow
from forum.models import Discussion
from forum.visited import visited_by
from tests.factories import TopicFactory, make_comment, make_discussion
from tests.forum.test_overlay import page
from tests.forum.test_returning import read

pytestmark = pytest.mark.django_db

ADDRESS = "/account/discussions/"


class OwnDiscussionsTests:
    def test_where_somebody_wrote_last_stands_first(self, alice, bob, carla):
        written, followed, looked_at, foreign = (make_discussion() for _number in range(4))
        make_comment(written, alice)
        follow(followed, reader=alice)
        read(looked_at, alice)
        make_comment(foreign, carla)
        for one in (followed, written, looked_at):
            make_comment(one, bob)
        found = visited_by(alice).entries
        assert [one.discussion for one in found] == [looked_at, written, followed]
        assert [one.news_count for one in found] == [1, None, 1]
        assert [one.has_written for one in found] == [False, True, False]
        assert [one.is_followed for one in found] == [False, False, True]

    def test_each_once_on_pages_of_twenty(self, client, alice, bob):
        discussions = [make_discussion() for _number in range(23)]
        for one in discussions:
            read(one, alice)
            follow(one, reader=alice)
        # The same moment: only the id tells them apart.
        Discussion.objects.update(opened_at=timezone.now() - timedelta(days=1))
        make_comment(discussions[3], bob)
        first = visited_by(alice)
        second = visited_by(alice, after=first.next_cursor)
        shown = [one.discussion.pk for one in (*first.entries, *second.entries)]
        assert len(first.entries) == 20
        assert shown[0] == discussions[3].pk
        assert sorted(shown) == sorted(one.pk for one in discussions)
        assert second.next_cursor == ""

    def test_what_cannot_be_opened_any_more_is_not_there(self, alice):
        discussion = make_discussion()
        read(discussion, alice)
        Article.objects.update(state=Article.State.DRAFT)
        assert visited_by(alice).entries == []

    def test_of_a_busy_writer_the_last_ones_are_looked_through(self, alice, monkeypatch):
        monkeypatch.setattr(visited, "WRITTEN_LOOKED_AT", 1)
        for _number in range(2):
            make_comment(make_discussion(), alice)
        assert len(visited_by(alice).entries) == 1


class PageTests:
    def test_it_leads_to_the_first_new_one_and_says_what_he_did_there(self, client, alice, bob):
        discussion = make_discussion(topic=TopicFactory(title="Streit um die Uferstraße"))
        make_comment(discussion, alice)
        follow(discussion, reader=alice)
        make_comment(discussion, bob)
        html = page(client, alice, ADDRESS)
        assert f'<a href="/discussions/{discussion.pk}/">Streit um die Uferstraße</a>' in html
        assert f'href="/discussions/{discussion.pk}/next/">1 neu</a>' in html
        assert "2 Beiträge" in html
        assert "Sie haben hier geschrieben" in html
        assert "Sie folgen dieser Diskussion" in html
        read(discussion, alice)
        assert "Nichts Neues" in page(client, alice, ADDRESS)
        assert ADDRESS in page(client, alice, "/account/settings/")

    def test_it_is_for_its_reader_alone(self, client, alice, bob):
        read(make_discussion(), alice)
        assert client.get(ADDRESS).url == f"/account/login/?next={ADDRESS}"
        assert "Noch keine." in page(client, bob, ADDRESS)

    def test_more_than_99_are_not_counted(self, client, alice, bob, monkeypatch):
        discussion = make_discussion()
        read(discussion, alice)
        monkeypatch.setattr(visited, "counts_of_news", lambda *_who, **_what: {discussion.pk: 100})
        assert "mehr als 99 neu" in page(client, alice, ADDRESS)

    def test_cursors_of_others_are_refused_with_a_sentence(self, client, alice, bob):
        for _number in range(21):
            read(make_discussion(), alice)
        link = re.search(r'href="(\?after=[^"]+)"', page(client, alice, ADDRESS))[1]
        assert client.get(ADDRESS + link).status_code == 200
        client.force_login(bob)
        for query in (link, "?after=abc"):
            answer = client.get(ADDRESS + query)
            assert answer.status_code == 400
            assert "Diese Adresse führt auf keine Seite" in answer.content.decode()

    def test_many_cost_as_few_queries_as_one(self, client, alice, bob):
        def asked() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get(ADDRESS)
            return len(captured)

        read(make_discussion(), alice)
        client.force_login(alice)
        asked()
        before = asked()
        for _number in range(25):
            discussion = make_discussion()
            follow(discussion, reader=alice)
            make_comment(discussion, bob)
        assert asked() == before <= 6
