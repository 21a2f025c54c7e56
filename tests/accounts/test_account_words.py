"""Do all pages and mails about accounts speak German, in the Sie form, and as we would say it?"""

import re
from html import unescape

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from tests import people
from tests.routes import address_of, routes

FAMILIAR = re.compile(r"\b(du|dein\w*|dir|dich|euch|euer\w*|leider)\b", re.IGNORECASE)
ENGLISH = re.compile(
    r"\b(the|you|your|please|this|email|sign|password|security|recovery|enter|session\w*|"
    r"authentication|current|and|with|for|not)\b",
    re.IGNORECASE,
)
MAILS = [
    "account/email/account_already_exists", "account/email/email_changed",
    "account/email/email_confirm", "account/email/email_confirmation",
    "account/email/email_confirmation_signup", "account/email/email_deleted",
    "account/email/password_changed", "account/email/password_reset",
    "account/email/password_reset_code", "account/email/password_set",
    "mfa/email/recovery_codes_generated", "mfa/email/totp_activated",
    "mfa/email/totp_deactivated", "mfa/email/webauthn_added", "mfa/email/webauthn_removed",
]  # fmt: skip


def words_of(html: str) -> str:
    """What a person reads or hears: no tags, no scripts, but labels and descriptions."""
    html = re.sub(r"<script.*?</script>", " ", html, flags=re.DOTALL)
    spoken = " ".join(re.findall(r'(?:alt|aria-label|title|placeholder)="([^"]*)"', html))
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()) + " " + spoken)


def odd_words(text: str) -> list[str]:
    return [found.group() for rule in (FAMILIAR, ENGLISH) for found in rule.finditer(text)]


def walk(client, paper) -> dict[str, list[str]]:
    """Address -> words that we would not say; also what has no heading or no title of its own."""
    found, seen = {}, set()
    for where, name, _pattern in routes():
        if not where.startswith("account/"):
            continue
        answer = client.get(address_of(where, name, paper), follow=True)
        address = answer.redirect_chain[-1][0] if answer.redirect_chain else where
        if address in seen or "html" not in answer.headers.get("Content-Type", ""):
            continue
        seen.add(address)
        html = answer.content.decode()
        wrong = odd_words(words_of(html))
        if answer.status_code == 200 and html.count("<h1") != 1:
            wrong.append("not one heading")
        if re.search(r"<title>\s*·", html):
            wrong.append("no title")
        if wrong:
            found[address] = wrong
    assert len(seen) > 5
    return found


class PagesTests:
    def test_strangers_are_spoken_to_as_we_would(self, client, paper):
        assert walk(client, paper) == {}

    def test_readers_are_too(self, client, paper, alice):
        client.force_login(alice)
        assert walk(client, paper) == {}

    def test_and_with_all_that_a_second_factor_brings(self, client, paper, alice):
        client.post("/account/login/", {"login": alice.email, "password": people.PASSWORD})
        client.post("/account/reauthenticate/", {"password": people.PASSWORD})
        TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(alice)
        assert walk(client, paper) == {}

    def test_and_between_password_and_code(self, client, alice):
        TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
        answer = client.post(
            "/account/login/", {"login": alice.email, "password": people.PASSWORD}, follow=True
        )
        assert answer.redirect_chain[-1][0].startswith("/account/2fa/authenticate/")
        assert odd_words(words_of(answer.content.decode())) == []


class MailsTests:
    @pytest.mark.parametrize("prefix", MAILS)
    def test_mails_are_too_as_text_and_as_html(self, rf, alice, prefix):
        about = {
            "code": "QTXR-7K", "user": alice, "timestamp": "24.11.2026, 16:00 Uhr",
            "from_email": "alt@example.org", "to_email": "neu@example.org",
            "deleted_email": "alt@example.org", "email": "<b>@example.org",
            "SITE_URL": "https://forum.example.org",
            "SITE_NAME": "Müller & Söhne", "CONTACT_EMAIL": "leserdialog@example.org",
        }  # fmt: skip
        with context.request_context(rf.get("/")):
            letter = get_adapter().render_mail(prefix, alice.email, about)
        [(html, kind)] = letter.alternatives

        assert kind == "text/html"
        assert letter.body.startswith("Guten Tag,")
        for text in (letter.subject, letter.body, words_of(html)):
            assert odd_words(re.sub(r"https?://\S+", "", text)) == []
        assert "Müller &amp; Söhne" in html
        assert "<b>@" not in html
        said, _signature = letter.body.split("\n-- \n")
        assert ("<a " in html) == ("http" in said)
        assert alice.name not in letter.body
