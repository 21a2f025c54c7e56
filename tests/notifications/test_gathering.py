"""Who is told of what is new in a discussion he follows, in one line however much it is?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from articles.models import Article
from forum.following import follow, unfollow
from forum.models import Discussion, Follow
from forum.muting import mute
from forum.publishing import remove
from notifications import choosing
from notifications.gathering import tell_followers
from notifications.marking import mark_all_read, mark_read
from notifications.models import Kind, Mail, Notification
from notifications.unsubscribing import address
from tests import people
from tests.factories import make_comment, make_discussion
from tests.notifications.conftest import HEADLINE, send_due

INBOX = "/notifications/"


@pytest.fixture
def follower(discussion, alice) -> User:
    follow(discussion, reader=alice)
    return alice


@pytest.fixture
def asked(follower) -> User:
    """Alice, who wants mails about what she follows."""
    choosing.ask_for(follower, Kind.FOLLOW)
    return follower


def lines(reader: User) -> list[Notification]:
    return list(reader.notifications.filter(kind=Kind.FOLLOW))


def inbox(client, reader: User) -> str:
    client.force_login(reader)
    return client.get(INBOX).content.decode()


class GatherTests:
    def test_a_week_of_comments_is_one_line(self, client, discussion, follower, bob, later):
        for _day in range(7):
            make_comment(discussion, bob)
            tell_followers()
            later(days=1)
        assert len(lines(follower)) == 1
        html = inbox(client, follower)
        assert "7 neue Beiträge in dieser Diskussion." in html
        assert f'href="{discussion.get_absolute_url()}?sort=newest"' in html
        assert HEADLINE in html

    def test_told_twice_it_is_told_once(self, discussion, follower, bob):
        make_comment(discussion, bob)
        assert [tell_followers(), tell_followers()] == [1, 0]
        make_comment(discussion, bob)
        assert tell_followers() == 0
        assert len(lines(follower)) == 1

    def test_what_was_read_is_not_told_again_and_what_is_new_is(
        self, client, discussion, follower, bob
    ):
        make_comment(discussion, bob)
        tell_followers()
        make_comment(discussion, bob)
        mark_read(lines(follower)[0])
        assert tell_followers() == 0
        assert "2 neue" not in inbox(client, follower)
        assert "Neue Beiträge in dieser Diskussion." in inbox(client, follower)
        make_comment(discussion, bob)
        assert tell_followers() == 1
        assert "1 neuer Beitrag in dieser Diskussion." in inbox(client, follower)
        mark_all_read(follower)
        make_comment(discussion, bob)
        assert tell_followers() == 1

    def test_nobody_is_told_of_his_own_or_of_what_he_mutes(self, discussion, follower, bob):
        mute(bob, reader=follower)
        make_comment(discussion, follower)
        make_comment(discussion, bob)
        assert tell_followers() == 0

    def test_what_is_not_visible_tells_nobody(self, discussion, follower, bob):
        for status in ("pending", "held", "removed", "withdrawn"):
            make_comment(discussion, bob, status=status)
        assert tell_followers() == 0

    def test_closed_and_hidden_discussions_tell_nobody(self, discussion, follower, bob):
        make_comment(discussion, bob)
        Discussion.objects.update(closed_at=timezone.now())
        assert tell_followers() == 0
        Discussion.objects.update(closed_at=None)
        Article.objects.update(state=Article.State.WITHDRAWN)
        assert tell_followers() == 0
        Article.objects.update(state=Article.State.PUBLISHED)
        assert tell_followers() == 1

    def test_who_stopped_following_or_left_is_not_told(self, discussion, follower, bob, carla):
        follow(discussion, reader=carla)
        unfollow(discussion, reader=follower)
        User.objects.filter(pk=carla.pk).update(is_active=False)
        make_comment(discussion, bob)
        assert tell_followers() == 0

    def test_the_button_leads_to_the_newest(self, client, discussion, follower, bob):
        make_comment(discussion, bob)
        tell_followers()
        client.force_login(follower)
        [line] = lines(follower)
        answer = client.post(f"{INBOX}{line.pk}/read/", {"open": "1"})
        assert answer.url == f"{discussion.get_absolute_url()}?sort=newest"
        assert lines(follower)[0].read_at

    def test_ten_thousand_followers_cost_as_many_queries_as_one(
        self, discussion, bob, django_assert_num_queries
    ):
        crowd = User.objects.bulk_create(
            User(email=f"{n}@example.org", name=f"Leserin {n}", name_skeleton=f"leserin {n}")
            for n in range(10_000)
        )
        follow(discussion, reader=crowd[0])
        known = Follow.objects.get().known_version
        Follow.objects.bulk_create(
            Follow(reader=one, discussion=discussion, known_version=known) for one in crowd[1:]
        )
        make_comment(discussion, bob)
        with django_assert_num_queries(10):
            assert tell_followers() == 10_000
        assert Notification.objects.count() == 10_000


class MailTests:
    def test_none_without_consent(self, discussion, follower, bob):
        make_comment(discussion, bob)
        tell_followers()
        assert not Mail.objects.exists()

    def test_what_gathers_in_an_hour_shares_a_mail(self, discussion, asked, bob, later, mailoutbox):
        other = make_discussion()
        follow(other, reader=asked)
        for number, one in enumerate((discussion, discussion, other)):
            make_comment(one, bob, f"Satz {number}, der nicht in der E-Mail steht.")
            tell_followers()
        send_due()
        assert mailoutbox == []
        later(hours=1, seconds=1)
        make_comment(discussion, bob)
        send_due()
        [mail] = mailoutbox
        assert mail.subject == "Neues in Diskussionen, denen Sie folgen"
        assert f"{HEADLINE}: 3 neue Beiträge in dieser Diskussion." in mail.body
        assert "1 neuer Beitrag in dieser Diskussion." in mail.body
        assert "der nicht in der E-Mail steht" not in mail.body
        assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_one_a_day(self, discussion, asked, bob, later, mailoutbox):
        for hours in (0, 2, 2, 21):
            make_comment(discussion, bob)
            tell_followers()
            later(hours=hours, seconds=1)
            send_due()
            mark_all_read(asked)
        make_comment(discussion, bob)
        tell_followers()
        later(hours=2)
        send_due()
        assert len(mailoutbox) == 2
        assert mailoutbox[0].subject == f"Neue Beiträge zu „{HEADLINE}“"

    @pytest.mark.parametrize("what", ["read", "closed", "removed", "unfollowed", "refused"])
    def test_what_is_told_no_more_is_not_mailed(
        self, discussion, asked, bob, later, mailoutbox, what
    ):
        comment = make_comment(discussion, bob)
        tell_followers()
        later(hours=2)
        if what == "read":
            mark_all_read(asked)
        elif what == "closed":
            Discussion.objects.update(closed_at=timezone.now())
        elif what == "removed":
            remove(comment, ground="off_topic")
        elif what == "unfollowed":
            unfollow(discussion, reader=asked)
        else:
            choosing.refuse(asked, Kind.FOLLOW)
        send_due()
        assert mailoutbox == []
        assert Mail.objects.get().dropped_at

    def test_one_click_ends_them(self, client, asked):
        path = address(asked, kind=Kind.FOLLOW)
        html = client.get(path).content.decode()
        assert "E-Mails über Diskussionen, denen Sie folgen, abbestellen?" in html
        assert choosing.wants(asked, Kind.FOLLOW)
        assert "Keine E-Mails mehr über Diskussionen" in client.post(path).content.decode()
        assert not choosing.wants(asked, Kind.FOLLOW)


class MutedReplyTests:
    def test_replies_of_muted_people_are_not_told(self, discussion, alice, bob, mona):
        question = make_comment(discussion, alice)
        for person in (bob, mona):
            mute(person, reader=alice)
            make_comment(discussion, person, parent=question)
        [line] = alice.notifications.all()
        assert line.comment.author == mona

    def test_a_mail_that_waits_forgets_who_was_muted_meanwhile(
        self, discussion, agreed, bob, mailoutbox
    ):
        make_comment(discussion, bob, parent=make_comment(discussion, agreed))
        mute(bob, reader=agreed)
        send_due()
        assert mailoutbox == []
        assert Mail.objects.get().dropped_at


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once():
    discussion = make_discussion()
    for number in range(20):
        reader = people.person(f"Leserin {number}")
        follow(discussion, reader=reader)
        choosing.ask_for(reader, Kind.FOLLOW)
    make_comment(discussion, people.bob())

    def tell(_number) -> int:
        try:
            return tell_followers()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(tell, range(4))) == 20
    assert Notification.objects.filter(mail__isnull=False).count() == Mail.objects.count() == 20
    assert Mail.objects.filter(not_before__gt=timezone.now() + timedelta(minutes=58)).count() == 20
