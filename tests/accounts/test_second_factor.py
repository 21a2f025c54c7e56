"""Does staff sign in with a second factor, and what opens the account when that is lost?"""

from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.utils import timezone

from tests import people

ACTIVATE = "/account/2fa/totp/activate/"
DEACTIVATE = "/account/2fa/totp/deactivate/"
CODES = "/account/2fa/recovery-codes/"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def required(settings) -> Iterator[None]:
    """The clock stands still: a code is good for half a minute."""
    settings.STAFF_SECOND_FACTOR = True
    with time_machine.travel(timezone.now(), tick=False):
        yield


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


class StaffSecondFactorTests:
    @pytest.mark.parametrize("name", ["anna", "mona", "max_", "admin"])
    def test_staff_without_one_are_sent_to_set_it_up(self, client, db, name):
        client.force_login(getattr(people, name)())

        for path in ("/", "/moderation/", "/admin/", "/netiquette/"):
            answer = client.get(path)
            assert (answer.status_code, answer.url) == (302, ACTIVATE)

    def test_htmx_goes_there_as_a_whole_page(self, client, mona):
        client.force_login(mona)
        answer = client.get("/moderation/", headers={"HX-Request": "true"})

        assert answer["HX-Redirect"] == ACTIVATE

    def test_the_way_there_and_out_is_open(self, client, mona):
        client.force_login(mona)

        assert client.get("/account/settings/").status_code == 200
        assert client.post("/account/logout/").status_code == 302

    def test_mona_sets_it_up_and_needs_it_from_then_on(self, client, mona):
        sign_in = {"login": mona.email, "password": people.PASSWORD}
        client.post("/account/login/", sign_in)
        client.post("/account/reauthenticate/", {"password": people.PASSWORD})
        page = client.get(ACTIVATE)
        assert (
            "Bitte lesen Sie den QR-Code mit Ihrer Authenticator-App ein" in page.content.decode()
        )
        assert "img-src 'self' data:" in page["Content-Security-Policy"]
        client.post(ACTIVATE, {"code": code_of(page.context["form"].secret)})
        assert client.get("/netiquette/").status_code == 200

        client.logout()
        assert client.post("/account/login/", sign_in).url == "/account/2fa/authenticate/"
        assert client.get("/account/settings/").status_code == 302

    def test_a_code_is_good_once(self, client, mona):
        TOTP.activate(mona, SECRET)
        client.post("/account/login/", {"login": mona.email, "password": people.PASSWORD})
        code = code_of(SECRET)
        assert client.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
        client.logout()
        client.post("/account/login/", {"login": mona.email, "password": people.PASSWORD})
        answer = client.post("/account/2fa/authenticate/", {"code": code})

        assert answer.status_code == 422
        assert "Der Code stimmt nicht oder wurde schon benutzt." in answer.content.decode()

    def test_readers_are_not_asked(self, client, alice):
        client.force_login(alice)

        assert client.get("/netiquette/").status_code == 200

    def test_it_may_be_off_in_development(self, client, mona, settings):
        settings.STAFF_SECOND_FACTOR = False
        client.force_login(mona)

        assert client.get("/netiquette/").status_code == 200
        assert not Authenticator.objects.exists()

    @pytest.mark.parametrize("path", ["/admin/", "/admin/login/"])
    def test_the_admin_has_no_door_of_its_own(self, client, mona, path):
        """Its own sign-in page would ask for no code, and count no wrong passwords."""
        TOTP.activate(mona, SECRET)
        client.post("/admin/login/", {"username": mona.email, "password": people.PASSWORD})
        assert "_auth_user_id" not in client.session

        page = client.get(path, follow=True)
        assert page.redirect_chain[-1][0].startswith("/account/login/?next=")


class RecoveryCodeTests:
    """Alice has set up an app, and keeps the codes in a drawer."""

    @pytest.fixture
    def codes(self, client, alice) -> list[str]:
        self.enter(client, alice)
        self.confirm(client)
        secret = client.get(ACTIVATE).context["form"].secret
        answer = client.post(ACTIVATE, {"code": code_of(secret)}, follow=True)
        assert answer.redirect_chain[-1][0] == CODES
        return answer.context["unused_codes"]

    def enter(self, client, person, code: str = ""):
        client.logout()
        answer = client.post(
            "/account/login/", {"login": person.email, "password": people.PASSWORD}
        )
        return client.post("/account/2fa/authenticate/", {"code": code}) if code else answer

    def confirm(self, client) -> None:
        client.post("/account/reauthenticate/", {"password": people.PASSWORD})

    def test_each_opens_the_account_once(self, client, alice, codes):
        assert len(set(codes)) == 10
        assert self.enter(client, alice).url == "/account/2fa/authenticate/"
        assert self.enter(client, alice, codes[0]).status_code == 302
        assert client.get("/account/settings/").status_code == 200

        again = self.enter(client, alice, codes[0])
        assert again.status_code == 422
        assert "Der Code stimmt nicht oder wurde schon benutzt." in again.content.decode()
        assert "_auth_user_id" not in client.session
        assert self.enter(client, alice, codes[1]).status_code == 302

    def test_the_page_counts_those_that_are_left(self, client, alice, codes):
        self.enter(client, alice, codes[0])
        self.confirm(client)
        page = client.get(CODES).content.decode()

        assert "9 Codes sind unbenutzt." in page
        assert codes[0] not in page
        assert codes[1] in page

    def test_new_ones_make_the_former_void(self, client, alice, codes):
        self.enter(client, alice, codes[0])
        self.confirm(client)
        new = client.post(f"{CODES}generate/", follow=True).context["unused_codes"]
        assert len(new) == 10
        assert not set(new) & set(codes)

        assert self.enter(client, alice, codes[1]).status_code == 422
        assert self.enter(client, alice, new[0]).status_code == 302

    def test_the_app_is_taken_away_with_all_codes_once_she_has_confirmed(
        self, client, alice, codes
    ):
        self.enter(client, alice, codes[0])
        assert client.post(DEACTIVATE).url.startswith("/account/reauthenticate/")
        assert Authenticator.objects.filter(user=alice, type=Authenticator.Type.TOTP).exists()

        self.confirm(client)
        assert client.post(DEACTIVATE).status_code == 302
        assert not Authenticator.objects.filter(user=alice).exists()
        self.enter(client, alice)
        assert client.get("/account/settings/").status_code == 200
