"""Does staff sign in with a second factor?"""

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
