"""How does somebody become a reader?"""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.upkeep import UNCONFIRMED_FOR, tidy
from tests.samples import hostile

SIGNUP = "/account/signup/"
CONFIRM = "/account/confirm-email/"
KARLA = {
    "email": "karla@example.org",
    "name": "Karla Brandt",
    "password1": "Ein Steg im Schilf",
}


def hostile_addresses() -> list[tuple[str, bool]]:
    return [(line["text"], line.get("want") == "reject") for line in hostile("email")]


def code_from_mail() -> str:
    found = re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group(1)


@pytest.mark.django_db
class SignUpTests:
    def test_karla_signs_up_with_the_code_from_the_mail(self, client):
        answer = client.post(SIGNUP, KARLA)

        assert answer.status_code == 302
        page = client.get(answer.url).content.decode()
        assert "Wir haben Ihnen eine E-Mail geschickt. Bitte bestätigen Sie Ihre Adresse" in page
        client.post(CONFIRM, {"code": code_from_mail()})
        assert "Karla Brandt" in client.get("/account/settings/").content.decode()

    def test_the_mail_is_german_and_names_the_paper(self, client, settings):
        settings.SITE_NAME = "Müller & Söhne"
        client.post(SIGNUP, KARLA)

        [letter] = mail.outbox
        assert letter.to == ["karla@example.org"]
        assert letter.subject == "Ihr Code für Müller & Söhne"
        assert "Guten Tag," in letter.body
        assert "Er gilt 30 Minuten." in letter.body
        assert f"Impressum: {settings.SITE_URL}/imprint/" in letter.body
        assert f"Datenschutz: {settings.SITE_URL}/privacy/" in letter.body
        [(html, kind)] = letter.alternatives
        assert kind == "text/html"
        assert "Müller &amp; Söhne" in html

    def test_a_mail_server_that_is_down_does_not_lose_her(self, client, monkeypatch):
        def refuse(*_arguments):
            raise ConnectionRefusedError

        with monkeypatch.context() as outage:
            outage.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
            page = client.post(SIGNUP, KARLA, follow=True).content.decode()
        assert "Neuen Code schicken" in page
        with time_machine.travel(timezone.now() + timedelta(minutes=1)):
            client.post(CONFIRM, {"action": "resend"})
            client.post(CONFIRM, {"code": code_from_mail()})

        assert client.get("/account/settings/").status_code == 200

    def test_no_out_of_office_answer_comes_back(self, client):
        client.post(SIGNUP, KARLA)

        assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"

    def test_without_the_code_she_is_not_signed_in(self, client):
        client.post(SIGNUP, KARLA)

        assert client.get("/account/settings/").status_code == 302

    def test_a_wrong_code_is_refused_and_the_right_one_still_counts(self, client):
        client.post(SIGNUP, KARLA)
        answer = client.post(CONFIRM, {"code": "XXXXXX"})

        assert answer.status_code == 422
        assert "Der Code stimmt nicht oder wurde schon benutzt." in answer.content.decode()
        assert client.post(CONFIRM, {"code": code_from_mail()}).status_code == 302

    def test_reply_mails_are_kept_with_the_time_of_consent(self, client):
        client.post(SIGNUP, KARLA | {"reply_mails": "on"})
        client.logout()
        client.post(SIGNUP, KARLA | {"email": "lena@example.org", "name": "Lena"})

        assert User.objects.get(name="Karla Brandt").reply_mail_agreed_at
        assert User.objects.get(name="Lena").reply_mail_agreed_at is None

    def test_she_comes_back_to_where_she_wanted_to_write(self, client):
        client.post(SIGNUP, KARLA | {"next": "/netiquette/?parent=7#comment-form"})
        answer = client.post(CONFIRM, {"code": code_from_mail()})

        assert answer.url == "/netiquette/?parent=7#comment-form"

    def test_a_known_address_is_answered_like_a_new_one(self, client, alice):
        new = client.post(SIGNUP, KARLA, follow=True)
        client.logout()
        known = client.post(SIGNUP, KARLA | {"email": alice.email, "name": "Karla B"}, follow=True)

        def words(answer):
            text = answer.content.decode().replace("alice@", "karla@")
            return re.sub(r'value="\w{64}"', "", text)

        assert new.redirect_chain == known.redirect_chain
        assert words(new) == words(known)
        assert mail.outbox[-1].to == ["alice@example.org"]
        assert mail.outbox[-1].subject == "Sie haben schon ein Konto"
        assert "/account/password/reset/" in mail.outbox[-1].body

    @pytest.mark.parametrize("address", ["alice@example.org", "karla@example.org"])
    def test_the_password_is_hashed_once_whether_the_address_is_known_or_not(
        self, client, alice, address, monkeypatch
    ):
        """Hashing takes longer than all the rest: a clock would tell who has an account."""
        hashed = []
        encode = MD5PasswordHasher.encode
        monkeypatch.setattr(
            MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args)
        )
        client.post(SIGNUP, KARLA | {"email": address})

        assert len(hashed) == 1

    def test_whoever_clicks_twice_has_one_account_and_the_code_of_the_last_mail(self, client):
        for _click in range(2):
            answer = client.post(SIGNUP, KARLA)
            client.get(answer.url)
        client.post(CONFIRM, {"code": code_from_mail()})

        assert User.objects.get(is_active=True).name == "Karla Brandt"
        assert client.get("/account/settings/").status_code == 200
        tidy(timezone.now() + UNCONFIRMED_FOR + timedelta(minutes=1))
        assert User.objects.get().email == "karla@example.org"

    def test_a_code_of_an_earlier_try_opens_nothing(self, client):
        client.post(SIGNUP, KARLA)
        earlier = {"code": code_from_mail()}
        Client().post(SIGNUP, KARLA | {"name": "Karla Berg"})

        assert client.post(CONFIRM, earlier).status_code == 422
        User.objects.get(email="karla@example.org", name="Karla Berg").delete()
        assert client.post(CONFIRM, earlier, follow=True).status_code == 200
        assert client.get("/account/settings/").status_code == 302
        assert not EmailAddress.objects.filter(verified=True).exists()

    def test_no_try_takes_the_place_of_a_confirmed_account(self, client):
        client.post(SIGNUP, KARLA)
        client.post(CONFIRM, {"code": code_from_mail()})
        User.objects.update(last_login=None)
        client.logout()
        client.post(SIGNUP, KARLA | {"name": "Karla Berg"})

        assert User.objects.get(email="karla@example.org").name == "Karla Brandt"

    def test_the_same_address_in_capitals_makes_no_second_account(self, client, alice):
        client.post(SIGNUP, KARLA | {"email": "ALICE@Example.ORG"})

        assert User.objects.filter(email__iendswith="@example.org").count() == 1

    def test_a_domain_with_umlauts_is_stored_in_one_form(self, client):
        client.post(SIGNUP, KARLA | {"email": "karla@exämple.de"})

        assert EmailAddress.objects.get().email == "karla@xn--exmple-cua.de"

    @pytest.mark.parametrize(
        "address",
        ["a@b", "a b@c.de", "a@@b.de", '"<x>"@b.de', "a" * 250 + "@b.de", "a@b.de\r\nBcc: c@d.de"],
    )
    def test_what_is_no_address_gets_no_mail(self, client, address):
        answer = client.post(SIGNUP, KARLA | {"email": address})

        assert answer.status_code == 422
        assert not mail.outbox
        assert not User.objects.exists()

    def test_no_hostile_address_gets_a_mail(self, client, settings):
        settings.ACCOUNT_RATE_LIMITS = settings.RATE_LIMITS = False
        for address, is_to_be_refused in hostile_addresses():
            answer = client.post(SIGNUP, KARLA | {"email": address})
            client.logout()
            User.objects.all().delete()

            assert answer.status_code == 422 or not is_to_be_refused, address
            assert answer.status_code in {302, 422}, address
        assert all(re.fullmatch(r"[^\s,;]+@[^\s,;]+", letter.to[0]) for letter in mail.outbox)

    @pytest.mark.parametrize("name", ["", "K", "x" * 41, "Redaktion", "R\u0435daktion", "a\u200bb"])
    def test_an_impossible_name_is_refused_and_the_rest_stays(self, client, name):
        answer = client.post(SIGNUP, KARLA | {"name": name})

        assert answer.status_code == 422
        page = answer.content.decode()
        assert 'value="karla@example.org"' in page
        assert KARLA["password1"] not in page
        assert not User.objects.exists()

    def test_a_name_that_looks_like_a_readers_is_taken(self, client, alice):
        answer = client.post(SIGNUP, KARLA | {"name": "A1ice"})

        assert answer.status_code == 422
        assert "Jemand heißt hier schon so oder so ähnlich." in answer.content.decode()

    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("elf Zeichen", "mindestens 12 Zeichen"),
            ("password1234", "zu üblich"),
            ("Karla Brandt!", "zu ähnlich"),
            ("Lindauer Bote 1", "dem Namen der Zeitung zu ähnlich"),
            ("lang " * 60, "höchstens 256 Zeichen"),
        ],
    )
    def test_a_poor_password_is_refused_with_the_rule(self, client, settings, password, why):
        settings.SITE_NAME = "Lindauer Bote"
        answer = client.post(SIGNUP, KARLA | {"password1": password})

        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert password not in answer.content.decode()

    def test_the_form_says_what_is_wrong_where_it_is(self, client):
        page = client.post(SIGNUP, KARLA | {"name": "K"}).content.decode()

        assert 'role="alert"' in page
        assert '<a href="#id_name">' in page
        assert 'aria-invalid="true"' in page
        assert 'aria-describedby="id_name_helptext id_name_error"' in page
        assert "autofocus" in re.search(r'<input[^>]*name="name"[^>]*>', page).group()

    def test_the_sixth_account_in_an_hour_from_one_address_waits(self, client):
        for number in range(5):
            client.post(SIGNUP, KARLA | {"email": f"k{number}@example.org", "name": f"K{number}x"})
            client.logout()
        answer = client.post(SIGNUP, KARLA)

        assert answer.status_code == 429
        assert 3500 < int(answer["Retry-After"]) <= 3600
        assert "Von Ihrem Anschluss wurden gerade mehrere Konten angelegt." in (
            answer.content.decode()
        )

    def test_a_reader_does_not_write_himself_rights(self, client):
        client.post(SIGNUP, KARLA | {"is_staff": "1", "standing": "trusted", "is_superuser": "1"})

        karla = User.objects.get()
        assert (karla.is_staff, karla.is_superuser, karla.standing) == (False, False, "new")

    def test_the_page_shows_no_address_and_no_placeholder(self, client, alice):
        page = client.get(SIGNUP).content.decode()

        assert "alice@example.org" not in page
        assert "placeholder" not in page


def take_a_moment_ago(name: str, monkeypatch) -> None:
    """Somebody has this name, and whoever looks for the first time does not see him yet."""
    original = User.objects.resembling

    def nobody_yet(_name):
        monkeypatch.setattr(User.objects, "resembling", original)
        return User.objects.none()

    User.objects.create_user("first@example.org", name=name)
    monkeypatch.setattr(User.objects, "resembling", nobody_yet)


@pytest.mark.django_db(transaction=True)
class SignUpAtTheSameTimeTests:
    def test_a_name_taken_a_moment_ago_is_refused_not_an_error(self, client, monkeypatch):
        take_a_moment_ago("Karla Brandt", monkeypatch)
        answer = client.post(SIGNUP, KARLA)

        assert answer.status_code == 422
        assert "Jemand heißt hier schon so" in answer.content.decode()


class FloodTests:
    @pytest.mark.parametrize("address", ["alice@example.org", "karla@example.org"])
    def test_three_mails_an_hour_reach_an_address_however_many_ask(self, client, alice, address):
        """From another connection each; whether the address is known makes no difference."""
        answers = []
        for number in range(5):
            answers.append(
                client.post(
                    SIGNUP,
                    KARLA | {"email": address, "name": f"Karla {number}"},
                    REMOTE_ADDR=f"192.0.2.{number}",
                ).status_code
            )
            client.cookies.clear()

        assert answers == [302, 302, 302, 429, 429]
        assert len(mail.outbox) == 3
