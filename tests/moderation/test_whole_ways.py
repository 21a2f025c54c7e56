"""Does a report go its whole way, and a notice, by plain HTTP and with the mails that leave?"""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape
from io import StringIO

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from forum.models import Comment
from forum.recommending import recommend
from moderation import respites
from moderation import upkeep as upkeep_of_desk
from moderation.models import Decision, Respite
from notifications import mailing, upkeep
from notifications.models import Mail
from tests.factories import make_comment, make_discussion

TEXT = "Wer das beschlossen hat, ist ein Schwachkopf."
REPLY = "Bleiben wir sachlich."
WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
OBJECTION = "Ich meine niemanden persönlich, das ist ein Zitat aus dem Rat."
ANSWER = "Der Satz zitiert die Sitzung und greift niemanden an."
ILLEGAL = "Der Satz ist eine Beleidigung der Mitglieder des Stadtrats."
BETWEEN_MAILS = b"\n" + b"-" * 79 + b"\n"


@pytest.fixture
def comment(alice, bob) -> Comment:
    comment = make_comment(make_discussion(), bob, TEXT)
    make_comment(comment.discussion, alice, REPLY, parent=comment)
    recommend(comment, reader=alice)
    return comment


@pytest.fixture
def letters(tmp_path, settings, time_machine):
    """What leaves within the next minute, read from the files that the mail is written to."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    known: set[str] = set()

    def leave() -> dict[str, str]:
        """Address -> subject and text."""
        time_machine.move_to(timezone.now() + timedelta(minutes=1))
        for pk in upkeep_of_desk.overdue_respites():
            respites.take_effect(Respite.objects.get(pk=pk))
        for pk in upkeep.due_mails():
            mailing.send_mail_row(Mail.objects.get(pk=pk))
        files = sorted(path for path in (tmp_path / "mail").glob("*") if path.name not in known)
        known.update(path.name for path in files)
        return dict(one for path in files for one in read(path.read_bytes()))

    return leave


def read(file: bytes) -> Iterator[tuple[str, str]]:
    """A file may hold several: its name is the second, and an id() that may come again."""
    for raw in file.split(BETWEEN_MAILS)[:-1]:
        mail = message_from_bytes(raw, policy=policy.default)
        yield mail["To"], f"{mail['Subject']}\n{mail.get_body(['plain']).get_content()}"


def linked(letter: str, page: str) -> str:
    """The address of that page in the letter, as far as it is ours."""
    return re.search(rf"^{re.escape(site.SITE_URL)}(/{page}/\S+)$", letter, re.MULTILINE)[1]


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form_of(page: str, action: str) -> dict[str, str]:
    """What is filled in already in the form that is sent there."""
    form = re.search(rf'<form[^>]* action="{re.escape(action)}.*?</form>', page, re.DOTALL)[0]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in fields}


def follow(client: Client, address: str, link: str) -> str:
    """The first address on that page that looks like this."""
    return unescape(re.search(rf'href="({link})"', client.get(address).content.decode())[1])


def remove_at_desk(moderator, view: str) -> str:
    """As a moderator who takes the first case of that view; the case's address."""
    desk = signed_in(moderator)
    address = follow(desk, f"/moderation/?view={view}", r"/moderation/cases/\d+/[^\"]*")
    case = address.partition("?")[0]
    assert desk.post(f"{case}claim/").status_code == 303
    page = desk.get(case).content.decode()
    sent = {"measure": "remove", "ground": "personal_attack", "explanation": WHY}
    answer = desk.post(f"{case}decision/", form_of(page, f"{case}decision/") | sent)
    assert answer.status_code == 303
    return case


def appeal_by(letter: str) -> str:
    """By the link of the mail alone, as somebody whom the site does not know; the page after."""
    author = Client()
    page = author.get(linked(letter, "decisions")).content.decode()
    action = re.search(r'action="(/decisions/\d+/appeal/)"', page)[1]
    sent = author.post(action, form_of(page, action) | {"text": OBJECTION})
    assert sent.status_code == 303
    assert not author.cookies
    return author.get(sent["Location"]).content.decode()


def overturn_at_desk(senior) -> None:
    desk = signed_in(senior)
    case = follow(desk, "/moderation/?view=appeals", r"/moderation/cases/\d+/[^\"]*")
    appeal = follow(desk, case, r"/moderation/appeals/\d+/")
    answer = desk.post(appeal, {"outcome": "overturned", "answer": ANSWER})
    assert answer.status_code == 303


def remove_row(number: int) -> None:
    """As by a superuser, who can set triggers aside."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM moderation_decision WHERE number = %s", [number])
        cursor.execute("SET session_replication_role = DEFAULT")


class FlagTests:
    def test_from_the_flag_to_the_comment_that_is_restored(
        self, comment, alice, bob, mona, max_, letters, client
    ):
        address, discussion = comment.get_absolute_url(), comment.discussion.get_absolute_url()
        flags = f"/comments/{comment.pk}/flags/"
        sent = signed_in(alice).post(flags, {"reason": "rude", "explanation": "Gegen Personen."})
        assert sent.status_code == 303

        remove_at_desk(mona, "flagged")
        assert TEXT not in client.get(discussion).content.decode()
        assert not Decision.objects.exists(), "it can still be undone"
        told = letters()
        assert told["bob@example.org"].startswith("Wir haben Ihren Beitrag entfernt: Begründung\n")
        assert WHY in told["bob@example.org"]
        assert "Wir haben ihn entfernt: persönlicher Angriff" in told["alice@example.org"]
        assert REPLY in client.get(discussion).content.decode()

        statement = client.get(linked(told["bob@example.org"], "decisions")).content.decode()
        for label in (
            *("Maßnahme", "Getroffen am", "Wo sie gilt", "Wie lange sie gilt", "Worum es geht"),
            *("Begründung", "Aufmerksam geworden durch", "Automatisch entschieden"),
        ):
            assert f"<dt>{label}</dt>" in statement
        assert TEXT in statement
        assert OBJECTION in appeal_by(told["bob@example.org"])
        assert letters()["bob@example.org"].startswith("Eingang Ihrer Beschwerde ")

        overturn_at_desk(max_)
        told = letters()
        assert f"Wir nehmen unsere Entscheidung zurück: {ANSWER}" in told["bob@example.org"]
        assert "ist wieder sichtbar" in told["alice@example.org"]
        page = client.get(address).content.decode()
        assert TEXT in page
        assert page.index(TEXT) < page.index(REPLY)
        restored = Comment.objects.get(pk=comment.pk)
        assert (restored.path, restored.published_at) == (comment.path, comment.published_at)
        assert restored.tally.reply_count == restored.recommendations.count() == 1
        assert letters() == {}

        removal, reversal = Decision.objects.order_by("number")
        assert (removal.measure, reversal.reverses) == ("remove", removal)
        proof = StringIO()
        call_command("verify_log", stdout=proof)
        assert "2 Entscheidungen" in proof.getvalue()
        remove_row(1)
        with pytest.raises(CommandError, match="1 Bruch"):
            call_command("verify_log", stdout=StringIO())


class NoticeTests:
    def test_from_the_notice_without_an_account_to_its_outcome(
        self, comment, mona, max_, letters, client
    ):
        address = f"/comments/{comment.pk}/notices/"
        form = form_of(client.get(address).content.decode(), address)
        given = {
            "category": "insult",
            "reason": ILLEGAL,
            "address": f"{site.SITE_URL}{comment.get_absolute_url()}",
            "name": "Gerda Müller",
            "email": "gerda@example.com",
            "good_faith": "on",
        }
        sent = client.post(address, form | given)
        assert sent.status_code == 303
        receipt = letters()["gerda@example.com"]
        number = re.search(r"M-\d{4}-\d{6}", receipt)[0]
        assert receipt.startswith(f"Eingang Ihrer Meldung {number}\n")
        assert ILLEGAL not in receipt
        page = client.get(linked(receipt, "notices")).content.decode()
        assert ILLEGAL in page
        assert "Wir haben den Beitrag entfernt" not in page

        remove_at_desk(mona, "notices")
        told = letters()
        removed = "Wir haben den Beitrag entfernt: persönlicher Angriff."
        assert removed in told["gerda@example.com"]
        assert "durch eine Meldung rechtswidriger Inhalte" in told["bob@example.org"]
        assert "Gerda" not in told["bob@example.org"]
        page = client.get(linked(told["gerda@example.com"], "notices")).content.decode()
        assert removed in page
        assert "Beschwerde" in page

        appeal_by(told["bob@example.org"])
        letters()
        overturn_at_desk(max_)
        told = letters()
        assert told["gerda@example.com"].startswith(f"Ihre Meldung {number}: ")
        assert "Wir haben unsere Entscheidung zurückgenommen." in told["gerda@example.com"]
        assert removed not in told["gerda@example.com"]
        page = client.get(linked(told["gerda@example.com"], "notices")).content.decode()
        assert "Wir haben unsere Entscheidung zurückgenommen." in page
        assert TEXT in client.get(comment.get_absolute_url()).content.decode()
