"""How does a reader end mails with one click?"""

import re

import pytest
from django.test import Client

from accounts.models import User
from notifications.models import Kind
from notifications.unsubscribing import address
from tests.factories import make_comment
from tests.notifications.conftest import send_due


@pytest.fixture
def mail_program() -> Client:
    """No cookie, no token, and the checks that a browser's request would meet."""
    return Client(enforce_csrf_checks=True)


def wants_mails(reader: User) -> bool:
    return User.objects.get(pk=reader.pk).reply_mail_agreed_at is not None


class UnsubscribeTests:
    def test_one_click_ends_them_at_once(self, agreed, mail_program):
        answer = mail_program.post(
            address(agreed, kind=Kind.REPLY), {"List-Unsubscribe": "One-Click"}
        )
        assert answer.status_code == 200
        assert not wants_mails(agreed)
        assert not answer.cookies

    def test_the_address_is_the_one_of_the_mail(
        self, discussion, agreed, bob, mail_program, mailoutbox
    ):
        make_comment(discussion, bob, parent=make_comment(discussion, agreed))
        send_due()
        header = mailoutbox[0].extra_headers["List-Unsubscribe"]
        mail_program.post(re.fullmatch(r"<http://[^/]+(/.+)>", header)[1])
        assert not wants_mails(agreed)

    def test_looking_at_the_page_ends_nothing(self, agreed, mail_program):
        page = mail_program.get(address(agreed, kind=Kind.REPLY))
        assert wants_mails(agreed)
        assert "E-Mails über Antworten abbestellen?" in page.content.decode()
        assert not page.cookies

    def test_once_ended_the_page_says_so(self, agreed, mail_program):
        mail_program.post(address(agreed, kind=Kind.REPLY))
        page = mail_program.get(address(agreed, kind=Kind.REPLY))
        assert "Keine E-Mails mehr über Antworten" in page.content.decode()

    def test_twice_is_once(self, agreed, mail_program):
        for _ in range(2):
            assert mail_program.post(address(agreed, kind=Kind.REPLY)).status_code == 200

    def test_it_works_for_the_suspended(self, eve, mail_program):
        assert mail_program.post(address(eve, kind=Kind.REPLY)).status_code == 200

    @pytest.mark.parametrize(
        "forge", [lambda key: key[:-3] + "/", lambda key: key.replace(".", "x")]
    )
    def test_a_forged_key_leads_nowhere(self, agreed, mail_program, forge):
        forged = forge(address(agreed, kind=Kind.REPLY))
        assert mail_program.get(forged).status_code == 404
        assert mail_program.post(forged).status_code == 404
        assert wants_mails(agreed)

    def test_the_key_of_another_kind_of_mail_ends_nothing(self, agreed, mail_program):
        assert mail_program.post(address(agreed, kind=Kind.DECISION)).status_code == 404
        assert wants_mails(agreed)

    def test_one_readers_key_ends_no_other_readers_mails(self, agreed, bob, mail_program):
        mail_program.post(address(bob, kind=Kind.REPLY))
        assert wants_mails(agreed)
