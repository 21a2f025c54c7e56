"""What does the clock put in order about readers?"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from accounts.models import Act, User
from accounts.throttling import throttle
from accounts.upkeep import tidy
from tests import people


def half_signed_up(name: str, *, days_ago: int) -> User:
    user = people.person(name, joined_at=timezone.now() - timedelta(days=days_ago))
    EmailAddress.objects.filter(user=user).update(verified=False)
    return user


def cached_keys() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(cache_key, ' '), '') FROM cache")
        return cursor.fetchone()[0]


class TidyTests:
    def test_acts_older_than_the_longest_window_are_forgotten(self, alice):
        throttle("post", reader=alice)
        Act.objects.create(bucket="x", at=timezone.now() - timedelta(hours=25))

        assert tidy()["acts"] == 1
        assert Act.objects.count() == 1

    def test_who_never_confirmed_his_address_is_deleted_after_three_days(self, alice):
        half_signed_up("Lars", days_ago=4)
        half_signed_up("Lena", days_ago=2)

        assert tidy()["unconfirmed"] == 1
        assert set(User.objects.values_list("name", flat=True)) == {"Alice", "Lena"}

    def test_who_signed_in_before_keeps_the_account_while_changing_the_address(self, alice):
        EmailAddress.objects.create(user=alice, email="neu@example.org", verified=False)

        tidy()
        assert User.objects.filter(pk=alice.pk).exists()

    def test_ended_sessions_leave_no_trace(self, client, alice, bob):
        client.post("/account/login/", {"login": alice.email, "password": people.PASSWORD})
        Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
        client.cookies.clear()
        client.post("/account/login/", {"login": bob.email, "password": people.PASSWORD})

        assert UserSession.objects.count() == 2
        tidy()
        assert [session.user for session in UserSession.objects.all()] == [bob]

    def test_after_a_week_no_address_is_kept_though_the_session_goes_on(
        self, client, alice, time_machine
    ):
        sign_in = {"login": alice.email, "password": people.PASSWORD}
        client.post("/account/login/", sign_in, REMOTE_ADDR="203.0.113.9")
        time_machine.move_to(timezone.now() + timedelta(days=6))
        tidy()
        assert "203.0.113.9" in client.get("/account/sessions/").content.decode()
        time_machine.move_to(timezone.now() + timedelta(days=2))

        assert tidy()["addresses"] == 1
        page = client.get("/account/sessions/").content.decode()
        assert "nicht mehr gespeichert" in page
        assert "203.0.113.9" not in page

    def test_counters_of_attempts_name_no_address_once_they_are_over(
        self, client, alice, time_machine
    ):
        wrong = {"login": alice.email, "password": "falsch, ganz falsch"}
        client.post("/account/login/", wrong, REMOTE_ADDR="203.0.113.9")
        assert "203.0.113.9" in cached_keys()
        time_machine.move_to(timezone.now() + timedelta(days=1))
        tidy()

        assert cached_keys() == ""
