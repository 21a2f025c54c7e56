"""What do the account pages answer to what nobody should send? B20 to B30 of the list."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.utils import timezone

from accounts.models import User
from tests import people
from tests.accounts.test_signing_up import CONFIRM, KARLA, SIGNUP, code_from_mail

LOGIN, RESET, SECOND = "/account/login/", "/account/password/reset/", "/account/2fa/authenticate/"
ALICE = {"login": "alice@example.org", "password": people.PASSWORD}
SECRET = "JBSWY3DPEHPK3PXP"


def is_signed_in(client) -> bool:
    return client.get("/account/settings/").status_code == 200


@pytest.mark.django_db
class SignUpTests:
    def test_b20_a_known_address_is_answered_like_a_new_one(self, client, alice):
        new = client.post(SIGNUP, KARLA)
        client.logout()
        known = client.post(SIGNUP, KARLA | {"email": alice.email, "name": "Karla B"})

        assert (new.status_code, new.url) == (known.status_code, known.url)
        assert mail.outbox[-1].subject == "Sie haben schon ein Konto"

    @pytest.mark.parametrize(
        "address",
        ["a@b", "a b@c.de", "a@@b.de", '"<x>"@b.de', "a" * 250 + "@b.de", "a@b.de\r\nBcc: c@d.de"],
    )
    def test_b21_what_is_no_address_gets_no_mail(self, client, address):
        answer = client.post(SIGNUP, KARLA | {"email": address})

        assert answer.status_code == 422
        assert "Bitte prüfen Sie die E-Mail-Adresse." in answer.content.decode()
        assert not mail.outbox

    def test_b22_umlauts_of_a_domain_are_kept_in_one_form(self, client):
        client.post(SIGNUP, KARLA | {"email": "mueller@exämple.de"})

        assert EmailAddress.objects.get().email == "mueller@xn--exmple-cua.de"

    def test_b22_umlauts_before_the_at_are_refused_with_the_reason(self, client):
        """Unlike the list, which takes müller@: Django writes such a recipient as an encoded word.

        That is another address; to reach this one, every mail server on the way must know
        SMTPUTF8. Whoever signed up would wait for a code that never comes.
        """
        answer = client.post(SIGNUP, KARLA | {"email": "müller@exämple.de"})

        assert answer.status_code == 422
        assert "An Adressen mit Umlauten" in answer.content.decode()
        assert not mail.outbox

    @pytest.mark.parametrize("address", ["ALICE@example.org", "alice@ｅｘａｍｐｌｅ.org"])
    def test_b23_case_and_full_width_letters_make_no_second_account(self, client, alice, address):
        client.post(SIGNUP, KARLA | {"email": address})

        assert User.objects.count() == 1
        assert mail.outbox[-1].to == ["alice@example.org"]

    @pytest.mark.parametrize("address", ["ａlice@example.org", "alıce@example.org"])
    def test_b23_no_reset_mail_goes_to_a_look_alike(self, client, alice, address):
        answer = client.post(RESET, {"email": address})

        assert answer.status_code == 422
        assert not mail.outbox

    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("elf Zeichen", "mindestens 12 Zeichen"),
            ("password1234", "zu üblich"),
            ("Karla Brandt!", "zu ähnlich"),
            ("Lindauer Bote 1", "dem Namen der Zeitung zu ähnlich"),
        ],
    )
    def test_b24_a_poor_password_is_refused_with_the_rule(self, client, settings, password, why):
        settings.SITE_NAME = "Lindauer Bote"
        answer = client.post(SIGNUP, KARLA | {"password1": password})

        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert password not in answer.content.decode()

    @pytest.mark.parametrize(
        ("chosen", "typed"),
        [
            ("ein Steg " * 28 + "Lauf", "ein Steg " * 28 + "Lauf"),
            ("🌲 Steg im Schilf 🌊", "🌲 Steg im Schilf 🌊"),
            ("Föhr über Nacht", "Fo\u0308hr u\u0308ber Nacht"),
            ("Fo\u0308hr u\u0308ber Nacht", "Föhr über Nacht"),
        ],
    )
    def test_b25_long_ones_emoji_and_either_way_of_umlauts_sign_in(self, client, chosen, typed):
        assert len(chosen) <= 256
        client.post(SIGNUP, KARLA | {"password1": chosen})
        client.post(CONFIRM, {"code": code_from_mail()})
        client.post("/account/logout/")
        client.post(LOGIN, {"login": KARLA["email"], "password": typed})

        assert is_signed_in(client)

    def test_b26_a_password_of_a_megabyte_is_refused_without_being_hashed(
        self, client, monkeypatch
    ):
        monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *_: pytest.fail("hashed"))
        answer = client.post(SIGNUP, KARLA | {"password1": "x" * 990_000})

        assert answer.status_code == 422
        assert "höchstens 256 Zeichen" in answer.content.decode()

    @pytest.mark.parametrize(
        "name",
        ["", "K", "x" * 41, "Redaktion", "R\u0435daktion", "admin", "a\u200bb", "a\u202eb"],
    )
    def test_b27_an_impossible_name_is_refused_with_the_reason(self, client, name):
        answer = client.post(SIGNUP, KARLA | {"name": name})

        assert answer.status_code == 422
        said = "Dieser Name ist nicht möglich." if name else 'id="id_name_error"'
        assert said in answer.content.decode()


class SignInTests:
    def test_b28_after_the_fifth_wrong_password_the_right_one_waits_too(self, client, alice):
        for _attempt in range(5):
            client.post(LOGIN, ALICE | {"password": "falsch, ganz falsch"})
        answer = client.post(LOGIN, ALICE)

        assert (answer.status_code, answer["Retry-After"]) == (429, "300")
        assert "Zu viele Versuche. Bitte warten Sie 5 Minuten." in answer.content.decode()

    @pytest.mark.parametrize("minutes", [29, 31])
    def test_b29_a_code_for_a_new_password_is_good_for_half_an_hour(self, client, alice, minutes):
        """Codes that are typed on the page which asked for them: a mail carries no link to reset.

        So there is no address that could answer 410; what is over leads back to a new code.
        """
        client.post(RESET, {"email": alice.email})
        code = code_from_mail()
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            answer = client.post("/account/password/reset/confirm/", {"code": code}, follow=True)

        reached = answer.redirect_chain[-1][0]
        assert (reached == "/account/password/reset/complete/") is (minutes == 29)

    def test_b29_a_code_is_good_once(self, client, alice):
        client.post(RESET, {"email": alice.email})
        code = code_from_mail()
        client.post("/account/password/reset/confirm/", {"code": code})
        new = {"password1": "Ganz neu und länger", "password2": "Ganz neu und länger"}
        client.post("/account/password/reset/complete/", new)
        client.logout()

        answer = client.post("/account/password/reset/confirm/", {"code": code})
        assert answer.url in {LOGIN, RESET}

    @pytest.mark.parametrize(("windows_ago", "is_taken"), [(0, True), (2, False)])
    def test_b30_a_code_of_the_app_is_good_now_and_once(self, client, alice, windows_ago, is_taken):
        with time_machine.travel(timezone.now(), tick=False):
            TOTP.activate(alice, SECRET)
            counter = next(iter(yield_hotp_counters_from_time())) - windows_ago
            code = format_hotp_value(hotp_value(SECRET, counter))
            client.post(LOGIN, ALICE)
            assert client.post(SECOND, {"code": code}).status_code == (302 if is_taken else 422)
            client.logout()
            client.post(LOGIN, ALICE)
            answer = client.post(SECOND, {"code": code})

        assert answer.status_code == 422
        assert "Der Code stimmt nicht oder wurde schon benutzt." in answer.content.decode()


class PasskeyTests:
    BAD = ["", "{}", "null", "[]", '{"id": 1}', "nonsense", '{"id": "AA", "response": {}}',
           ('{"id": "AA", "rawId": "AA", "type": "public-key", "response": '
           '{"clientDataJSON": "AA", "attestationObject": "AA", "authenticatorData": "AA", '
           '"signature": "AA", "userHandle": "AA"}}')]  # fmt: skip

    @pytest.mark.parametrize("credential", BAD)
    def test_a_made_up_key_is_refused(self, client, alice, credential):
        sent = {"credential": credential, "name": "Telefon"}
        assert client.post("/account/2fa/webauthn/login/", sent).status_code in {302, 422}
        client.post(LOGIN, ALICE)
        client.post("/account/reauthenticate/", {"password": people.PASSWORD})
        client.get("/account/2fa/webauthn/add/")

        assert client.post("/account/2fa/webauthn/add/", sent).status_code == 422
