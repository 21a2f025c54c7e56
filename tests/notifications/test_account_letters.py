"""What is a reader told about the copy of his data, and about the end of his account?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.exporting import request_export
from accounts.leaving import request_closing, withdraw_closing
from accounts.tasks import prepare_next_export, tidy
from forum.posting import post_comment
from notifications.models import Mail, MailRefusal, Notification
from tests.factories import make_comment, pass_screening
from tests.notifications.conftest import send_due


@pytest.fixture
def told(alice):
    """Alice has a copy, wants to go, and stays after all."""
    request_export(alice)
    prepare_next_export()
    request_closing(alice, keeps_texts=True)
    withdraw_closing(alice)
    return alice


class LetterTests:
    def test_the_copy_is_announced_and_not_enclosed(self, alice, mailoutbox):
        request_export(alice)
        prepare_next_export()
        send_due()
        [letter] = mailoutbox
        assert letter.subject == "Die Kopie Ihrer Daten ist fertig"
        assert "/account/data/" in letter.body
        assert letter.attachments == []
        assert "List-Unsubscribe" not in letter.extra_headers
        assert alice.email not in letter.body

    @pytest.mark.parametrize(
        ("keeps_texts", "said"),
        [(True, "Ihre Texte bleiben stehen, ohne Ihren Namen."), (False, "werden entfernt")],
    )
    def test_closing_is_confirmed_with_date_choice_and_way_back(
        self, alice, mailoutbox, time_machine, keeps_texts, said
    ):
        time_machine.move_to("2025-02-04T11:00:00Z")
        request_closing(alice, keeps_texts=keeps_texts)
        send_due()
        [letter] = mailoutbox
        assert letter.subject == "Ihr Konto wird geschlossen"
        assert "18.02.2025, 12:00 Uhr" in letter.body
        assert said in letter.body
        assert "/account/closing/" in letter.body

    def test_taking_it_back_is_confirmed_and_a_late_mail_says_so_too(self, alice, mailoutbox):
        request_closing(alice, keeps_texts=True)
        withdraw_closing(alice)
        send_due()
        assert [letter.subject for letter in mailoutbox] == [
            "Ihr Konto wird geschlossen",
            "Ihr Konto bleibt bestehen",
        ]
        assert "inzwischen zurückgenommen" in mailoutbox[0].body

    def test_a_suspended_reader_is_told_too(self, eve, mailoutbox):
        request_closing(eve, keeps_texts=True)
        send_due()
        assert len(mailoutbox) == 1


class InboxTests:
    def test_its_lines_lead_to_the_pages(self, client, told):
        client.force_login(told)
        page = client.get("/notifications/").content.decode()
        for sentence, path in (
            ("Die Kopie Ihrer Daten ist fertig.", "/account/data/"),
            ("Sie haben uns gebeten, Ihr Konto zu schließen.", "/account/closing/"),
            ("Ihr Konto bleibt bestehen.", "/account/settings/"),
        ):
            assert f'<a href="{path}">{sentence}</a>' in page

    def test_opening_a_line_leads_there(self, client, told):
        client.force_login(told)
        line = told.notifications.get(kind="export")
        response = client.post(f"/notifications/{line.pk}/read/", {"open": "1"})
        assert response.url == "/account/data/"


class LeavingTests:
    def test_inbox_mails_and_choices_go_with_the_account(
        self, alice, discussion, bob, mailoutbox, time_machine
    ):
        comment = make_comment(discussion, alice)
        make_comment(discussion, bob, parent=comment)
        MailRefusal.objects.create(reader=alice, kind="published")
        request_closing(alice, keeps_texts=True)
        time_machine.move_to(timezone.now() + timedelta(days=15))
        tidy()
        for rows in (Notification, Mail, MailRefusal):
            assert not rows.objects.exists(), rows
        send_due()
        assert mailoutbox == []

    def test_an_answer_to_somebody_who_has_gone_is_told_to_nobody(
        self, alice, discussion, bob, time_machine
    ):
        comment = make_comment(discussion, alice)
        request_closing(alice, keeps_texts=True)
        time_machine.move_to(timezone.now() + timedelta(days=15))
        tidy()
        pass_screening(post_comment(discussion, author=bob, body="Schade.", parent=comment))
        assert not Notification.objects.exists()
