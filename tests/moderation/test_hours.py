"""Is the discussion open at that hour, and what happens to a text that comes at another?"""

from datetime import datetime

import pytest
from django.utils import timezone

from forum.models import Comment
from moderation.desk_rules import hours
from moderation.desk_rules.options import OpeningHours
from tests.factories import TopicFactory, make_discussion
from tests.moderation.ruling import set_by

# A Friday.
DAY = "2026-11-27"


def at(clock: str, day: str = DAY) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{clock}"))


class IsOpenTests:
    @pytest.mark.parametrize(
        ("clock", "is_open"), [("06:59", False), ("07:00", True), ("21:59", True), ("22:00", False)]
    )
    def test_by_the_newspapers_clock(self, clock, is_open):
        assert hours.is_open(OpeningHours(), at(clock)) is is_open

    @pytest.mark.parametrize(
        ("clock", "is_open"), [("01:30", True), ("02:30", False), ("19:00", True)]
    )
    def test_an_evening_may_reach_into_the_next_day(self, clock, is_open):
        assert hours.is_open(OpeningHours(opens="18:00", closes="02:00"), at(clock)) is is_open

    def test_until_midnight_is_until_midnight(self):
        options = OpeningHours(opens="07:00", closes="00:00")
        assert hours.is_open(options, at("23:59"))
        assert not hours.is_open(options, at("00:01"))

    def test_on_some_days_alone(self):
        weekdays = OpeningHours(days=(0, 1, 2, 3, 4))
        assert hours.is_open(weekdays, at("12:00"))
        assert not hours.is_open(weekdays, at("12:00", "2026-11-28"))
        assert hours.opens_again(weekdays, at("23:00")) == at("07:00", "2026-11-30")

    def test_once_a_week_the_next_time_is_in_a_week(self):
        fridays = OpeningHours(days=(4,))
        assert hours.opens_again(fridays, at("22:00")) == at("07:00", "2026-12-04")
        assert hours.opens_again(fridays, at("06:00")) == at("07:00")


@pytest.mark.django_db
class RefuseTests:
    def send(self, client, discussion, person):
        client.force_login(person)
        address = f"/discussions/{discussion.pk}/comments/"
        return client.post(address, {"body": "Mitten in der Nacht."})

    def test_at_night_the_text_comes_back_with_the_time_to_send_it(
        self, client, alice, max_, time_machine
    ):
        set_by(max_, "opening_hours", outside="refuse")
        time_machine.move_to(at("23:15"))
        answer = self.send(client, make_discussion(), alice)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Mitten in der Nacht." in page
        assert "28. November 2026 07:00" in page or "28.11.2026, 07:00" in page
        assert not Comment.objects.exists()

    def test_by_day_and_for_the_house_nothing_is_refused(
        self, client, alice, anna, max_, time_machine
    ):
        set_by(max_, "opening_hours", outside="refuse")
        discussion = make_discussion()
        time_machine.move_to(at("12:00"))
        assert self.send(client, discussion, alice).status_code == 303
        time_machine.move_to(at("23:15"))
        assert self.send(client, discussion, anna).status_code == 303

    def test_where_texts_only_wait_they_are_taken(self, client, alice, max_, time_machine):
        set_by(max_, "opening_hours")
        time_machine.move_to(at("23:15"))
        assert self.send(client, make_discussion(), alice).status_code == 303

    def test_a_topic_may_have_hours_of_its_own(self, client, alice, bob, max_, time_machine):
        topic = TopicFactory()
        set_by(max_, "opening_hours", topic=topic, outside="refuse")
        time_machine.move_to(at("23:15"))
        assert self.send(client, make_discussion(topic=topic), alice).status_code == 409
        assert self.send(client, make_discussion(), bob).status_code == 303
