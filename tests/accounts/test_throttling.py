"""How fast is too fast, and for whom?"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import RequestFactory

from accounts.models import Act, User
from accounts.throttling import address_of, throttle
from bench.site import PRODUCTION

MORNING = datetime(2025, 2, 4, 8, 37, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def refusal_of(action: str, **who) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        throttle(action, **who)
    return refused.value


class ThrottleTests:
    def test_alice_writes_five_comments_a_minute_and_waits_for_the_sixth(self, alice, clock):
        for _comment in range(5):
            throttle("post", reader=alice)
            clock.shift(timedelta(seconds=2))
        refusal = refusal_of("post", reader=alice)

        assert refusal.code == "too_fast"
        assert refusal.params["retry_after"] == 50
        assert refusal.params["time"] == MORNING + timedelta(minutes=1)
        [sentence] = refusal.messages
        assert sentence == (
            "Sie haben gerade mehrere Beiträge geschrieben. Um 09:38 Uhr können Sie "
            "weiterschreiben; Ihr Text bleibt hier stehen."
        )

    def test_the_window_slides(self, alice, clock):
        for _comment in range(5):
            throttle("post", reader=alice)
            clock.shift(timedelta(seconds=10))
        clock.shift(timedelta(seconds=10))

        throttle("post", reader=alice)
        assert refusal_of("post", reader=alice).params["retry_after"] == 10

    def test_whoever_waits_for_tomorrow_is_told_the_day(self, nina, clock):
        for _comment in range(10):
            throttle("post", reader=nina)
            clock.shift(timedelta(minutes=5))

        assert "09:37 Uhr (05.02.2025)" in refusal_of("post", reader=nina).messages[0]

    def test_refused_acts_do_not_prolong_the_wait(self, alice, clock):
        for _comment in range(5):
            throttle("post", reader=alice)
        for _attempt in range(20):
            refusal_of("post", reader=alice)
        clock.shift(timedelta(seconds=60))

        throttle("post", reader=alice)

    def test_the_new_may_less_and_the_trusted_more(self, nina, tom, mona):
        for reader, allowed in ((nina, 3), (tom, 10), (mona, 10)):
            for _comment in range(allowed):
                throttle("post", reader=reader)
            assert refusal_of("post", reader=reader).code == "too_fast"

    def test_alice_does_not_slow_bob_down(self, alice, bob):
        for _comment in range(5):
            throttle("post", reader=alice)

        throttle("post", reader=bob)

    def test_one_action_does_not_slow_another_down(self, alice):
        for _comment in range(5):
            throttle("post", reader=alice)

        throttle("flag", reader=alice)

    def test_many_accounts_at_one_address_are_counted_together(self, db):
        for _account in range(5):
            throttle("sign_up", address="192.0.2.7")

        assert refusal_of("sign_up", address="192.0.2.7").code == "too_fast"
        throttle("sign_up", address="192.0.2.8")

    def test_a_v6_connection_is_one_client_whatever_address_it_takes(self, db):
        for number in range(5):
            throttle("sign_up", address=f"2001:db8:1:2::{number:x}")

        assert refusal_of("sign_up", address="2001:db8:1:2:ffff::1").code == "too_fast"
        throttle("sign_up", address="2001:db8:1:3::1")

    def test_no_address_is_stored(self, alice):
        throttle("post", reader=alice, address="192.0.2.7")

        assert Act.objects.count() == 2
        assert not Act.objects.filter(bucket__contains="192.0.2").exists()

    def test_limits_that_are_off_count_nothing(self, alice, settings):
        settings.RATE_LIMITS = False
        for _comment in range(50):
            throttle("post", reader=alice)

        assert not Act.objects.exists()


@pytest.mark.django_db(transaction=True)
class ThrottleAtTheSameTimeTests:
    def test_twenty_clicks_at_once_count_like_twenty_in_a_row(self, alice):
        def click(_number: int) -> bool:
            try:
                throttle("post", reader=User.objects.get(pk=alice.pk), address="192.0.2.7")
            except ValidationError:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(8) as clicks:
            outcomes = list(clicks.map(click, range(20)))

        assert outcomes.count(True) == 5


def request(peer: str, **headers: str):
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)


class AddressOfTests:
    def test_without_proxies_nothing_but_the_peer_counts(self, settings):
        settings.TRUSTED_PROXIES = []
        claims = {
            "X-Forwarded-For": "198.51.100.1", "X-Real-IP": "198.51.100.2",
            "Forwarded": "for=198.51.100.3", "CF-Connecting-IP": "198.51.100.4",
        }  # fmt: skip

        assert address_of(request("192.0.2.7", **claims)) == "192.0.2.7"

    @pytest.mark.parametrize(
        ("forwarded", "client"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("198.51.100.1, 192.0.2.7", "192.0.2.7"),
            ("192.0.2.7, 10.0.0.9", "192.0.2.7"),
            ("junk, 192.0.2.7 , 10.0.0.9", "192.0.2.7"),
            ("10.0.0.8, 10.0.0.9", "10.0.0.8"),
            ("junk", "10.0.0.2"),
            ("", "10.0.0.2"),
            ("2001:db8::7", "2001:db8::7"),
        ],
    )
    def test_our_proxies_are_believed_and_nobody_before_them(self, settings, forwarded, client):
        settings.TRUSTED_PROXIES = ["10.0.0.0/24"]

        assert address_of(request("10.0.0.2", **{"X-Forwarded-For": forwarded})) == client

    def test_another_peer_is_not_believed(self, settings):
        settings.TRUSTED_PROXIES = ["10.0.0.2"]
        claim = {"X-Forwarded-For": "198.51.100.1"}

        assert address_of(request("192.0.2.7", **claim)) == "192.0.2.7"

    def test_a_v4_client_is_the_same_on_a_v6_socket(self, settings):
        assert address_of(request("::ffff:192.0.2.7")) == "192.0.2.7"

    def test_an_unknown_peer_has_no_address(self):
        assert address_of(request("")) == ""

    @pytest.mark.django_db
    def test_rotating_the_header_opens_no_new_bucket(self, client):
        def attempt(number: int) -> int:
            return client.post(
                "/account/login/",
                {"login": f"a{number}@example.org", "password": "falsch, ganz falsch"},
                headers={"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"1.1.1.{number}"},
            ).status_code

        answers = [attempt(number) for number in range(12)]

        assert answers == [422] * 10 + [429] * 2

    def test_two_readers_behind_our_proxy_do_not_share_a_limit(self, client, alice, settings):
        settings.TRUSTED_PROXIES = ["127.0.0.1"]
        wrong = {"login": "a@example.org", "password": "falsch, ganz falsch"}
        for _attempt in range(12):
            client.post("/account/login/", wrong, headers={"X-Forwarded-For": "198.51.100.1"})
        right = {"login": alice.email, "password": "Kirschbaum im Nebel"}
        answer = client.post("/account/login/", right, headers={"X-Forwarded-For": "198.51.100.2"})

        assert answer.status_code == 302

    def test_operators_see_whose_requests_theirs_are_taken_for(self, client, admin, settings):
        settings.TRUSTED_PROXIES = ["127.0.0.1"]
        client.force_login(admin)
        for forwarded, counted in (
            ("198.51.100.2", "198.51.100.2"),
            ("2001:db8::7", "2001:db8::/64"),
        ):
            page = client.get("/admin/", headers={"X-Forwarded-For": forwarded}).content.decode()
            assert f"zählen Ihre Anfragen als solche von {counted}." in page


def test_a_proxy_that_is_no_address_stops_the_start(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1", "nginx"]

    assert "'nginx' is neither an address nor a network." in " ".join(
        error.msg for error in run_checks() if error.id == "accounts.E001"
    )


@pytest.mark.parametrize(
    ("proxies", "ends"), [("", "TRUSTED_PROXIES is missing: addresses, or none."), ("none", "")]
)
def test_whoever_names_no_proxy_does_not_start(proxies, ends):
    """Else all readers would share the address and the limits of the one in front."""
    started = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        env=os.environ | PRODUCTION | {"TRUSTED_PROXIES": proxies},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.stderr.strip().endswith(ends)
    assert bool(started.returncode) == bool(ends)
