"""What is whoever gave notice of illegal content written, at an address nobody has confirmed?"""

import re
import smtplib
from datetime import timedelta
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.leaving import request_closing
from accounts.tasks import tidy
from forum.models import Departure
from forum.posting import withdraw
from forum.tasks import see_off_departed
from moderation.appealing import answer, appeal
from moderation.deciding import decide
from moderation.models import Caution, Notice
from notifications import mailing, notifying, upkeep
from notifications.exporting import mails_to
from notifications.models import Kind, Mail, Notification
from tests.factories import make_comment, make_notice
from tests.notifications.conftest import HEADLINE, send_due

HOSTILE = "Klick http://boese.example <b>jetzt</b> {{ 7*7 }} =1+1"
WHY = {"ground": "personal_attack", "explanation": "Der Satz greift Personen an."}


@pytest.fixture
def comment(discussion, bob):
    return make_comment(discussion, bob, "Werft Steine auf den Stadtrat!")


def noticed(comment, **fields):
    words = {"reason": f"Der Satz ruft zu Gewalt auf. {HOSTILE}", "name": f"Gerda {HOSTILE}"}
    return make_notice(comment, **words | fields)


@pytest.fixture
def notice(comment):
    return noticed(comment)


def decided(notice, moderator, measure="remove"):
    return decide(
        notice.case,
        moderator=moderator,
        measure=measure,
        revision=notice.comment.revisions.get(),
        **(WHY if measure == "remove" else {}),
    )


def sent(mailoutbox) -> EmailMessage:
    mailoutbox.clear()
    send_due()
    [mail] = mailoutbox
    return mail


def page_behind(client, mail) -> str:
    [path] = re.findall(r"https?://[^/\s]+(/notices/\S+)", mail.body)
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


class ReceiptTests:
    def test_it_comes_at_once_with_the_number_and_a_way_to_the_state(
        self, client, notice, mailoutbox
    ):
        mail = sent(mailoutbox)
        assert mail.to == ["gerda@example.com"]
        assert mail.subject == f"Eingang Ihrer Meldung {notice.number}"
        assert f"„{HEADLINE}“" in mail.body
        assert "Haben Sie nichts gemeldet" in mail.body
        assert "Ihre Meldung ist eingegangen" in page_behind(client, mail)

    @pytest.mark.usefixtures("notice")
    def test_not_a_word_of_the_form_stands_in_it(self, mailoutbox):
        """Security case 22: it may be a stranger's mailbox."""
        mail = sent(mailoutbox)
        whole = mail.subject + mail.body + mail.alternatives[0].content
        for word in ("Gerda", "Klick", "boese", "7*7", "=1+1", "Gewalt"):
            assert word not in whole

    @pytest.mark.usefixtures("notice")
    def test_it_says_who_writes_and_offers_nothing_to_choose(self, mailoutbox, settings):
        mail = sent(mailoutbox)
        assert settings.CONTACT_EMAIL in mail.body
        assert "/imprint/" in mail.body
        assert "/notifications/mails/" not in mail.body + mail.alternatives[0].content
        assert "List-Unsubscribe" not in mail.extra_headers
        assert mail.extra_headers["Auto-Submitted"] == "auto-generated"

    @pytest.mark.usefixtures("notice")
    def test_text_and_html_say_the_same(self, mailoutbox):
        mail = message_from_bytes(sent(mailoutbox).message().as_bytes(), policy=policy.default)
        text, html = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
        links = set(re.findall(r"https?://\S+", text))
        assert set(re.findall(r'href="([^"]+)"', html)) <= links

    def test_there_is_one_and_no_second(self, comment, mailoutbox):
        form = uuid4()
        for _time in range(3):
            notice = noticed(comment, submission_id=form)
        assert notifying.write_to_notifier(notice, kind=Kind.RECEIPT) is None
        sent(mailoutbox)
        send_due()
        assert len(mailoutbox) == 1

    def test_whoever_need_not_say_who_he_is_gets_none(self, comment, mona):
        notice = noticed(comment, category="child_abuse", name="", email="")
        decided(notice, mona)
        assert not Mail.objects.filter(notice=notice).exists()

    def test_a_reader_too_is_written_to_where_he_asked_for(self, comment, alice, mailoutbox):
        noticed(comment, reader=alice)
        assert sent(mailoutbox).to == ["gerda@example.com"]
        assert not Notification.objects.filter(recipient=alice).exists()


class OutcomeTests:
    @pytest.mark.parametrize(
        ("measure", "sentence"),
        [
            ("remove", "Wir haben den Beitrag entfernt: persönlicher Angriff."),
            ("publish", "Der Beitrag bleibt stehen."),
        ],
    )
    def test_it_is_told_either_way_with_redress(
        self, client, notice, mona, mailoutbox, measure, sentence
    ):
        send_due()
        decided(notice, mona, measure)
        mailoutbox.clear()
        send_due()
        [mail] = [one for one in mailoutbox if one.to == ["gerda@example.com"]]
        assert mail.subject == f"Ihre Meldung {notice.number}: so haben wir entschieden"
        assert sentence in mail.body
        assert "Entschieden hat ein Mensch." in mail.body
        assert "können Sie kostenlos Beschwerde einlegen" in mail.body
        assert "Gericht" in mail.body
        assert "Mona" not in mail.body
        assert "Gerda" not in mail.body
        assert sentence in page_behind(client, mail)

    def test_a_comment_withdrawn_is_told_too(self, notice, comment, bob, mailoutbox):
        send_due()
        withdraw(comment, author=bob)
        mail = sent(mailoutbox)
        assert "zurückgezogen" in mail.body
        assert "Beschwerde" not in mail.body

    @pytest.mark.parametrize("outcome", ["overturned", "upheld"])
    def test_he_is_told_again_only_where_an_appeal_changes_it(
        self, client, notice, mona, max_, mailoutbox, outcome
    ):
        made = appeal(decided(notice, mona), text="Das war ein Zitat.")
        send_due()
        mailoutbox.clear()
        why = "Der Satz zitiert die Sitzung und greift niemanden an."
        answer(made, moderator=max_, outcome=outcome, answer=why)
        send_due()
        told = [one for one in mailoutbox if one.to == ["gerda@example.com"]]
        assert len(told) == (outcome == "overturned")
        for mail in told:
            assert "Wir haben unsere Entscheidung zurückgenommen." in mail.body
            assert "können Sie kostenlos Beschwerde einlegen" in mail.body
            assert why not in mail.body
            assert "Wir haben unsere Entscheidung zurückgenommen." in page_behind(client, mail)

    def test_of_a_comment_that_stays_away_he_is_not_told_again(
        self, notice, comment, bob, mona, max_, mailoutbox
    ):
        """Its author has left and wanted his texts gone, say."""
        made = appeal(decided(notice, mona), text="Das war ein Zitat.")
        Departure.objects.create(reader=bob, keeps_texts=False)
        send_due()
        mailoutbox.clear()
        answer(made, moderator=max_, outcome="overturned", answer="Der Satz ist ein Zitat.")
        send_due()
        assert not [one for one in mailoutbox if one.to == ["gerda@example.com"]]

    def test_the_author_does_not_learn_who_it_was(self, notice, mona, mailoutbox):
        decided(notice, mona)
        send_due()
        [mail] = [one for one in mailoutbox if one.to == ["bob@example.org"]]
        assert "durch eine Meldung rechtswidriger Inhalte" in mail.body
        for word in ("Gerda", "gerda@", notice.number, "boese"):
            assert word not in mail.body


class JobTests:
    def test_a_mail_server_that_is_away_is_asked_again(self, notice, later, monkeypatch):
        mail = Mail.objects.get(notice=notice)

        def away(self, fail_silently=False):
            raise smtplib.SMTPServerDisconnected

        with monkeypatch.context() as patched:
            patched.setattr(EmailMessage, "send", away)
            with pytest.raises(smtplib.SMTPServerDisconnected):
                mailing.send_mail_row(mail)
        later(minutes=10)
        send_due()
        mail.refresh_from_db()
        assert mail.sent_at
        assert mail.attempts == 2

    def test_after_five_attempts_it_is_set_aside(self, notice):
        Mail.objects.filter(notice=notice).update(attempts=5)
        send_due()
        assert Mail.objects.set_aside().get().notice == notice

    def test_ninety_days_later_the_address_is_gone(self, notice):
        old = timezone.now() - timedelta(days=91)
        Mail.objects.filter(notice=notice).update(created_at=old, sent_at=old)
        upkeep.forget_notifications()
        assert not Mail.objects.exists()
        assert Notice.objects.get() == notice

    def test_a_mail_is_to_a_reader_or_to_a_notifier(self, notice, alice):
        wrong = (
            {"recipient": alice, "address": "x@example.com"},
            {"recipient": alice, "notice": notice},
            {"address": "x@example.com"},
            {"notice": notice},
            {},
        )
        for fields in wrong:
            with pytest.raises(IntegrityError), transaction.atomic():
                Mail.objects.create(kind=Kind.OUTCOME, **fields)


class CautionTests:
    @pytest.mark.parametrize(
        ("until", "subject", "sentence"),
        [
            (None, "Ihre Meldungen: eine Verwarnung", "Geht es so weiter"),
            (timedelta(days=30), "Ihre Meldungen: eine Pause", "nehmen wir von Ihnen keine"),
        ],
    )
    def test_a_warning_and_a_pause_are_told_in_the_inbox_and_by_mail(
        self, client, alice, mailoutbox, until, subject, sentence
    ):
        caution = Caution.objects.create(
            reader=alice, until=until and timezone.now() + until, unfounded=10, judged=12
        )
        assert notifying.tell_of_caution(caution)
        assert notifying.tell_of_caution(caution) is None
        mail = sent(mailoutbox)
        assert (mail.to, mail.subject) == (["alice@example.org"], subject)
        assert "10 Ihrer 12" in mail.body
        assert sentence in mail.body
        assert "mindestens 10 unbegründete Meldungen" in mail.body
        client.force_login(alice)
        page = client.get("/notifications/").content.decode()
        assert "Ihre Meldungen" in page
        assert "unbegründet" in page


class PersonalDataTests:
    def test_the_copy_of_his_data_has_mails_about_his_notices(self, comment, alice):
        noticed(comment, reader=alice)
        assert [str(one["kind"]) for one in mails_to(alice)] == ["receipt"]

    def test_when_he_has_gone_mails_name_and_address_are_too(self, comment, alice, time_machine):
        noticed(comment, reader=alice)
        request_closing(alice, keeps_texts=True)
        time_machine.move_to(timezone.now() + timedelta(days=14, minutes=1))
        tidy()
        see_off_departed()
        notice = Notice.objects.get()
        assert (notice.name, notice.email) == ("", "")
        assert notice.reason
        assert not Mail.objects.filter(notice=notice).exists()
