"""How long do held comments wait, and what are their authors told about it?"""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forum.models import Comment, Discussion, UsualWait
from forum.waiting import in_words, note_usual_wait, usual_wait
from moderation.models import Case
from moderation.queue import open_case
from moderation.tasks import measure_waiting
from moderation.waiting import measure, usual_at
from tests.factories import make_comment, make_discussion

NOON = datetime(2025, 2, 4, 12, 10, tzinfo=timezone.get_default_timezone())


def held(*minutes: int, at: datetime = NOON) -> list[tuple[datetime, timedelta]]:
    return [(at, timedelta(minutes=number)) for number in minutes]


class UsualTests:
    def test_four_of_five_were_decided_by_then(self):
        assert usual_at(12, held(*range(10, 110, 10))) == timedelta(minutes=80)

    def test_other_hours_do_not_count_where_this_one_says_enough(self):
        night = held(*[600] * 10, at=NOON - timedelta(hours=9))
        assert usual_at(12, held(*[20] * 10) + night) == timedelta(minutes=20)

    def test_the_hours_around_help_out(self):
        before = held(*[50] * 9, at=NOON - timedelta(hours=2))
        assert usual_at(12, held(20) + before) == timedelta(minutes=50)

    def test_the_hours_around_midnight(self):
        late = held(*[30] * 10, at=NOON + timedelta(hours=11))
        assert usual_at(0, late) == timedelta(minutes=30)

    def test_too_few_say_nothing(self):
        assert usual_at(12, held(*[20] * 9)) is None
        assert usual_at(12, held(*[20] * 10, at=NOON - timedelta(hours=9))) is None


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "5\u00a0Minuten"),
        (38, "40\u00a0Minuten"),
        (56, "eine Stunde"),
        (61, "2\u00a0Stunden"),
        (23 * 60 + 1, "einen Tag"),
        (25 * 60, "2\u00a0Tage"),
    ],
)
def test_durations_are_rounded_up_in_good_words(minutes, words):
    assert in_words(timedelta(minutes=minutes)) == words


@pytest.fixture
def discussion(db) -> Discussion:
    return make_discussion()


def decided(discussion: Discussion, author, *, minutes: int, now: datetime, **fields) -> None:
    """A comment that was held and read by a moderator, `minutes` later."""
    comment = make_comment(discussion, author, status="held", **fields)
    case = open_case(comment, reason="held")
    closed_at = now - timedelta(hours=24)
    Case.objects.filter(pk=case.pk).update(
        opened_at=closed_at - timedelta(minutes=minutes), closed_at=closed_at
    )


class MeasureTests:
    def test_is_written_into_one_row(self, discussion, alice):
        now = timezone.now()
        for _number in range(10):
            decided(discussion, alice, minutes=5, now=now)
        measure(now)
        measure_waiting()
        assert UsualWait.objects.get().duration == timedelta(minutes=5)
        assert usual_wait() == "5\u00a0Minuten"

    def test_last_week_is_forgotten(self, discussion, alice):
        now = timezone.now()
        for _number in range(10):
            decided(discussion, alice, minutes=5, now=now - timedelta(days=7))
        measure(now)
        assert UsualWait.objects.get().duration is None
        assert usual_wait() == ""

    def test_what_was_taken_back_or_only_flagged_says_nothing(self, discussion, alice):
        now = timezone.now()
        for _number in range(10):
            decided(discussion, alice, minutes=5, now=now)
        Case.objects.update(reasons=["flagged"])
        measure(now)
        assert usual_wait() == ""
        Case.objects.update(reasons=["held"])
        Comment.objects.update(status="withdrawn")
        measure(now)
        assert usual_wait() == ""

    def test_is_not_believed_when_the_clock_stood_still(self, db):
        note_usual_wait(timedelta(minutes=40), now=timezone.now() - timedelta(hours=2))
        assert usual_wait() == ""


class ShownTests:
    @pytest.fixture(autouse=True)
    def measured(self, db) -> None:
        note_usual_wait(timedelta(minutes=40), now=timezone.now())

    def test_to_the_author_of_a_held_comment(self, client, discussion, alice):
        comment = make_comment(discussion, alice, status="held")
        client.force_login(alice)
        for address in (
            discussion.get_absolute_url(),
            comment.get_absolute_url(),
            reverse("forum:own_comments"),
        ):
            assert (
                "Zurzeit dauert das meist 40\u00a0Minuten; wir sagen Ihnen Bescheid."
                in client.get(address).content.decode()
            )

    def test_to_everybody_where_comments_are_read_first(self, client, discussion):
        Discussion.objects.update(premoderated_at=timezone.now())
        page = client.get(discussion.get_absolute_url()).content.decode()
        assert "bevor er erscheint. Zurzeit dauert das meist 40\u00a0Minuten." in page
        UsualWait.objects.all().delete()
        page = client.get(discussion.get_absolute_url()).content.decode()
        assert "Hier lesen wir jeden Beitrag, bevor er erscheint.</p>" in page

    def test_asks_once_however_many_are_held(self, client, discussion, alice):
        client.force_login(alice)
        asked = []
        for _number in range(2):
            make_comment(discussion, alice, status="held")
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse("forum:own_comments"))
                client.get(discussion.get_absolute_url())
            asked.append(sum("forum_usualwait" in query["sql"] for query in captured))
        assert asked == [2, 2]
