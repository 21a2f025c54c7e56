"""How does a reader leave, and what is left of him?"""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import leaving
from accounts.consent import agree_to_reply_mails
from accounts.exporting import request_export
from accounts.leaving import close_account, request_closing, withdraw_closing
from accounts.models import Act, PersonalDataExport, User
from accounts.tasks import tidy
from accounts.throttling import throttle
from tests.people import PASSWORD

PAGE = "/account/closing/"


@pytest.fixture
def later(time_machine):
    return lambda **span: time_machine.move_to(timezone.now() + timedelta(**span))


def sign_in(client, person):
    """And give the password once more, as the page wants it."""
    answer = client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return answer


def gone(reader, later, *, keeps_texts: bool = True) -> User:
    request_closing(reader, keeps_texts=keeps_texts)
    later(days=14, minutes=1)
    tidy()
    reader.refresh_from_db()
    return reader


class RequestTests:
    def test_he_has_fourteen_days(self, alice):
        reader = request_closing(alice, keeps_texts=False)
        assert timedelta(days=13) < reader.closing_at - timezone.now() <= timedelta(days=14)

    def test_asking_again_changes_nothing(self, alice, later):
        first = request_closing(alice, keeps_texts=False)
        later(days=1)
        again = request_closing(alice, keeps_texts=True)
        assert (again.closing_at, again.keeps_texts) == (first.closing_at, False)

    @pytest.mark.parametrize("person", ["anna", "mona", "max_", "admin"])
    def test_staff_give_their_role_back_first(self, request, person):
        with pytest.raises(PermissionDenied, match="Rolle im Haus"):
            request_closing(request.getfixturevalue(person), keeps_texts=True)

    def test_a_suspended_reader_may_leave(self, eve):
        assert request_closing(eve, keeps_texts=True).closing_at

    def test_taken_back_he_stays(self, alice, later):
        request_closing(alice, keeps_texts=False)
        withdraw_closing(alice)
        withdraw_closing(alice)
        later(days=15)
        tidy()
        alice.refresh_from_db()
        assert (alice.name, alice.closing_at, alice.closed_at) == ("Alice", None, None)

    def test_the_database_wants_the_choice_with_the_date(self, alice):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=alice.pk).update(closing_at=timezone.now())


class ClosingTests:
    def test_not_before_its_time(self, alice, later):
        request_closing(alice, keeps_texts=True)
        later(days=13, hours=23)
        tidy()
        assert not close_account(alice)
        alice.refresh_from_db()
        assert alice.name == "Alice"

    def test_nothing_says_any_more_who_he_was(self, client, alice, later):
        sign_in(client, alice)
        agree_to_reply_mails(alice)
        throttle("post", reader=alice)
        Authenticator.objects.create(user=alice, type="totp", data={"secret": "GEHEIM"})
        request_export(alice)

        alice = gone(alice, later)
        assert alice.name == "Gelöschtes Konto"
        assert alice.closed_at
        assert "alice" not in repr(alice.__dict__).lower()
        assert not alice.has_usable_password()
        assert alice.reply_mail_agreed_at is None
        for rows in (EmailAddress, Authenticator, UserSession, Session, PersonalDataExport, Act):
            assert not rows.objects.exists(), rows

    def test_the_log_of_the_admin_names_him_no_more(self, client, alice, bob, admin, later):
        client.force_login(admin)
        for person in (alice, bob):
            sent = {"standing": "trusted", "reason": "Schreibt seit Jahren sachlich."}
            client.post(f"/admin/accounts/user/{person.pk}/change/", sent)
        gone(alice, later)
        names = LogEntry.objects.order_by("pk").values_list("object_repr", flat=True)
        assert list(names) == ["Gelöschtes Konto", "Bob"]

    def test_doing_it_twice_changes_nothing(self, alice, later):
        closed_at = gone(alice, later).closed_at
        assert not close_account(alice)
        later(hours=1)
        tidy()
        alice.refresh_from_db()
        assert alice.closed_at == closed_at

    def test_many_may_go(self, alice, bob, carla, later):
        for reader in (alice, bob):
            request_closing(reader, keeps_texts=True)
        gone(carla, later)
        assert User.objects.filter(name="Gelöschtes Konto").count() == 3

    def test_one_that_fails_holds_nobody_up_and_leaves_nothing_half_done(
        self, alice, bob, later, monkeypatch
    ):
        def fail_for_alice(reader):
            assert reader != alice

        monkeypatch.setattr(leaving, "forget_acts_of", fail_for_alice)
        request_closing(alice, keeps_texts=True)
        later(minutes=1)
        gone(bob, later)
        alice.refresh_from_db()
        assert bob.closed_at
        assert (alice.name, alice.closed_at) == ("Alice", None)
        assert EmailAddress.objects.filter(user=alice).exists()

        monkeypatch.undo()
        tidy()
        alice.refresh_from_db()
        assert alice.closed_at

    def test_who_was_given_a_role_meanwhile_stays_until_he_has_none(self, alice, later):
        request_closing(alice, keeps_texts=True)
        User.objects.filter(pk=alice.pk).update(is_staff=True)
        later(days=15)
        tidy()
        alice.refresh_from_db()
        assert alice.closed_at is None
        User.objects.filter(pk=alice.pk).update(is_staff=False)
        tidy()
        alice.refresh_from_db()
        assert alice.closed_at


class AfterwardsTests:
    def test_signing_in_is_answered_like_for_an_unknown_address(self, client, alice, later):
        gone(alice, later)
        known = client.post("/account/login/", {"login": "alice@example.org", "password": PASSWORD})
        unknown = client.post("/account/login/", {"login": "nie@example.org", "password": PASSWORD})
        assert known.status_code == unknown.status_code == 422
        sentence = "E-Mail-Adresse oder Passwort stimmen nicht."
        assert sentence in known.content.decode()
        assert sentence in unknown.content.decode()

    def test_neither_does_the_empty_row_sign_in_nor_get_mail(
        self, client, alice, later, mailoutbox
    ):
        address = gone(alice, later).email
        assert sign_in(client, alice).status_code == 422
        client.post("/account/password/reset/", {"email": address})
        assert mailoutbox == []

    def test_whoever_was_signed_in_is_so_no_more(self, client, alice, later):
        sign_in(client, alice)
        gone(alice, later)
        assert client.get("/account/settings/").status_code == 302

    def test_address_and_name_are_free_again(self, client, alice, later):
        gone(alice, later)
        client.post(
            "/account/signup/",
            {"email": "alice@example.org", "name": "Alice", "password1": PASSWORD},
        )
        assert User.objects.filter(email="alice@example.org", name="Alice").exists()

    @pytest.mark.parametrize("name", ["Gelöschtes Konto", "gelöschtes  konto", "Ge1öschtes-Konto"])
    def test_nobody_can_call_himself_like_the_gone(self, client, db, name):
        response = client.post(
            "/account/signup/", {"email": "x@example.org", "name": name, "password1": PASSWORD}
        )
        assert response.status_code == 422

    def test_his_public_page_is_gone_under_either_name(self, client, alice, later):
        gone(alice, later)
        assert client.get("/readers/Alice/").status_code == 404
        assert client.get("/readers/Gelöschtes Konto/").status_code == 404


class PageTests:
    def test_it_says_what_happens_and_asks_for_the_texts(self, client, alice):
        client.force_login(alice)
        page = client.get(PAGE).content.decode()
        assert "14\u00a0Tage" in page
        assert "Texte bleiben stehen, ohne Namen." in page
        assert "Texte werden entfernt." in page
        assert "checked" not in page

    def test_it_needs_the_password_again(self, client, alice):
        client.force_login(alice)
        response = client.post(PAGE, {"texts": "stay"})
        assert response.url.startswith("/account/reauthenticate/")
        client.post(response.url, {"password": PASSWORD})
        alice.refresh_from_db()
        assert alice.keeps_texts is True

    @pytest.mark.parametrize("texts", ["", "beides", "stay\x00"])
    def test_without_a_choice_nothing_happens(self, client, alice, texts):
        sign_in(client, alice)
        response = client.post(PAGE, {"texts": texts})
        assert response.status_code in {400, 422}
        alice.refresh_from_db()
        assert alice.closing_at is None

    def test_every_page_shows_the_date_and_the_way_back(self, client, alice):
        sign_in(client, alice)
        client.post(PAGE, {"texts": "go"})
        for path in ("/", PAGE, "/account/settings/", "/account/password/change/"):
            page = client.get(path).content.decode()
            assert "Ihr Konto wird am" in page, path
            assert f'action="{PAGE}withdrawal/"' in page, path
        assert "Ihre Texte werden entfernt." in client.get(PAGE).content.decode()

        response = client.post(f"{PAGE}withdrawal/", follow=True)
        page = response.content.decode()
        assert "Ihr Konto bleibt bestehen." in page
        assert "Ihr Konto wird am" not in page

    def test_taking_back_is_no_link(self, client, alice):
        client.force_login(alice)
        assert client.get(f"{PAGE}withdrawal/").status_code == 405

    def test_staff_read_why_not(self, client, mona):
        sign_in(client, mona)
        page = client.get(PAGE).content.decode()
        assert "Rolle im Haus" in page
        assert "<form class" not in page
        assert client.post(PAGE, {"texts": "go"}).status_code == 403

    def test_strangers_sign_in_first(self, client, db):
        assert client.get(PAGE).url == f"/account/login/?next={PAGE}"
        assert client.post(f"{PAGE}withdrawal/").status_code == 302


class MailTests:
    def test_request_and_withdrawal_are_confirmed(self, alice, mailoutbox):
        request_closing(alice, keeps_texts=False)
        withdraw_closing(alice)
        assert [told.kind for told in alice.notifications.order_by("pk")] == ["closing", "staying"]
        assert alice.mails.count() == 2
