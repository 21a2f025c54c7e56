"""Who has to wait while more is written than the site can take, and what becomes of his text?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.models import Comment
from moderation import brake, unread
from moderation.models import Screening
from tests.factories import make_comment, make_discussion

pytestmark = pytest.mark.django_db

SENTENCE = "Gerade ist hier sehr viel los"


@pytest.fixture
def send(client):
    discussion = make_discussion()

    def send(person, **fields):
        client.force_login(person)
        address = f"/discussions/{discussion.pk}/comments/"
        return client.post(address, {"body": "Wann fährt der nächste Bus?"} | fields)

    return send


@pytest.fixture
def unread_for(bob):
    """A text that nobody has read for so many minutes."""

    def wait(minutes: int) -> None:
        make_comment(make_discussion(), bob, "Wer liest das?", status="pending")
        Screening.objects.update(queued_at=timezone.now() - timedelta(minutes=minutes))

    return wait


def test_new_accounts_come_back_in_a_minute_and_their_text_stays(send, unread_for, nina):
    unread_for(31)
    answer = send(nina)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    told = answer.content.decode()
    assert SENTENCE in told
    assert "Wann fährt der nächste Bus?" in told
    assert not Comment.objects.filter(author=nina).exists()


def test_having_been_refused_counts_for_no_limit(send, unread_for, nina):
    unread_for(31)
    assert {send(nina).status_code for _time in range(4)} == {503}
    Screening.objects.update(queued_at=timezone.now())
    assert send(nina).status_code == 303


def test_nobody_else_waits(send, unread_for, bob, tom, anna):
    unread_for(31)
    assert {send(person).status_code for person in (bob, tom, anna)} == {303}


def test_half_an_hour_is_not_too_long(send, unread_for, nina):
    unread_for(29)
    assert send(nina).status_code == 303


def test_what_moderators_have_before_them_makes_nobody_wait(send, unread_for, nina):
    unread_for(31)
    unread.bring_to_desk()
    assert send(nina).status_code == 303


def test_a_flood_stops_new_accounts_until_it_is_over(send, alice, bob, nina, monkeypatch):
    monkeypatch.setattr(brake, "FLOOD", 2)
    discussion = make_discussion()
    for author in (alice, bob):
        make_comment(discussion, author)
    assert send(nina, body="Zwei sind noch keine Flut.").status_code == 303
    answer = send(nina)
    assert answer.status_code == 503
    assert SENTENCE in answer.content.decode()
    Comment.objects.update(submitted_at=timezone.now() - brake.SPAN)
    assert send(nina).status_code == 303


def test_a_form_that_has_arrived_is_not_refused_the_second_time(send, unread_for, nina):
    form = {"submission_id": "7a0f6b52-8f0e-4c29-9d59-0a4a4a1b6c11"}
    first = send(nina, **form)
    unread_for(31)
    again = send(nina, **form)
    assert (again.status_code, again.url) == (303, first.url)


def test_it_costs_two_queries_of_new_accounts_and_none_of_others(
    nina, bob, django_assert_num_queries
):
    with django_assert_num_queries(2):
        assert brake.refusal(nina) is None
    with django_assert_num_queries(0):
        assert brake.refusal(bob) is None
