"""Is anybody let in where he does not belong: by a forged form, by guessing, by what a header says,
by a session of former times?"""

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.limits import LIMITS, Limit, per
from accounts.models import PersonalDataExport, User
from forum.models import Comment
from moderation.deciding import decide
from moderation.flagging import flag
from tests import people
from tests.accounts.test_signing_up import KARLA, SIGNUP
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD
from tests.stage import WatchedClient, undone
from tests.test_permissions import FORMS, REMOVED, second_factors_of
from tests.walk import EVIL, addresses, walked

__all__ = ["walked"]
pytestmark = pytest.mark.django_db

LOGIN, RESET = "/account/login/", "/account/password/reset/"
# The key in the address is all that these ask for; nobody's session stands behind them, so there
# is nothing that another site could make a reader do.
BY_KEY_ALONE = {"unsubscribe/<str:key>/": {404}}
# Sent by browsers themselves; it changes nothing.
REPORTS = {"policy/reports/": {415}}
# Only what asks for a token answers with it: who may not come in anyway is told something else.
NO_TOKEN = "Die Seite war zu lange offen"
TOKEN, OURS = "t" * 32, "https://testserver"


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
            if answer.status_code == 403:
                assert NO_TOKEN in answer.content.decode(), address
                refused += 1
        assert refused > 150

    @pytest.mark.parametrize("header", ["Origin", "Referer"])
    def test_nor_is_one_that_has_got_a_token(self, walked, header):
        """Browsers say where a form comes from; the same one of our own page is let through."""
        client = WatchedClient(enforce_csrf_checks=True)
        client.force_login(walked.persons["moderator"])
        client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        cookies = deepcopy(client.cookies)
        form = {"body": "x", "csrfmiddlewaretoken": TOKEN}
        refused = 0
        for _route, address in addresses(walked.values):
            client.cookies = deepcopy(cookies)
            headers = {header: f"https://{EVIL}"}
            foreign = client.post(address, form, headers=headers, secure=True)
            if foreign.status_code != 403:
                continue
            assert NO_TOKEN in foreign.content.decode(), address
            assert foreign.written == set(), address
            refused += 1
            with undone():
                own = client.post(address, form, headers={header: OURS}, secure=True)
            assert NO_TOKEN.encode() not in own.getvalue(), address
        assert refused > 150


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


# Each asks for something new: what has been asked already is not counted again.


def posting(client: Client, reader: User | None, number: int) -> HttpResponse:
    return client.post(f"{discussion()}comments/", {"body": f"Das ist mein {number}. Grund."})


def previewing(client: Client, reader: User, number: int) -> HttpResponse:
    return client.post(f"{discussion()}preview/", {"body": "Und der Wochenmarkt?"})


def editing(client: Client, reader: User, number: int) -> HttpResponse:
    return client.post(f"{comment_of(reader)}revisions/", {"body": "Endlich Ruhe am Ufer."})


def recommending(client: Client, reader: User, number: int) -> HttpResponse:
    return client.post(f"{comment_of(bob())}recommendation/")


def flagging(client: Client, reader: User, number: int) -> HttpResponse:
    return client.post(f"{comment_of(bob())}flags/", {"reason": "rude"})


def giving_notice(client: Client, reader: User | None, number: int) -> HttpResponse:
    return notify(client, comment_of(bob()), email=f"gerda{number}@example.com")


def giving_notice_of_one(client: Client, reader: None, number: int) -> HttpResponse:
    first = Comment.objects.published().filter(author=bob()).earliest("pk")
    return notify(client, first.get_absolute_url(), email=f"gerda{number}@example.com")


def having_us_write_to_one(client: Client, reader: None, number: int) -> HttpResponse:
    return notify(client, comment_of(bob()), email="hanna@example.com")


def appealing(client: Client, reader: User, number: int) -> HttpResponse:
    comment = make_comment(make_discussion(), reader)
    decision = decide(
        flag(comment, reader=bob(), reason="rude").case,
        moderator=User.objects.get(name="Mona"),
        measure="remove",
        revision=comment.revisions.get(),
        **REMOVED,
    )
    return client.post(f"{decision.get_absolute_url()}appeal/", {"text": "Das war Spott."})


def searching(client: Client, reader: User | None, number: int) -> HttpResponse:
    return client.get("/search/?q=Ufer")


def reporting(client: Client, reader: None, number: int) -> HttpResponse:
    return client.post("/policy/reports/", "[]", content_type="application/reports+json")


def exporting(client: Client, reader: User, number: int) -> HttpResponse:
    PersonalDataExport.objects.filter(reader=reader).delete()
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client.post("/account/data/")


def deciding(client: Client, moderator: User, number: int) -> HttpResponse:
    pk = make_comment(make_discussion(), bob()).pk
    form = {"reason": "Die Drohung nennt Ort und Zeit."}
    return client.post(f"/moderation/comments/{pk}/danger/", form)


def signing_up(client: Client, reader: None, number: int) -> HttpResponse:
    form = KARLA | {"email": f"karla{number}@example.org", "name": f"Karla {number}"}
    return client.post(SIGNUP, form)


def signing_in(client: Client, reader: None, number: int) -> HttpResponse:
    form = {"login": f"karla{number}@example.org", "password": "falsch, ganz falsch"}
    return client.post(LOGIN, form)


def with_a_passkey(client: Client, reader: None, number: int) -> HttpResponse:
    return client.post("/account/2fa/webauthn/login/", {"credential": "{}"})


def resetting(client: Client, reader: None, number: int) -> HttpResponse:
    return client.post(RESET, {"email": f"karla{number}@example.org"})


def bob() -> User:
    return User.objects.get(name="Bob")


def discussion() -> str:
    return make_discussion().get_absolute_url()


def comment_of(author: User) -> str:
    return make_comment(make_discussion(), author).get_absolute_url()


def notify(client: Client, comment: str, *, email: str) -> HttpResponse:
    about = {"address": f"{settings.SITE_URL}{comment}", "email": email}
    return client.post(f"{comment}notices/", FORMS["moderation:notices"] | about)


ASKING = {
    "post": posting, "edit": editing, "recommend": recommending, "flag": flagging,
    "notice": giving_notice, "notice_of_comment": giving_notice_of_one,
    "notice_to_mailbox": having_us_write_to_one, "appeal": appealing, "preview": previewing,
    "sign_up": signing_up, "search": searching, "policy_report": reporting, "export": exporting,
    "decide": deciding,
}  # fmt: skip
BY_ADDRESS = [action for action, limit in LIMITS.items() if limit.address]
BY_ACCOUNT = [action for action, limit in LIMITS.items() if limit.regular]
# Those that nobody without an account gets as far as to be counted.
WITH_ACCOUNT = {"post", "recommend", "flag", "appeal"}
TWICE = (per(2, minutes=1),)
COUNTED_BY_ALLAUTH = [
    ("login", signing_in), ("login_failed", signing_in), ("webauthn_login", with_a_passkey),
    ("reset_password", resetting), ("signup", signing_up), ("confirm_email", signing_up),
]  # fmt: skip


class ClaimedAddressTests:
    """Limits count who connects, not who he says he is (security.md case 13)."""

    @pytest.mark.parametrize("action", BY_ADDRESS)
    def test_whoever_shares_an_address_shares_its_limit(self, walked, monkeypatch, action):
        monkeypatch.setitem(LIMITS, action, Limit(address=TWICE))
        readers = [
            people.person(f"Rita {number}") if action in WITH_ACCOUNT else None
            for number in range(4)
        ]
        assert too_fast(ASKING[action], readers) == [False, False, True, True]

    @pytest.mark.parametrize("action", BY_ACCOUNT)
    def test_an_account_has_its_limit_wherever_it_says_it_is(self, walked, monkeypatch, action):
        monkeypatch.setitem(LIMITS, action, Limit(regular=TWICE, trusted=TWICE))
        who = people.person("Rita", role="moderator" if action == "decide" else "")
        assert too_fast(ASKING[action], [who] * 4) == [False, False, True, True]

    @pytest.mark.parametrize(("action", "ask"), COUNTED_BY_ALLAUTH)
    def test_so_do_those_that_allauth_counts(self, walked, settings, action, ask):
        settings.MFA_RATE_LIMITS = {action: "2/h/ip"}
        settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {action: "2/h/ip"}
        assert too_fast(ask, [None] * 4) == [False, False, True, True]

    @pytest.mark.parametrize(
        ("ask", "allowed"), [(signing_up, 5), (signing_in, 10), (resetting, 20)]
    )
    def test_at_the_doors_they_are_as_written(self, walked, ask, allowed):
        assert too_fast(ask, [None] * (allowed + 2)) == [False] * allowed + [True] * 2

    def test_no_more_drafts_of_strangers_are_kept(self, walked, monkeypatch):
        monkeypatch.setitem(LIMITS, "post", Limit(address=TWICE))
        kept = []
        for number in range(4):
            client = Client(headers=claims(number))
            posting(client, None, number)
            kept.append("draft" in client.session)
        assert kept == [True, True, False, False]


def too_fast(ask: Callable, persons: list[User | None]) -> list[bool]:
    """Whether it was too fast for each of them, from a browser of his own."""
    answers = []
    for number, person in enumerate(persons):
        client = Client(headers=claims(number))
        if person:
            client.force_login(person)
        answers.append(ask(client, person, number))
    return [answer.status_code == 429 for answer in answers]


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

    @pytest.mark.parametrize("which", ["app", "passkey"])
    def test_so_does_taking_ones_own_second_factor_away(self, walked, which):
        alice = User.objects.get(email="alice@example.org")
        passkey = second_factors_of(alice)["mfa_remove_webauthn pk"]
        place = {"app": "totp/deactivate", "passkey": f"webauthn/keys/{passkey}/remove"}[which]
        client = Client()
        client.force_login(alice)
        answer = client.post(f"/account/2fa/{place}/")
        assert urlsplit(answer.url).path == "/account/reauthenticate/"
        assert Authenticator.objects.filter(user=alice).count() == 3

        client.post("/account/reauthenticate/", {"password": PASSWORD})
        client.post(f"/account/2fa/{place}/")
        assert Authenticator.objects.filter(user=alice).count() < 3

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
