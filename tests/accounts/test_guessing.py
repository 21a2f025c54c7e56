"""Can a stranger with a clock find out who has an account? (`bench/guessing.py` measures it.)"""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.adapter import AccountAdapter
from accounts.models import User
from accounts.upkeep import UNCONFIRMED_FOR, tidy
from tests.accounts.test_signing_up import KARLA, SIGNUP, take_a_moment_ago

LOGIN, RESET = "/account/login/", "/account/password/reset/"
KINDS = {"SELECT", "INSERT", "UPDATE", "DELETE"}
FORMS = {
    LOGIN: lambda email: {"login": email, "password": "Ein Steg im Schilf"},
    SIGNUP: lambda email: KARLA | {"email": email, "name": f"Karla {email[0]}"},
    RESET: lambda email: {"email": email},
}


def asked_of_the_database(client, form: str, email: str) -> Counter[str]:
    """How many statements of each kind until the page is answered."""
    client.cookies.clear()
    with CaptureQueriesContext(connection) as asked:
        client.post(form, FORMS[form](email))
    return Counter(kind for one in asked if (kind := one["sql"].split()[0]) in KINDS)


@pytest.mark.django_db
class GuessingTests:
    @pytest.mark.parametrize("form", FORMS)
    def test_the_database_is_asked_as_much_for_a_known_address(self, client, alice, form):
        known = asked_of_the_database(client, form, alice.email)
        unknown = asked_of_the_database(client, form, "zora@example.org")

        assert known == unknown

    @pytest.mark.parametrize("form", [SIGNUP, RESET])
    def test_no_mail_is_written_before_the_page_is_on_the_way(
        self, client, alice, form, monkeypatch
    ):
        write, done = AccountAdapter.render_mail, []
        answered = client.handler.get_response

        def get_response(request):
            response = answered(request)
            done.append("answered")
            return response

        def render_mail(*args, **kwargs):
            done.append("written")
            return write(*args, **kwargs)

        monkeypatch.setattr(AccountAdapter, "render_mail", render_mail)
        client.get(LOGIN)  # loads the middleware
        monkeypatch.setattr(client.handler, "get_response", get_response)
        client.post(form, FORMS[form](alice.email))

        assert done == ["answered", "written"]
        assert [letter.to for letter in mail.outbox] == [[alice.email]]

    def test_a_known_address_opens_no_account_but_nobodys_which_goes_again(self, client, alice):
        client.post(SIGNUP, FORMS[SIGNUP](alice.email))

        nobody = User.objects.exclude(pk=alice.pk).get()
        assert re.fullmatch(r"\w{64}@nobody\.invalid", nobody.email)
        tidy(timezone.now() + UNCONFIRMED_FOR + timedelta(minutes=1))
        assert list(User.objects.all()) == [alice]

    @pytest.mark.parametrize("email", ["alice@example.org", "zora@example.org"])
    def test_the_name_is_taken_then_and_free_for_the_same_address(self, client, alice, email):
        """Whoever tries a name again under a third address learns nothing about the first."""

        def sign_up(address: str, name: str) -> int:
            client.cookies.clear()
            sent = KARLA | {"email": address, "name": name}
            return client.post(SIGNUP, sent).status_code

        assert sign_up(email, "Karla Berg") == 302
        assert sign_up("third@example.org", "Karla Berg") == 422
        assert sign_up(email, "Karla Berg") == 302
        assert sign_up(email, "Karla Wald") == 302
        assert sign_up("third@example.org", "Karla Berg") == 302

    def test_whoever_took_the_name_a_moment_ago_is_noticed_for_a_known_address_as_well(
        self, client, alice, monkeypatch
    ):
        take_a_moment_ago("Karla a", monkeypatch)
        answer = client.post(SIGNUP, FORMS[SIGNUP](alice.email))

        assert answer.status_code == 422
        assert "Jemand heißt hier schon so" in answer.content.decode()
        assert mail.outbox == []
