"""How long does somebody stay signed in, and how does he end it elsewhere?"""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.devices import device
from tests import people
from tests.accounts.test_signing_up import code_from_mail

LOGIN, PAGE = "/account/login/", "/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


def signed_in(person, *, user_agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": user_agent})
    client.post(LOGIN, {"login": person.email, "password": people.PASSWORD, "remember": "on"})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/account/settings/").status_code == 200


class CountTests:
    def test_whoever_signs_in_once_more_is_signed_out_where_he_was_longest_ago(
        self, db, monkeypatch
    ):
        monkeypatch.setattr(sessions, "MOST_AT_ONCE", 3)
        alice = people.alice()
        devices = []
        for day in range(4):
            with time_machine.travel(timezone.now() + timedelta(hours=day)):
                devices.append(signed_in(alice))
        assert [is_signed_in(device) for device in devices] == [False, True, True, True]
        assert UserSession.objects.filter(user=alice).count() == 3

    def test_nobody_elses_are_counted(self, db, monkeypatch):
        monkeypatch.setattr(sessions, "MOST_AT_ONCE", 1)
        alice, bob = signed_in(people.alice()), signed_in(people.bob())
        assert is_signed_in(alice)
        assert is_signed_in(bob)


class LifeTests:
    @pytest.mark.parametrize(
        ("name", "stays", "ends"),
        [
            ("alice", timedelta(days=13), timedelta(days=15)),
            ("mona", timedelta(minutes=58), timedelta(minutes=62)),
            ("admin", timedelta(minutes=58), timedelta(minutes=62)),
        ],
    )
    def test_it_ends_when_nobody_comes(self, db, name, stays, ends):
        person = getattr(people, name)()
        for after, expected in ((stays, True), (ends, False)):
            with time_machine.travel(timezone.now(), tick=False) as clock:
                client = signed_in(person)
                clock.shift(after)
                assert is_signed_in(client) is expected

    @pytest.mark.parametrize(
        ("name", "pause", "longest"),
        [
            ("alice", timedelta(days=10), timedelta(days=90)),
            ("mona", timedelta(minutes=50), timedelta(hours=12)),
        ],
    )
    def test_whoever_comes_again_stays_but_not_for_ever(self, db, name, pause, longest):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client = signed_in(getattr(people, name)())
            gone = timedelta()
            while gone + pause < longest:
                clock.shift(pause)
                gone += pause
                assert is_signed_in(client)
            clock.shift(pause + timedelta(minutes=1))
            assert not is_signed_in(client)

    def test_a_role_shortens_it_from_the_next_request_on(self, alice):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client = signed_in(alice)
            alice.is_staff = True
            alice.save()
            clock.shift(timedelta(minutes=2))
            assert is_signed_in(client)
            clock.shift(timedelta(minutes=62))
            assert not is_signed_in(client)

    def test_looking_around_writes_once_a_day(self, alice, django_assert_num_queries):
        client = signed_in(alice)
        with django_assert_num_queries(5):
            client.get("/account/settings/")

    def test_a_session_of_before_goes_on(self, alice):
        client = signed_in(alice)
        session = client.session
        del session["signed_in_at"], session["seen_at"]
        session.save()

        assert is_signed_in(client)
        assert client.session["signed_in_at"]

    def test_a_changed_password_ends_the_others(self, alice):
        phone, desk = signed_in(alice), signed_in(alice)
        desk.post("/account/reauthenticate/", {"password": people.PASSWORD})
        new = "Ganz neu und länger"
        desk.post(
            "/account/password/change/",
            {"oldpassword": people.PASSWORD, "password1": new, "password2": new},
        )

        assert is_signed_in(desk)
        assert not is_signed_in(phone)

    def test_a_password_that_is_set_anew_ends_all_others(self, alice):
        """Whoever knew the former one may be signed in still."""
        thief, desk = signed_in(alice, user_agent=FIREFOX), Client()
        desk.post("/account/password/reset/", {"email": alice.email})
        desk.post("/account/password/reset/confirm/", {"code": code_from_mail()})
        assert is_signed_in(thief)
        new = "Ganz neu und länger"
        desk.post("/account/password/reset/complete/", {"password1": new, "password2": new})

        assert is_signed_in(desk)
        assert not is_signed_in(thief)
        assert "Firefox" not in desk.get(PAGE).content.decode()

    def test_a_closed_account_is_out_at_once(self, alice):
        client = signed_in(alice)
        alice.is_active = False
        alice.save()

        assert not is_signed_in(client)


class SessionsPageTests:
    def test_it_names_browser_and_system_and_marks_this_one(self, alice):
        signed_in(alice, user_agent=IPHONE)
        page = signed_in(alice).get(PAGE).content.decode()

        assert "Safari unter iOS" in page
        assert "Mozilla" not in page
        assert page.count("dieses Gerät</span>") == 1
        assert page.index("Firefox unter Windows") < page.index("dieses Gerät</span>")

    def test_one_can_be_ended(self, alice):
        phone, desk = signed_in(alice, user_agent=IPHONE), signed_in(alice)
        session = UserSession.objects.get(user_agent=IPHONE)
        answer = desk.post(f"{PAGE}{session.pk}/ending/", follow=True)

        assert "Das Gerät ist abgemeldet." in answer.content.decode()
        assert not is_signed_in(phone)
        assert is_signed_in(desk)

    def test_all_others_can_be_ended(self, alice):
        phone, tablet, desk = signed_in(alice), signed_in(alice), signed_in(alice)
        desk.post(PAGE)

        assert [is_signed_in(client) for client in (phone, tablet, desk)] == [False, False, True]

    def test_those_of_others_cannot(self, alice, bob):
        hers, his = signed_in(alice), signed_in(bob)
        session = UserSession.objects.get(user=alice)

        assert his.post(f"{PAGE}{session.pk}/ending/").status_code == 404
        assert his.post(f"{PAGE}{10**30}/ending/").status_code == 404
        assert his.get(f"{PAGE}{session.pk}/ending/").status_code == 405
        assert is_signed_in(hers)


class DeviceTests:
    @pytest.mark.parametrize(
        ("user_agent", "words"),
        [
            (FIREFOX, "Firefox unter Windows"),
            (IPHONE, "Safari unter iOS"),
            (
                (
                    "Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like) "
                    "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36"
                ),
                "Samsung Internet unter Android",
            ),
            (
                (
                    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML) "
                    "Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0"
                ),
                "Edge unter macOS",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64)", "Linux"),
            ("<script>alert(1)</script>", "Unbekanntes Gerät"),
            ("", "Unbekanntes Gerät"),
        ],
    )
    def test_it_is_said_in_words(self, user_agent, words):
        assert device(user_agent) == words
