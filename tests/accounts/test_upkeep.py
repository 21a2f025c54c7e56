"""What does the clock put in order about readers?"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Act, User
from accounts.throttling import throttle
from accounts.upkeep import tidy
from tests import people


def half_signed_up(name: str, *, days_ago: int) -> User:
    user = people.person(name, joined_at=timezone.now() - timedelta(days=days_ago))
    EmailAddress.objects.filter(user=user).update(verified=False)
    return user


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
