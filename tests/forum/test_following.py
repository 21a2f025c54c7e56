"""Which discussions a reader follows, and what is new in them to him."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from forum import following
from forum.following import catch_up, follow, followed_by, news_counts, unfollow
from forum.models import Audience, Discussion, Follow
from forum.muting import mute
from forum.posting import edit_comment
from forum.recommending import fold_recommendations, recommend
from tests.factories import make_comment, make_discussion, pass_screening
from tests.forum.test_overlay import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


def news(discussion, reader) -> int:
    return news_counts(reader, discussions=[discussion.pk])[discussion.pk]


class FollowTests:
    def test_once_however_often_pressed(self, discussion, alice):
        assert follow(discussion, reader=alice)
        assert not follow(discussion, reader=alice)
        assert Follow.objects.count() == Audience.objects.count() == 1

    def test_it_can_be_ended_also_when_the_discussion_is_closed(self, discussion, alice):
        follow(discussion, reader=alice)
        Discussion.objects.update(closed_at=timezone.now())
        assert unfollow(discussion, reader=alice)
        assert not unfollow(discussion, reader=alice)

    def test_nothing_new_will_come_of_a_closed_one(self, alice):
        with pytest.raises(PermissionDenied, match="Diese Diskussion ist geschlossen"):
            follow(make_discussion(closed_at=timezone.now()), reader=alice)

    def test_there_is_an_end_to_the_list(self, discussion, alice, monkeypatch):
        monkeypatch.setattr(following, "MOST_FOLLOWED", 1)
        follow(discussion, reader=alice)
        with pytest.raises(ValidationError, match="schon 1 Diskussionen") as refusal:
            follow(make_discussion(), reader=alice)
        assert refusal.value.code == "conflict"


class NewsTests:
    def test_new_is_what_others_wrote_since(self, discussion, alice, bob):
        make_comment(discussion, bob)
        discussion.refresh_from_db()
        follow(discussion, reader=alice)
        assert news(discussion, alice) == 0
        make_comment(discussion, bob)
        make_comment(discussion, alice)
        make_comment(discussion, bob, status="pending")
        make_comment(discussion, bob, status="removed")
        assert news(discussion, alice) == 1

    def test_not_what_was_reworded_or_recommended(
        self, discussion, alice, bob, carla, time_machine
    ):
        time_machine.move_to(timezone.now() - timedelta(minutes=2))
        old = make_comment(discussion, bob)
        time_machine.move_to(timezone.now() + timedelta(minutes=2))
        follow(discussion, reader=alice)
        edit_comment(old, author=bob, body="So ist es gemeint.")
        pass_screening(old)
        recommend(old, reader=carla)
        fold_recommendations()
        assert news(discussion, alice) == 0

    def test_not_what_a_muted_person_wrote(self, discussion, alice, bob, mona):
        follow(discussion, reader=alice)
        mute(bob, reader=alice)
        mute(mona, reader=alice)
        make_comment(discussion, bob)
        assert news(discussion, alice) == 0
        make_comment(discussion, mona)
        assert news(discussion, alice) == 1

    def test_a_hundred_are_counted_at_most(self, discussion, alice, bob, monkeypatch):
        monkeypatch.setattr(following, "NEWS_AT_MOST", 2)
        follow(discussion, reader=alice)
        for _ in range(5):
            make_comment(discussion, bob)
        assert news(discussion, alice) == 3

    def test_seen_is_seen(self, discussion, alice, bob, carla):
        for reader in (alice, carla):
            follow(discussion, reader=reader)
        make_comment(discussion, bob)
        catch_up(alice, discussions=[discussion.pk])
        assert (news(discussion, alice), news(discussion, carla)) == (0, 1)


class PageTests:
    @pytest.fixture
    def address(self, discussion) -> str:
        return f"{discussion.get_absolute_url()}following/"

    def test_the_discussion_says_that_it_is_followed(self, client, discussion, alice, bob):
        make_comment(discussion, bob)
        follow(discussion, reader=alice)
        for person, count in ((alice, 2), (bob, 0), (None, 0)):
            html = page(client, person, discussion.get_absolute_url())
            assert html.count("Sie folgen dieser Diskussion") == count
            assert html.count("Diskussion folgen") == 2 - count

    def test_a_closed_discussion_does_not_offer_it(self, client, discussion, alice, bob):
        make_comment(discussion, bob)
        Discussion.objects.update(closed_at=timezone.now())
        head = page(client, alice, discussion.get_absolute_url()).split('id="threads"')[0]
        assert "Diskussion folgen" not in head

    @pytest.mark.parametrize("where", ["discussion", "reader"])
    def test_nor_do_the_menus_of_its_comments(self, client, discussion, alice, bob, where):
        """Kept threads know nothing of it: css/discussion.css hides the button."""
        make_comment(discussion, bob)
        Discussion.objects.update(closed_at=timezone.now())
        pages = {
            "discussion": discussion.get_absolute_url(),
            "reader": bob.get_absolute_url(),
        }
        html = page(client, alice, pages[where])
        assert re.search(r" data-closed>.*action--follow", html, re.DOTALL)

    def test_the_button_follows_and_leads_back(self, client, discussion, alice, address):
        client.force_login(alice)
        here = f"http://testserver{discussion.get_absolute_url()}?sort=oldest"
        answer = client.post(address, headers={"referer": here})
        assert (answer.status_code, answer.url) == (303, here)
        assert alice.follows.get().discussion == discussion
        answer = client.post(f"{address}withdrawal/", headers={"referer": here})
        assert (answer.status_code, answer.url) == (303, here)
        assert not alice.follows.exists()

    def test_in_place_the_button_changes(self, client, discussion, alice, address):
        client.force_login(alice)
        answer = client.post(address, headers={"hx-request": "true"}).content.decode()
        assert answer.startswith("<button")
        assert 'aria-pressed="true"' in answer
        answer = client.post(f"{address}withdrawal/", headers={"hx-request": "true"})
        assert "Diskussion folgen" in answer.content.decode()

    def test_looking_asks_and_changes_nothing(self, client, discussion, alice, address):
        client.force_login(alice)
        assert "wenn andere schreiben" in client.get(address).content.decode()
        assert not alice.follows.exists()
        answer = client.post(address, headers={"referer": f"http://testserver{address}"})
        assert answer.url == discussion.get_absolute_url()

    def test_strangers_are_told_what_they_need(self, client, address):
        for answer, status in (
            (client.get(address), 200),
            (client.post(address), 401),
            (client.post(f"{address}withdrawal/"), 401),
            (client.post(address, headers={"hx-request": "true"}), 401),
        ):
            assert answer.status_code == status
            assert "brauchen Sie ein Konto." in answer.content.decode()
        assert not Follow.objects.exists()

    def test_a_closed_one_is_refused_with_a_sentence(self, client, discussion, alice, address):
        Discussion.objects.update(closed_at=timezone.now())
        client.force_login(alice)
        answer = client.post(address)
        assert answer.status_code == 403
        assert "Neues wird es hier nicht geben." in answer.content.decode()

    def test_what_is_not_there_is_not_found(self, client, discussion, alice, address):
        client.force_login(alice)
        assert client.post("/discussions/999999/following/").status_code == 404
        Article.objects.update(state=Article.State.DRAFT)
        for method in (client.get, client.post):
            assert method(address).status_code == 404

    def test_taking_back_is_no_address_to_look_at(self, client, alice, address):
        client.force_login(alice)
        assert client.get(f"{address}withdrawal/").status_code == 405

    def test_the_list_tells_what_is_new(
        self, client, discussion, alice, bob, django_assert_max_num_queries
    ):
        other = make_discussion()
        for one in (discussion, other):
            follow(one, reader=alice)
        for _ in range(2):
            make_comment(discussion, bob)
        client.force_login(alice)
        with django_assert_max_num_queries(4):
            html = client.get("/account/following/").content.decode()
        assert str(discussion.subject) in html
        assert "2 neue Beiträge" in html
        assert "Nichts Neues" in html
        Article.objects.filter(discussion=other).update(state=Article.State.DRAFT)
        assert [one.discussion for one in followed_by(alice)] == [discussion]

    def test_the_list_is_for_its_reader_alone(self, client, discussion, alice, bob):
        follow(discussion, reader=alice)
        assert client.get("/account/following/").url == "/account/login/?next=/account/following/"
        client.force_login(bob)
        assert "Noch keine." in client.get("/account/following/").content.decode()


def test_whoever_writes_pays_nothing_for_followers(discussion, alice, bob, carla):
    def written() -> int:
        with CaptureQueriesContext(connection) as captured:
            make_comment(discussion, bob)
        return len(captured)

    before = written()
    for reader in (alice, carla):
        follow(discussion, reader=reader)
    assert written() == before
    assert Discussion.objects.filter(version__gt=F("audience__told_version")).exists()
