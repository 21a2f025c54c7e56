"""Does every answer carry what protects the reader (security.md 2.2), whoever asks, and is what is
one reader's never kept by a cache?"""

from collections.abc import Iterator
from copy import deepcopy

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.limits import LIMITS, Limit, per
from accounts.models import User
from tests.accounts.test_exporting import prepared
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD
from tests.routes import address_of, asked_for
from tests.stage import undone
from tests.test_permissions import FORMS, names, session_of
from tests.walk import EVIL, HOSTILE, Got, Paper, addresses, client_of, walked

__all__ = ["walked"]
pytestmark = pytest.mark.django_db

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "default",
    "report-to": "csp",
}
# The QR code of an authenticator is the one picture that is not a file.
OTHER_POLICIES = {"account/2fa/totp/activate/": {"img-src": "'self' data:"}}


# Anybody's script may read them, without the cookies of whoever it runs for.
READ_FROM_ANYWHERE = {"counts/", "/static/css/tokens.css"}
EXPORTS = {"account/data/<int:pk>/json/", "account/data/<int:pk>/html/"}
# Not refused to the reader, so that what they are answered with has been looked at.
TAKEN_FROM_READERS = {
    "forum:write", "forum:preview", "forum:revisions", "forum:withdrawal", "forum:recommendation",
    "forum:following", "moderation:flags", "moderation:notices",
}  # fmt: skip


@pytest.fixture(autouse=True)
def as_in_production(settings) -> None:
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.RATE_LIMITS = False
    # Files as they lie in the checkout: nobody has collected them for the tests.
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True


def assert_dressed(answer: HttpResponse, where: str) -> None:
    found = {name: answer.headers.get(name) for name in HEADERS}
    assert found == HEADERS, where
    assert answer.headers["Reporting-Endpoints"] == 'csp="/policy/reports/"', where
    parts = answer.headers["Content-Security-Policy"].split(";")
    policy = dict(part.strip().split(" ", 1) for part in parts)
    assert policy in (POLICY, POLICY | OTHER_POLICIES.get(where, {})), where
    assert answer.headers["Cache-Control"], where
    anywhere = "*" if where in READ_FROM_ANYWHERE else None
    assert answer.headers.get("Access-Control-Allow-Origin") == anywhere, where
    assert "Access-Control-Allow-Credentials" not in answer.headers, where


def got(paper: Paper, role: str) -> Iterator[Got]:
    """Signed in just now, with a copy of his data ready: such pages show something else then."""
    person, values = paper.persons[role], paper.values
    client = client_of(person)
    if person:
        client.post("/account/reauthenticate/", {"password": PASSWORD}, secure=True)
        export = prepared(person).pk
        values = values | {"accounts:json_file pk": export, "accounts:html_file pk": export}
    queries = asked_for(values)
    for route, address in addresses(values):
        asked = f"{address}?{queries.get(route, '')}&next=//{EVIL}/"
        answer = client.get(asked, headers=HOSTILE, secure=True)
        yield Got(role, route, address, answer)


def sent(paper: Paper, role: str) -> Iterator[Got]:
    """Every form, as a browser sends it and as htmx does; each as if it were the first.

    Not those of the operators' desk, which lets none of these in (tests/test_permissions.py).
    """
    person, values = paper.persons[role], paper.values
    client = client_of(person)
    if person:
        own = make_comment(make_discussion(), person).pk
        values = values | {"forum:revisions pk": own, "forum:withdrawal pk": own}
    cookies = deepcopy(client.cookies)
    for name, route in names().items():
        if route.startswith("admin/"):
            continue
        address = address_of(route, name, values)
        form = {field: text.format_map(values) for field, text in FORMS.get(name, {}).items()}
        for headers in ({}, {"HX-Request": "true"}):
            client.cookies = deepcopy(cookies)
            with undone():
                answer = client.post(address, form, headers=headers, secure=True)
            yield Got(role, name, address, answer)


def secrets_before(person: User | None) -> set[bytes]:
    """Of others, as bytes: their mailboxes, and from where Alice is signed in."""
    mailboxes = {"alice@example.org", "bob@example.org", "carla@example.org", "mona@example.org",
                 "dieter@example.org", "gerda@example.com"}  # fmt: skip
    signed_in_from = session_of(User.objects.get(name="Alice")).ip
    own = {person.email} if person else set()
    return {secret.encode() for secret in (mailboxes | {signed_in_from}) - own}


def told(answer: HttpResponse) -> bytes:
    """Headers, cookies and page."""
    headers = answer.serialize_headers() + answer.cookies.output().encode()
    return headers + answer.getvalue()


class EveryAddressTests:
    """Everything is asked with headers and a `next` that would lead elsewhere if believed."""

    @pytest.mark.parametrize("role", ["stranger", "reader", "moderator"])
    def test_is_dressed_kept_by_nobody_else_and_leads_nowhere_else(self, walked, role):
        person = walked.persons[role]
        theirs = secrets_before(person)
        for _role, route, address, answer in got(walked, role):
            assert answer.status_code < 500, address
            assert answer.status_code != 400, address
            assert not person or route not in EXPORTS or answer.status_code == 200, address
            assert_dressed(answer, route)
            kept = answer.headers["Cache-Control"]
            if person:
                assert "no-store" in kept, address
            elif "public" in kept:
                assert not answer.cookies, address
                assert "Cookie" not in answer.headers.get("Vary", ""), address
            assert EVIL not in answer.headers.get("Location", "").split("?")[0], address
            everything = told(answer)
            assert not [one for one in theirs if one in everything], address

    @pytest.mark.parametrize("role", ["stranger", "reader", "moderator"])
    def test_tells_nobody_elses_address_to_who_sends_a_form(self, walked, role):
        theirs, taken = secrets_before(walked.persons[role]), set()
        for _role, name, address, answer in sent(walked, role):
            everything = told(answer)
            assert not [one for one in theirs if one in everything], address
            if answer.status_code in {200, 303}:
                taken.add(name)
        assert role != "reader" or taken >= TAKEN_FROM_READERS

    def test_public_pages_are_the_same_whatever_else_is_sent(self, walked):
        """What no cache keys by must change no byte: headers that proxies of others believe."""
        client, compared = client_of(None), 0
        for _route, address in addresses(walked.values):
            # Pages say of when they are.
            with time_machine.travel(timezone.now(), tick=False):
                plain = client.get(address, secure=True)
                if "public" not in plain.headers["Cache-Control"]:
                    continue
                hostile = client.get(address, headers=HOSTILE, secure=True)
            assert hostile.content == plain.content, address
            assert hostile.headers.get("ETag") == plain.headers.get("ETag"), address
            compared += 1
        assert compared > 15

    def test_a_foreign_host_gets_nothing_anywhere(self, walked):
        client = client_of(walked.persons["reader"])
        for _route, address in addresses(walked.values):
            answer = client.get(address, headers={"host": EVIL}, secure=True)
            assert answer.status_code == 400, address
            assert EVIL.encode() not in answer.content, address


class ErrorTests:
    @pytest.mark.parametrize("role", ["stranger", "reader", "moderator"])
    def test_so_are_refusals_and_files(self, walked, role, settings):
        client = client_of(walked.persons[role])
        for address, status in [
            ("/nowhere/", 404),
            ("/" + "a" * 8_192, 414),
            ("/static/css/tokens.css", 200),
            ("/static/nowhere.css", 404),
        ]:
            answer = client.get(address, secure=True)
            assert (answer.status_code, address[:30]) == (status, address[:30])
            assert_dressed(answer, address[:30])
        for answer, status in [
            (client.put("/", secure=True), 405),
            (client.post("/account/login/", {"login": "a" * 2_000_000}, secure=True), 413),
            (client.get("/", headers={"host": EVIL}, secure=True), 400),
            (client.head("/", secure=True), 200),
        ]:
            assert answer.status_code == status
            assert_dressed(answer, str(status))

    @pytest.mark.parametrize("role", ["stranger", "reader", "moderator"])
    def test_so_is_a_page_that_broke(self, walked, role, monkeypatch):
        def broken(request):
            raise RuntimeError("broken on purpose")

        client = client_of(walked.persons[role])
        monkeypatch.setattr("config.middleware._is_text", broken)
        answer = client.post("/account/login/", {"login": "a"}, secure=True)
        assert answer.status_code == 500
        assert_dressed(answer, "500")

    @pytest.mark.parametrize("role", ["stranger", "reader", "moderator"])
    def test_so_is_a_form_without_token(self, walked, role):
        client = client_of(walked.persons[role], enforce_csrf_checks=True)
        answer = client.post("/account/login/", {"login": "a"}, secure=True)
        assert answer.status_code == 403
        assert_dressed(answer, "403")

    @pytest.mark.parametrize("role", ["stranger", "reader", "moderator"])
    def test_so_is_too_fast(self, walked, role, settings, monkeypatch):
        settings.RATE_LIMITS = True
        once = (per(1, minutes=1),)
        for action in ("search", "notice"):
            limit = Limit(regular=once, trusted=once, address=once)
            monkeypatch.setitem(LIMITS, action, limit)
        client, values = client_of(walked.persons[role]), walked.values
        found = [client.get("/search/?q=Ufer", secure=True) for _time in range(2)]
        given = []
        for name in ("forum pk", "moderation:notices pk"):
            comment = f"/comments/{values[name]}/"
            form = FORMS["moderation:notices"] | {"address": f"{settings.SITE_URL}{comment}"}
            given.append(client.post(f"{comment}notices/", form, secure=True))
        assert [answer.status_code for answer in found + given] == [200, 429, 303, 429]
        for answer in (found[1], given[1]):
            assert_dressed(answer, "429")

    @pytest.mark.parametrize("role", ["reader", "moderator"])
    def test_so_is_the_code_of_an_authenticator(self, walked, role):
        """Its picture is shown, and nothing else is allowed for it."""
        client = client_of(walked.persons[role])
        client.post("/account/reauthenticate/", {"password": PASSWORD}, secure=True)
        (where,) = OTHER_POLICIES
        answer = client.get(f"/{where}", secure=True)
        assert answer.status_code == 200
        assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]
        assert_dressed(answer, where)

    def test_strangers_get_no_cookie_while_they_read(self, walked):
        for address in ("/", walked.values["address"].removeprefix("http://127.0.0.1:8000")):
            assert not Client().get(address).cookies
