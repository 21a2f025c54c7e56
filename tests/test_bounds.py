"""Is anybody let in where he does not belong: by a forged form, by guessing, by what a header says,
by a session of former times?"""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.limits import LIMITS, Limit, per
from accounts.models import User
from tests.accounts.test_signing_up import KARLA, SIGNUP
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD
from tests.stage import WatchedClient
from tests.walk import EVIL, Paper, addresses, walked

__all__ = ["walked"]
pytestmark = pytest.mark.django_db

LOGIN, RESET = "/account/login/", "/account/password/reset/"
# The key in the address is all that these ask for; nobody's session stands behind them, so there
# is nothing that another site could make a reader do.
BY_KEY_ALONE = {"unsubscribe/<str:key>/": {404}}
# Sent by browsers themselves; it changes nothing.
REPORTS = {"policy/reports/": {400}}


class ForgedFormTests:
    """Every address is sent a form by another site, and by nobody knows whom."""

    @pytest.mark.parametrize("role", ["stranger", "reader", "moderator"])
    @pytest.mark.parametrize(
        "headers", [{}, {"Origin": f"https://{EVIL}"}], ids=["none", "foreign"]
    )
    def test_none_is_taken(self, walked, role, headers):
        client = WatchedClient(enforce_csrf_checks=True)
        if person := walked.persons[role]:
            client.force_login(person)
        refused = 0
        for route, address in addresses(walked.values):
            answer = client.post(address, {"body": "x"}, headers=headers)
            expected = (BY_KEY_ALONE | REPORTS).get(route, {403, 405})
            assert answer.status_code in expected, address
            assert answer.written == set(), address
            refused += answer.status_code == 403
        assert refused > 80


class EnumerationTests:
    """Known address or not: one page, one amount of work (security.md case 12)."""

    @pytest.mark.parametrize(
        ("address", "form"),
        [
            (LOGIN, lambda email: {"login": email, "password": "falsch, ganz falsch"}),
            (RESET, lambda email: {"email": email}),
            (SIGNUP, lambda email: KARLA | {"email": email, "name": f"Karla {email[0]}"}),
        ],
        ids=["sign in", "reset", "sign up"],
    )
    def test_the_answer_tells_nothing(self, walked, monkeypatch, address, form):
        hashed: list[int] = []
        encode = MD5PasswordHasher.encode
        monkeypatch.setattr(
            MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args)
        )
        told = []
        for email in ("alice@example.org", "olga@example.org"):
            hashed.clear()
            client = Client()
            answer = client.post(address, form(email))
            shown = client.get(answer.url) if answer.status_code == 302 else answer
            told.append((
                answer.status_code,
                answer.headers.get("Location"),
                sorted(answer.headers),
                sorted(answer.cookies),
                without_tokens(shown, email),
                len(hashed),
            ))  # fmt: skip
        assert told[0] == told[1]


def without_tokens(answer: HttpResponse, email: str) -> str:
    text = answer.content.decode().replace(email, "…")
    return re.sub(r'value="[\w-]{36,64}"', "", text)


def claims(number: int) -> dict[str, str]:
    """Who asks is somebody else each time, if headers are believed."""
    address = f"198.51.100.{number}"
    return {
        "X-Forwarded-For": address, "X-Real-IP": address, "Forwarded": f"for={address}",
        "CF-Connecting-IP": address, "True-Client-IP": address, "X-Client-IP": address,
        "X-Cluster-Client-IP": address,
    }  # fmt: skip


def signing_up(client: Client, number: int, paper: Paper) -> HttpResponse:
    form = KARLA | {"email": f"karla{number}@example.org", "name": f"Karla {number}"}
    return client.post(SIGNUP, form, headers=claims(number))


def signing_in(client: Client, number: int, paper: Paper) -> HttpResponse:
    form = {"login": f"karla{number}@example.org", "password": "falsch, ganz falsch"}
    return client.post(LOGIN, form, headers=claims(number))


def resetting(client: Client, number: int, paper: Paper) -> HttpResponse:
    return client.post(RESET, {"email": f"karla{number}@example.org"}, headers=claims(number))


def searching(client: Client, number: int, paper: Paper) -> HttpResponse:
    return client.get("/search/?q=Ufer", headers=claims(number))


class ClaimedAddressTests:
    @pytest.mark.parametrize(
        ("ask", "allowed"),
        [(signing_up, 5), (signing_in, 10), (resetting, 20), (searching, 7)],
    )
    def test_limits_count_who_connects_not_who_he_says_he_is(
        self, walked, monkeypatch, ask: Callable, allowed
    ):
        monkeypatch.setitem(LIMITS, "search", Limit(address=(per(7, minutes=1),)))
        statuses = [ask(Client(), number, walked).status_code for number in range(allowed + 2)]
        assert 429 not in statuses[:allowed]
        assert statuses[allowed:] == [429, 429]


def is_signed_in(client: Client) -> bool:
    return client.get("/account/settings/").status_code == 200


@pytest.fixture
def as_alice(walked) -> Client:
    """By the form, as people do."""
    client = Client()
    client.post(LOGIN, {"login": "alice@example.org", "password": PASSWORD})
    return client


class SessionTests:
    """ASVS 5.0, V7. How long they last: tests/accounts/test_sessions.py."""

    def test_signing_in_makes_a_new_one(self, walked):
        client = Client()
        client.post(f"/discussions/{walked.values['forum:discussion pk']}/comments/", {"body": "x"})
        before = client.cookies[settings.SESSION_COOKIE_NAME].value
        client.post(LOGIN, {"login": "alice@example.org", "password": PASSWORD})
        after = client.cookies[settings.SESSION_COOKIE_NAME].value
        assert before != after
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = before
        assert not is_signed_in(thief)

    def test_a_copied_cookie_is_worth_nothing_after_signing_out(self, as_alice):
        copy = Client()
        copy.cookies[settings.SESSION_COOKIE_NAME] = as_alice.cookies["sessionid"].value
        assert is_signed_in(copy)
        as_alice.post("/account/logout/")
        assert not is_signed_in(copy)

    def test_a_suspension_holds_from_the_next_request_on(self, as_alice, walked):
        """She is not signed out: she may read her statement and appeal."""
        User.objects.filter(email="alice@example.org").update(
            suspended_at=timezone.now(), suspended_until=timezone.now() + timedelta(days=7)
        )
        box = f"/discussions/{walked.values['forum:discussion pk']}/comments/"
        assert as_alice.post(box, {"body": "Trotzdem."}).status_code == 403
        assert is_signed_in(as_alice)

    def test_a_role_that_is_taken_away_is_gone_with_the_next_request(self, walked):
        client = Client()
        client.force_login(walked.persons["moderator"])
        assert client.get("/moderation/").status_code == 200
        walked.persons["moderator"].groups.clear()
        assert client.get("/moderation/").status_code == 403

    @pytest.mark.parametrize(
        ("address", "form"),
        [
            ("/account/email/", {"email": "neu@example.org", "action_add": ""}),
            ("/account/2fa/totp/activate/", {"code": "123456"}),
            ("/account/2fa/recovery-codes/generate/", {}),
            ("/account/2fa/webauthn/add/", {}),
            ("/account/closing/", {}),
        ],
    )
    def test_what_counts_asks_for_the_password_again(self, walked, address, form):
        client = Client()
        client.force_login(User.objects.get(email="alice@example.org"))
        answer = client.post(address, form)
        assert urlsplit(answer.url).path == "/account/reauthenticate/"

    def test_nor_does_it_ask_less_of_who_has_a_second_factor(self, walked):
        alice = User.objects.get(email="alice@example.org")
        TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
        client = Client()
        client.post(LOGIN, {"login": alice.email, "password": PASSWORD})
        assert not is_signed_in(client)


class WaysOutTests:
    """Redirects end here, whatever is asked for (GET: tests/test_headers.py walks them all)."""

    TARGETS = [f"//{EVIL}", f"https:{EVIL}", f"/\\{EVIL}", f"https://{EVIL}/", f"\t//{EVIL}"]
    # A host that is none; and one that the site may be asked by, which is not the one asked.
    TARGETS += ["http://[::1:2::3]:8080/", "http://localhost/"]

    @pytest.mark.parametrize("target", TARGETS)
    def test_signing_in_leads_to_our_own_pages(self, walked, target, settings):
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "localhost"]
        client = Client()
        for address in (LOGIN, "/account/signup/", "/account/password/reset/"):
            assert client.get(address, {"next": target}).status_code == 200, address
        alice = {"login": "alice@example.org", "password": PASSWORD}
        answer = client.post(LOGIN, alice | {"next": target})
        assert answer.status_code == 302
        assert urlsplit(answer.url).netloc == ""

    @pytest.mark.parametrize("target", TARGETS)
    def test_forms_lead_to_our_own_pages(self, walked, target):
        comment = make_comment(make_discussion(), User.objects.get(name="Bob"))
        reader = walked.persons["reader"]
        headers = {"Referer": f"https://{EVIL}/"}
        for address in [
            f"{comment.get_absolute_url()}recommendation/",
            f"{comment.get_absolute_url()}recommendation/withdrawal/",
            f"/readers/{walked.values['name']}/mute/",
            f"/readers/{walked.values['name']}/mute/withdrawal/",
            f"/discussions/{walked.values['forum:discussion pk']}/following/",
            "/notifications/read/",
            "/account/closing/withdrawal/",
            "/account/logout/",
        ]:
            client = Client()
            client.force_login(reader)
            answer = client.post(address, {"next": target}, headers=headers)
            assert 300 <= answer.status_code < 400, address
            assert urlsplit(answer.url).netloc == "", address
            assert not answer.url.startswith(("//", "/\\")), address


class MailTests:
    def test_names_our_host_whatever_host_was_asked(self, walked, settings):
        settings.ALLOWED_HOSTS = ["*"]
        Client().post(RESET, {"email": "alice@example.org"}, headers={"host": EVIL})
        Client().post(SIGNUP, KARLA | {"email": "alice@example.org"}, headers={"host": EVIL})
        assert len(mail.outbox) == 2
        assert all(EVIL not in letter.body for letter in mail.outbox)
