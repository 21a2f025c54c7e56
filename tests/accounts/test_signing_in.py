"""How does a reader get in, out, and back in again?"""

from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.handlers.base import BaseHandler
from django.test import RequestFactory

from accounts.models import User
from tests import people
from tests.accounts.test_signing_up import KARLA, SIGNUP, code_from_mail
from tests.people import SPELLED
from tests.samples import hostile

LOGIN = "/account/login/"
RESET = "/account/password/reset/"
ALICE = {"login": "alice@example.org", "password": people.PASSWORD}


def is_signed_in(client) -> bool:
    return client.get("/account/settings/").status_code == 200


class SignInTests:
    def test_alice_signs_in_and_comes_back_to_the_box_she_wrote_in(self, client, alice):
        page = client.get(f"{LOGIN}?next=/netiquette/%3Fparent%3D7%23comment-form").content.decode()
        assert 'name="next" value="/netiquette/?parent=7#comment-form"' in page
        answer = client.post(LOGIN, ALICE | {"next": "/netiquette/?parent=7#comment-form"})

        assert answer.url == "/netiquette/?parent=7#comment-form"
        assert is_signed_in(client)

    @pytest.mark.parametrize(
        "credentials",
        [ALICE | {"password": "falsch, ganz falsch"}, ALICE | {"login": "nobody@example.org"}],
    )
    def test_a_wrong_password_and_an_unknown_address_are_told_the_same(
        self, client, alice, credentials
    ):
        answer = client.post(LOGIN, credentials)

        assert answer.status_code == 422
        assert "E-Mail-Adresse oder Passwort stimmen nicht." in answer.content.decode()

    def test_signing_in_once_does_not_forgive_the_wrong_ones(self, client, alice):
        for _attempt in range(4):
            client.post(LOGIN, ALICE | {"password": "falsch, ganz falsch"})
        client.post(LOGIN, ALICE)
        client.logout()
        client.post(LOGIN, ALICE | {"password": "falsch, ganz falsch"})

        assert client.post(LOGIN, ALICE).status_code == 429

    def test_others_at_her_address_can_still_sign_in(self, client, alice, bob):
        for _attempt in range(6):
            client.post(LOGIN, ALICE | {"password": "falsch, ganz falsch"})
        client.post(LOGIN, ALICE | {"login": bob.email})

        assert is_signed_in(client)

    def test_umlauts_may_be_typed_either_way(self, client, alice):
        alice.set_password("Übergrößenträger auf Föhr")
        alice.save()
        client.post(
            LOGIN, ALICE | {"password": "U\u0308bergro\u0308ßentra\u0308ger auf Fo\u0308hr"}
        )

        assert is_signed_in(client)

    def test_an_endless_password_is_wrong_without_being_hashed(self, client, alice, monkeypatch):
        monkeypatch.setattr(
            "django.contrib.auth.base_user.check_password", lambda *_: pytest.fail("hashed")
        )

        assert client.post(LOGIN, ALICE | {"password": "x" * 900_000}).status_code == 422

    def test_a_domain_is_the_same_in_either_form(self, client, alice):
        alice.emailaddress_set.update(email="alice@xn--exmple-cua.de")
        User.objects.update(email="alice@xn--exmple-cua.de")
        client.post(LOGIN, ALICE | {"login": "alice@exämple.de"})

        assert is_signed_in(client)

    def test_no_known_trick_leaves_the_site(self, client, alice):
        client.force_login(alice)
        for target in (line["text"] for line in hostile("redirect")):
            answer = client.post("/account/logout/", {"next": target})
            client.force_login(alice)
            assert answer.status_code == 302
            assert urlsplit(answer.url).netloc in {"", "testserver", "127.0.0.1", "localhost"}
            assert not answer.url.startswith(("//", "/\\", "\\"))

    def test_a_foreign_host_is_refused(self, client, alice):
        answer = client.post(RESET, {"email": alice.email}, headers={"host": "evil.example"})

        assert answer.status_code == 400
        assert not mail.outbox

    def test_eve_is_suspended_and_can_still_sign_in(self, client, eve):
        client.post(LOGIN, ALICE | {"login": eve.email})

        assert is_signed_in(client)


class SignOutTests:
    def test_the_page_asks_and_the_button_signs_out(self, client, alice):
        client.force_login(alice)
        page = client.get("/account/logout/").content.decode()

        assert "Möchten Sie sich abmelden?" in page
        assert is_signed_in(client)
        answer = client.post("/account/logout/")
        assert not is_signed_in(client)
        assert answer["Clear-Site-Data"] == '"storage"'

    def test_no_word_of_it_is_carried_along_in_a_cookie(self, client, alice):
        """The page that follows is everybody's and shows none: it would wait for the next form."""
        client.post(LOGIN, ALICE)
        client.post("/account/logout/")
        assert {name for name, cookie in client.cookies.items() if cookie.value} <= {"csrftoken"}

    def test_a_copied_cookie_is_worth_nothing_afterwards(self, client, alice):
        client.force_login(alice)
        cookies = client.cookies.copy()
        client.post("/account/logout/")
        client.cookies = cookies

        assert not is_signed_in(client)


class ResetPasswordTests:
    def test_alice_chooses_a_new_password_with_the_code_from_the_mail(self, client, alice):
        page = client.post(RESET, {"email": alice.email}, follow=True).content.decode()
        assert "Falls es ein Konto mit der Adresse alice@example.org gibt" in page
        client.post("/account/password/reset/confirm/", {"code": code_from_mail()})
        new = {"password1": "Ganz neu und länger", "password2": "Ganz neu und länger"}
        client.post("/account/password/reset/complete/", new)

        client.logout()
        client.post(LOGIN, ALICE | {"password": "Ganz neu und länger"})
        assert is_signed_in(client)
        assert mail.outbox[-1].subject == "Ihr Passwort wurde neu gesetzt"

    def test_an_unknown_address_gets_the_same_page_and_no_mail(self, client, alice):
        known = client.post(RESET, {"email": alice.email}, follow=True)
        client.cookies.clear()
        unknown = client.post(RESET, {"email": "nobody@example.org"}, follow=True)

        assert known.redirect_chain == unknown.redirect_chain
        assert "Falls es ein Konto mit der Adresse nobody@" in unknown.content.decode()
        assert [letter.to for letter in mail.outbox] == [["alice@example.org"]]

    def test_no_mail_server_is_waited_for_so_that_no_clock_tells_who_has_an_account(self, alice):
        handler = BaseHandler()
        handler.load_middleware()
        request = RequestFactory().post(RESET, {"email": alice.email})
        request._dont_enforce_csrf_checks = True
        response = handler.get_response(request)
        assert response.status_code == 302
        assert mail.outbox == []

        response.close()  # as a server does, after sending
        assert [letter.to for letter in mail.outbox] == [[alice.email]]

    def test_the_code_is_used_up(self, client, alice):
        client.post(RESET, {"email": alice.email})
        code = code_from_mail()
        client.post("/account/password/reset/confirm/", {"code": code})
        new = {"password1": "Ganz neu und länger", "password2": "Ganz neu und länger"}
        client.post("/account/password/reset/complete/", new)
        client.logout()
        answer = client.post("/account/password/reset/confirm/", {"code": code})

        assert answer.url == LOGIN

    def test_three_mails_an_hour_are_enough_for_one_address(self, client, alice):
        for _mail in range(3):
            client.post(RESET, {"email": alice.email})
        answer = client.post(RESET, {"email": alice.email})

        assert answer.status_code == 429
        assert answer["Retry-After"]
        assert len(mail.outbox) == 3

    def test_they_are_counted_however_the_address_is_spelled(self, client, alice):
        answers = [client.post(RESET, {"email": email}).status_code for email in SPELLED]

        assert answers == [302, 302, 302, 429]
        assert len(mail.outbox) == 3

    def test_so_are_wrong_passwords_and_mails_to_a_known_address(self, client, alice):
        for email in [*SPELLED, alice.email]:
            client.post(LOGIN, {"login": email, "password": "falsch, ganz falsch"})
        assert client.post(LOGIN, ALICE).status_code == 429

        for email in SPELLED:
            client.cookies.clear()
            client.post(SIGNUP, KARLA | {"email": email})
        assert len(mail.outbox) == 3


class ChangeAddressTests:
    def test_the_password_is_asked_again(self, client, alice):
        client.post(LOGIN, ALICE)
        answer = client.post("/account/email/", {"email": "neu@example.org", "action_add": ""})

        assert answer.url.startswith("/account/reauthenticate/")

    def test_the_new_address_is_confirmed_and_the_old_one_told(self, client, alice):
        client.post(LOGIN, ALICE)
        client.post("/account/reauthenticate/", {"password": people.PASSWORD})
        client.post("/account/email/", {"email": "neu@example.org", "action_add": ""})
        assert User.objects.get().email == "alice@example.org"
        client.post("/account/confirm-email/", {"code": code_from_mail()})

        assert User.objects.get().email == "neu@example.org"
        letters = {letter.to[0]: letter.subject for letter in mail.outbox}
        assert letters["alice@example.org"] == "Ihre E-Mail-Adresse wurde geändert"


class PagesTests:
    @pytest.mark.parametrize(
        ("path", "title"),
        [
            ("login/", "Anmelden"), ("signup/", "Konto anlegen"),
            ("password/reset/", "Passwort vergessen?"), ("inactive/", "Konto stillgelegt"),
        ],
    )  # fmt: skip
    def test_strangers_find(self, client, db, path, title):
        text = client.get(f"/account/{path}").content.decode()

        assert f">{title}</h1>" in " ".join(text.split()).replace("> ", ">").replace(" <", "<")
        assert 'lang="de"' in text

    @pytest.mark.parametrize(
        "path",
        [
            "settings/", "email/", "password/change/", "logout/", "sessions/", "2fa/",
            "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/", "reauthenticate/",
        ],
    )  # fmt: skip
    def test_a_reader_finds_them_in_german_and_in_our_look(self, client, alice, path):
        client.post(LOGIN, ALICE)
        client.post("/account/reauthenticate/", {"password": people.PASSWORD})
        text = client.get(f"/account/{path}").content.decode()

        assert 'class="page__title"' in text
        assert not any(f" {word} " in text for word in ["du", "dein", "deine", "dir", "dich"])
        assert " style=" not in text
