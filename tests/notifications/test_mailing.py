"""How does a mail leave, what does it say, and what happens when it cannot?"""

import re
import smtplib
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from accounts.consent import agree_to_reply_mails, decline_reply_mails
from articles.models import Article
from forum.posting import withdraw
from moderation import pages
from moderation.deciding import decide
from moderation.flagging import flag
from moderation.models import Case
from moderation.queue import open_case
from notifications import mailing
from notifications.letters import WORD_JOINER, defused
from notifications.models import Kind, Mail, Notification
from tests.factories import ArticleFactory, make_comment, make_discussion
from tests.notifications.conftest import HEADLINE, send_due

REASONS = "Der Satz greift den Stadtrat persönlich an."


@pytest.fixture
def reply(discussion, agreed, bob):
    """Alice is answered by Bob; her mail waits."""
    return make_comment(
        discussion, bob, "Und der Wochenmarkt?", parent=make_comment(discussion, agreed)
    )


@pytest.fixture
def removal(discussion, bob, mona):
    """Bob's comment is removed; his mail waits."""
    comment = make_comment(discussion, bob, "Wer das beschlossen hat, ist ein Schwachkopf.")
    return decide(
        open_case(comment, reason="opened"),
        moderator=mona,
        measure="remove",
        revision=comment.revisions.get(),
        ground="personal_attack",
        explanation=REASONS,
    )


def sent(mailoutbox) -> EmailMessage:
    send_due()
    [mail] = mailoutbox
    return mail


def as_received(mail: EmailMessage):
    """The mail after it has been a string of bytes."""
    return message_from_bytes(mail.message().as_bytes(), policy=policy.default)


def html_of(mail) -> str:
    return mail.alternatives[0].content


class ReplyMailTests:
    @pytest.mark.usefixtures("reply")
    def test_the_subject_names_the_article_and_nobody(self, mailoutbox):
        mail = sent(mailoutbox)
        assert mail.subject == f"Neue Antwort auf Ihren Beitrag zu „{HEADLINE}“"
        assert mail.to == ["alice@example.org"]

    def test_the_text_says_who_what_and_where(self, reply, mailoutbox, settings):
        body = sent(mailoutbox).body
        assert body.startswith("Guten Tag Alice,")
        assert f"Bob hat auf Ihren Beitrag zu „{HEADLINE}“ geantwortet:" in body
        assert "„Und der Wochenmarkt?“" in body
        assert f"{settings.SITE_URL}/comments/{reply.pk}/" in body
        assert settings.CONTACT_EMAIL in body
        assert settings.SITE_NAME in body

    @pytest.mark.usefixtures("reply")
    def test_the_letter_names_the_paper_and_loads_nothing(self, mailoutbox, settings):
        settings.SITE_NAME = "Auenbote"
        html = html_of(sent(mailoutbox))
        assert ">Auenbote</p>" in html
        # A picture or a style from elsewhere would tell when the mail is read.
        assert not re.search(r"<(?:img|link|script)|url\(|@import|src=", html)

    @pytest.mark.usefixtures("reply")
    def test_text_and_html_say_the_same(self, mailoutbox):
        mail = as_received(sent(mailoutbox))
        text, html = mail.get_body(["plain"]), mail.get_body(["html"])
        assert text.get_content_charset() == html.get_content_charset() == "utf-8"
        assert "„Und der Wochenmarkt?“" in html.get_content()
        links = set(re.findall(r"https?://\S+", text.get_content()))
        assert set(re.findall(r'href="([^"]+)"', html.get_content())) <= links

    @pytest.mark.usefixtures("reply")
    def test_it_can_be_ended_with_one_click(self, mailoutbox):
        headers = sent(mailoutbox).extra_headers
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert re.fullmatch(r"<http\S+/unsubscribe/\S+/>", headers["List-Unsubscribe"])
        assert headers["Auto-Submitted"] == "auto-generated"

    def test_many_replies_make_one_mail(self, discussion, agreed, bob, carla, mailoutbox):
        comment = make_comment(discussion, agreed)
        for author in (bob, carla):
            make_comment(discussion, author, parent=comment)
        mail = sent(mailoutbox)
        assert mail.subject == f"2 neue Antworten auf Ihren Beitrag zu „{HEADLINE}“"
        assert "Bob" in mail.body
        assert "Carla" in mail.body

    def test_replies_under_two_articles_name_none(self, discussion, agreed, bob, mailoutbox):
        for place in (discussion, make_discussion()):
            make_comment(place, bob, parent=make_comment(place, agreed))
        assert sent(mailoutbox).subject == "2 neue Antworten auf Ihre Beiträge"

    def test_beyond_ten_the_rest_is_a_number(self, discussion, agreed, bob, mailoutbox):
        comment = make_comment(discussion, agreed)
        for _ in range(12):
            make_comment(discussion, bob, parent=comment)
        mail = sent(mailoutbox)
        assert mail.body.count("/comments/") == 10
        assert "Und 2 weitere Antworten: http" in mail.body

    def test_a_moderator_answers_without_a_name(self, discussion, agreed, mona, mailoutbox):
        make_comment(discussion, mona, parent=make_comment(discussion, agreed))
        mail = sent(mailoutbox)
        assert "Moderation hat auf Ihren Beitrag" in mail.body
        assert "Mona" not in mail.body

    def test_a_long_headline_is_cut_at_a_word(self, agreed, bob, mailoutbox):
        article = ArticleFactory(headline="Donaudampfschiff " * 10)
        discussion = make_discussion(article=article)
        make_comment(discussion, bob, parent=make_comment(discussion, agreed))
        headline = re.search("„(.+)“", sent(mailoutbox).subject)[1]
        assert len(headline) <= 60
        assert headline.endswith("Donaudampfschiff …")

    def test_a_line_break_in_a_headline_is_no_header(self, discussion, reply, mailoutbox):
        Article.objects.update(headline="Ufer\r\nBcc: mallory@example.org")
        mail = as_received(sent(mailoutbox))
        assert mail["Bcc"] is None
        assert mail["Subject"].endswith("zu „Ufer Bcc: mallory@example.org“")


class ReadersWordsTests:
    def mail(self, discussion, agreed, bob, mailoutbox, body: str) -> EmailMessage:
        make_comment(discussion, bob, body, parent=make_comment(discussion, agreed))
        return sent(mailoutbox)

    def test_they_are_cut_at_300_characters(self, discussion, agreed, bob, mailoutbox):
        mail = self.mail(discussion, agreed, bob, mailoutbox, "Wort " * 200)
        quote = re.search("„(Wort.+)“", mail.body)[1]
        assert len(quote) <= 300
        assert quote.endswith("Wort …")

    @pytest.mark.parametrize(
        "bait",
        [
            "https://evil.example/konto",
            "www.evil.example",
            "EVIL.example",
            "hilfe@evil.example",
            "mailto:a@evil.example",
            "[Ihr Konto](https://evil.example)",
            '<a href="https://evil.example">hier</a>',
        ],
    )
    def test_no_mail_program_makes_links_of_them(
        self, discussion, agreed, bob, mailoutbox, settings, bait
    ):
        mail = self.mail(discussion, agreed, bob, mailoutbox, f"Sehen Sie {bait} an")
        for part in (mail.body, html_of(mail)):
            assert not re.search(r"evil\.example|://evil|@evil", part, re.IGNORECASE)
        assert bait.split(".")[0].split("/")[0].split("@")[0][:4] in mail.body
        assert {link.split("/")[2] for link in re.findall(r'href="([^"]+)"', html_of(mail))} == {
            settings.SITE_URL.split("/")[2]
        }

    def test_they_cannot_pass_for_ours(self, discussion, agreed, bob, mailoutbox):
        body = "Ja.\n\n-- \n\nIhr Konto ist gesperrt.\n\nRufen Sie an."
        mail = self.mail(discussion, agreed, bob, mailoutbox, body)
        assert "„Ja. -- Ihr Konto ist gesperrt. Rufen Sie an.“" in mail.body

    def test_markup_in_them_is_text(self, discussion, agreed, bob, mailoutbox):
        mail = self.mail(discussion, agreed, bob, mailoutbox, "<b>Nein</b> & <script>x</script>")
        assert "<b>Nein</b> & <script>x</script>" in mail.body
        assert "&lt;b&gt;Nein&lt;/b&gt; &amp; &lt;script&gt;" in html_of(mail)

    def test_dates_and_numbers_stay_as_they_are(self):
        assert defused("am 04.02.2025, 1.204 Mal") == "am 04.02.2025, 1.204 Mal"
        assert defused("z.B.").replace(WORD_JOINER, "") == "z.B."


class NotWorthSendingTests:
    def test_a_reply_taken_back_meanwhile(self, reply, bob, mailoutbox):
        withdraw(reply, author=bob)
        send_due()
        assert mailoutbox == []
        assert Mail.objects.get().dropped_at

    @pytest.mark.usefixtures("reply")
    def test_after_the_reader_has_changed_his_mind(self, agreed, mailoutbox):
        decline_reply_mails(agreed)
        send_due()
        assert mailoutbox == []
        assert Mail.objects.get().dropped_at

    @pytest.mark.usefixtures("reply")
    def test_to_an_address_that_nobody_confirmed(self, agreed, mailoutbox):
        EmailAddress.objects.filter(user=agreed).update(verified=False)
        send_due()
        assert mailoutbox == []

    def test_the_next_reply_gets_a_mail_again(self, discussion, reply, agreed, bob, mailoutbox):
        decline_reply_mails(agreed)
        send_due()
        agree_to_reply_mails(agreed)
        make_comment(discussion, bob, parent=reply.parent)
        send_due()
        assert len(mailoutbox) == 1


class DecisionMailTests:
    def test_the_statement_goes_to_the_author(self, removal, mailoutbox):
        mail = sent(mailoutbox)
        assert mail.to == ["bob@example.org"]
        assert mail.subject == "Wir haben Ihren Beitrag entfernt: Begründung"
        assert REASONS in mail.body
        assert "Sehen Sie das anders?" in mail.body

    def test_it_carries_no_way_to_end_it(self, removal, mailoutbox):
        mail = sent(mailoutbox)
        assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & mail.extra_headers.keys()
        assert "unsubscribe" not in mail.body + html_of(mail)

    def test_its_link_opens_the_statement_without_signing_in(self, removal, mailoutbox):
        link = re.search(r"http://[^/]+(/decisions/\S+)", sent(mailoutbox).body)[1]
        page = Client().get(link)
        assert page.status_code == 200
        assert REASONS in page.content.decode()

    def test_it_goes_also_to_those_who_want_no_mails_about_replies(self, removal, bob, mailoutbox):
        assert bob.reply_mail_agreed_at is None
        assert sent(mailoutbox)

    def test_what_waited_and_is_published(self, discussion, bob, mona, mailoutbox):
        comment = make_comment(discussion, bob, status="held")
        case = open_case(comment, reason="held")
        decide(case, moderator=mona, measure="publish", revision=comment.revisions.get())
        mail = sent(mailoutbox)
        assert mail.subject == "Ihr Beitrag ist veröffentlicht"
        assert comment.get_absolute_url() in mail.body


class FlagMailTests:
    @pytest.mark.parametrize(
        ("measure", "outcome"),
        [
            ("remove", "Wir haben ihn entfernt: persönlicher Angriff."),
            ("publish", "Er verstößt nicht gegen unsere Netiquette und bleibt stehen."),
        ],
    )
    def test_the_outcome_goes_to_whoever_flagged(
        self, discussion, alice, bob, mona, mailoutbox, measure, outcome
    ):
        comment = make_comment(discussion, bob)
        flag(comment, reader=alice, reason="rude")
        decide(
            Case.objects.get(),
            moderator=mona,
            measure=measure,
            revision=comment.revisions.get(),
            ground="personal_attack",
            explanation=REASONS,
        )
        send_due()
        [mail] = [mail for mail in mailoutbox if mail.to == ["alice@example.org"]]
        assert mail.subject == "Ihre Meldung: so haben wir entschieden"
        assert outcome in mail.body
        assert "Entschieden hat ein Mensch." in mail.body
        assert "Bob" not in mail.body
        assert "Alice" not in "".join(m.body for m in mailoutbox if m.to == ["bob@example.org"])


@pytest.fixture
def broken_server(monkeypatch):
    """A mail server that refuses Alice, and takes everybody else."""
    send = EmailMessage.send

    def refuse(mail, *args, **kwargs):
        if mail.to == ["alice@example.org"]:
            raise smtplib.SMTPRecipientsRefused({})
        return send(mail, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", refuse)


def fail(mail: Mail) -> None:
    mail.refresh_from_db()
    with pytest.raises(smtplib.SMTPException):
        mailing.send_mail_row(mail)


@pytest.mark.usefixtures("broken_server", "reply")
class TroubleTests:
    def test_one_readers_trouble_is_not_anothers(self, removal, mailoutbox):
        for mail in Mail.objects.order_by("pk"):
            if mail.kind == Kind.REPLY:
                fail(mail)
            else:
                mailing.send_mail_row(mail)
        assert [mail.to for mail in mailoutbox] == [["bob@example.org"]]

    def test_it_is_tried_again_later_and_later(self, later):
        mail = Mail.objects.get()
        pauses = []
        for _ in range(3):
            fail(mail)
            mail.refresh_from_db()
            pauses.append((mail.leased_until - timezone.now()) / timedelta(seconds=30))
            later(hours=1)
        assert [round(pause) for pause in pauses] == [1, 8, 64]

    def test_after_five_attempts_it_is_set_aside(self, later, mailoutbox):
        mail = Mail.objects.get()
        for _ in range(5):
            fail(mail)
            later(hours=9)
        send_due()
        mail.refresh_from_db()
        assert mail.set_aside_at
        send_due()
        assert mail.attempts == 5
        assert mailoutbox == []


@pytest.mark.usefixtures("reply")
class TwiceTests:
    def test_the_row_is_sent_once_however_often_the_bell_rings(self, mailoutbox):
        mail = Mail.objects.get()
        for _ in range(3):
            mailing.send_mail_row(mail)
            mailing.send_mail_row(Mail.objects.get())
        assert len(mailoutbox) == 1

    def test_a_worker_killed_after_sending_repeats_under_the_same_id(self, later, mailoutbox):
        send_due()
        Mail.objects.update(sent_at=None)  # it died before it could say so
        later(minutes=2)
        send_due()
        ids = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
        assert len(ids) == 2
        assert ids[0] == ids[1]

    def test_while_one_worker_sends_no_other_does(self, mailoutbox):
        assert mailing.claim(Mail.objects.get())
        send_due()
        assert mailoutbox == []

    def test_two_mails_have_two_ids(self, removal, mailoutbox):
        send_due()
        assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 2


def test_a_mail_without_a_line_is_not_sent(alice, mailoutbox):
    Mail.objects.create(recipient=alice, kind=Kind.FLAG)
    send_due()
    assert mailoutbox == []
    assert Notification.objects.count() == 0


def test_every_mail_leads_to_imprint_and_the_other_pages_of_the_house(removal, reply, mailoutbox):
    send_due()
    assert len(mailoutbox) == 2
    for mail in mailoutbox:
        for label, address in pages.addresses():
            assert f"{label}: {address}" in mail.body
            link = f'<a class="link" href="{address}" style="color: #0B5768">{label}</a>'
            assert link in mail.alternatives[0].content
