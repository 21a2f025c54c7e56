"""Does a passkey work in a real browser, from adding it to removing it?

Chromium brings an authenticator that answers without a finger. The pages must be asked for by the
name localhost: a passkey belongs to a name, never to a number.
"""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from tests.e2e.conftest import sign_in_by_form
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e


def plug_in(page: Page, *, has_pin: bool = True) -> None:
    """A key that this browser finds whenever it is asked for one."""
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": has_pin,
        "isUserVerified": has_pin,
        "automaticPresenceSimulation": True,
    }
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def add_passkey(page: Page, name: str, *, without_password: bool) -> None:
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Passkey hinzufügen").click()
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Bestätigen").click()
    page.get_by_label("Name").fill(name)
    if without_password:
        page.get_by_label("Ohne Passwort").check()
    page.get_by_role("button", name="Passkey hinzufügen").click()
    expect(page.get_by_role("heading", name="Ersatzcodes")).to_be_visible()


def sign_out(page: Page) -> None:
    page.goto("/account/settings/")
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("link", name="Anmelden").first).to_be_visible()


@pytest.mark.usefixtures("transactional_db")
class PasskeyTests:
    def test_alice_adds_one_names_it_signs_in_with_it_alone_and_removes_it(self, visit, alice):
        page = visit("/account/login/")
        plug_in(page)
        sign_in_by_form(page, alice, PASSWORD)
        add_passkey(page, "Mein Telefon", without_password=True)
        sign_out(page)

        page.goto("/account/login/?next=/netiquette/")
        page.get_by_role("button", name="Passkey benutzen").click()
        page.wait_for_url("**/netiquette/")
        expect(page.get_by_role("link", name="Alice")).to_be_visible()

        page.goto("/account/2fa/webauthn/")
        expect(page.get_by_role("heading", name="Mein Telefon")).to_be_visible()
        page.get_by_role("link", name="Umbenennen Mein Telefon").click()
        # What concerns safety is confirmed anew, here with the passkey as well.
        page.get_by_role("link", name="Mit einem Sicherheitsschlüssel").click()
        page.get_by_role("button", name="Mit dem Passkey bestätigen").click()
        page.get_by_label("Name").fill("Das alte Telefon")
        page.get_by_role("button", name="Speichern").click()
        page.get_by_role("link", name="Entfernen Das alte Telefon").click()
        page.get_by_role("button", name="Schlüssel entfernen").click()
        expect(page.get_by_text("Es gibt noch keinen.")).to_be_visible()
        assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()

    def test_mona_needs_hers_after_the_password(self, visit, mona, settings):
        settings.STAFF_SECOND_FACTOR = True
        page = visit("/account/login/")
        plug_in(page, has_pin=False)
        sign_in_by_form(page, mona, PASSWORD)
        add_passkey(page, "Schlüsselbund", without_password=False)
        sign_out(page)

        sign_in_by_form(page, mona, PASSWORD)
        page.wait_for_url("**/account/2fa/authenticate/**")
        page.get_by_role("button", name="Passkey benutzen").click()
        expect(page.get_by_role("link", name="Mona")).to_be_visible()
        page.goto("/moderation/")
        expect(page.get_by_text("Nichts zu tun")).to_be_visible()

    def test_without_a_key_the_page_says_so_and_the_password_still_works(self, visit, alice):
        page = visit("/account/login/")
        plug_in(page)
        page.get_by_role("button", name="Passkey benutzen").click()
        expect(page.get_by_text("Das hat nicht geklappt.")).to_be_visible()
        sign_in_by_form(page, alice, PASSWORD)
        expect(page.get_by_role("link", name="Alice")).to_be_visible()

    def test_without_script_nothing_is_offered_that_would_not_work(self, visit):
        page = visit("/account/login/", script=False)
        expect(page.get_by_role("button", name="Passkey benutzen")).to_have_count(0)
        expect(page.get_by_text("Ein Passkey braucht JavaScript")).to_be_visible()
