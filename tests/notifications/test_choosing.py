"""Which mails does a reader choose, and which come in any case?"""

import pytest

from accounts.models import User
from moderation.deciding import decide
from moderation.flagging import flag
from moderation.models import Case
from notifications import choosing
from notifications.models import OPTIONAL, Kind, Mail
from tests.factories import make_comment
from tests.notifications.conftest import send_due

PAGE = "/notifications/mails/"


def wanted(reader: User) -> set[str]:
    return choosing.kinds_wanted(User.objects.get(pk=reader.pk))


def settle_flag(discussion, *, author, reader, moderator, measure="publish") -> None:
    comment = make_comment(discussion, author)
    flag(comment, reader=reader, reason="rude")
    decide(
        Case.objects.open().get(),
        moderator=moderator,
        measure=measure,
        revision=comment.revisions.get(),
        ground="off_topic",
        explanation="Das gehört nicht zu diesem Artikel.",
    )


class MailsPageTests:
    def test_alice_sees_what_she_gets(self, client, alice):
        client.force_login(alice)
        page = client.get(PAGE).content.decode()

        assert "wenn über meine Meldung entschieden ist" in page
        assert page.count("checked") == 2  # all but replies, for which she has not asked

    def test_she_chooses_and_is_told_that_it_is_saved(self, client, alice):
        client.force_login(alice)
        answer = client.post(PAGE, {"reply": "on"}, follow=True)

        assert "Gespeichert." in answer.content.decode()
        assert answer.content.decode().count("checked") == 1
        assert wanted(alice) == set(Kind) - {Kind.FLAG, Kind.PUBLISHED}

    def test_the_time_of_her_consent_is_not_moved_by_saving_again(self, client, agreed):
        since = agreed.reply_mail_agreed_at
        client.force_login(agreed)
        client.post(PAGE, {"reply": "on"})

        agreed.refresh_from_db()
        assert agreed.reply_mail_agreed_at == since

    def test_what_was_refused_can_be_had_again(self, client, alice):
        for kind in OPTIONAL:
            choosing.refuse(alice, kind)
        assert wanted(alice) == set(Kind) - set(OPTIONAL)
        client.force_login(alice)
        client.post(PAGE, {"reply": "on", "flag": "on", "published": "on"})

        assert wanted(alice) == set(Kind)

    def test_looking_changes_nothing(self, client, alice):
        client.force_login(alice)
        client.get(f"{PAGE}?reply=on")
        assert wanted(alice) == set(Kind) - {Kind.REPLY}

    def test_strangers_are_asked_to_sign_in(self, client, db):
        assert client.get(PAGE).url == f"/account/login/?next={PAGE}"

    def test_the_inbox_leads_there(self, client, alice):
        client.force_login(alice)
        assert f'href="{PAGE}"' in client.get("/notifications/").content.decode()


class RefusedKindTests:
    def test_no_mail_is_made_and_the_line_stands_in_the_inbox(self, discussion, alice, bob, mona):
        choosing.refuse(alice, Kind.FLAG)
        settle_flag(discussion, author=bob, reader=alice, moderator=mona)

        assert [line.mail for line in alice.notifications.all()] == [None]
        assert not Mail.objects.filter(recipient=alice).exists()

    def test_others_who_flagged_get_theirs(self, discussion, alice, bob, carla, mona):
        choosing.refuse(alice, Kind.FLAG)
        comment = make_comment(discussion, bob)
        flag(comment, reader=carla, reason="rude")
        flag(comment, reader=alice, reason="rude")
        decide(
            Case.objects.get(), moderator=mona, measure="publish", revision=comment.revisions.get()
        )
        assert [mail.recipient for mail in Mail.objects.all()] == [carla]

    def test_a_mail_that_waits_already_is_dropped(self, discussion, alice, bob, mona, mailoutbox):
        settle_flag(discussion, author=bob, reader=alice, moderator=mona)
        choosing.refuse(alice, Kind.FLAG)
        send_due()

        assert mailoutbox == []
        assert Mail.objects.get(recipient=alice).dropped_at

    def test_publication_can_be_refused_too(self, discussion, bob, mona):
        choosing.refuse(bob, Kind.PUBLISHED)
        comment = make_comment(discussion, bob, status="held")
        decide(
            Case.objects.create(comment=comment, reasons=["held"]),
            moderator=mona,
            measure="publish",
            revision=comment.revisions.get(),
        )
        assert bob.notifications.count() == 1
        assert not Mail.objects.exists()

    def test_what_was_taken_from_him_he_is_told_whatever_he_refused(
        self, discussion, alice, bob, mona, mailoutbox
    ):
        choosing.choose(bob, [])
        settle_flag(discussion, author=bob, reader=alice, moderator=mona, measure="remove")
        send_due()

        assert ["bob@example.org"] in [mail.to for mail in mailoutbox]

    def test_refusing_twice_is_refusing_once(self, alice):
        choosing.refuse(alice, Kind.FLAG)
        choosing.refuse(alice, Kind.FLAG)
        assert alice.mail_refusals.count() == 1


@pytest.mark.parametrize(
    ("kind", "subject", "question"),
    [
        ("flag", "Ihre Meldung: so haben wir entschieden", "E-Mails über Ihre Meldungen"),
        (
            "published",
            "Ihr Beitrag ist veröffentlicht",
            "E-Mails über die Veröffentlichung Ihrer Beiträge",
        ),
    ],
)
def test_each_kind_can_be_ended_from_its_mail(
    client, discussion, alice, bob, mona, mailoutbox, kind, subject, question
):
    comment = make_comment(discussion, bob, status="held" if kind == "published" else "published")
    if kind == "flag":
        flag(comment, reader=alice, reason="rude")
        case = Case.objects.get()
    else:
        case = Case.objects.create(comment=comment, reasons=["held"])
    decide(case, moderator=mona, measure="publish", revision=comment.revisions.get())
    send_due()

    [mail] = mailoutbox
    assert mail.subject == subject
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in mail.body
    assert PAGE in mail.body
    path = "/" + address.split("/", 3)[3]
    assert f"{question} abbestellen?" in client.get(path).content.decode()
    reader = alice if kind == "flag" else bob
    assert kind in wanted(reader)
    assert "Keine E-Mails mehr über" in client.post(path).content.decode()
    assert kind not in wanted(reader)
