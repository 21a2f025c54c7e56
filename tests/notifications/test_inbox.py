"""What does a reader find in his inbox?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.publishing import hold
from moderation.deciding import decide
from moderation.models import Decision
from moderation.queue import open_case
from notifications import upkeep
from notifications.models import Kind, Mail, Notification
from tests.factories import make_comment
from tests.notifications.conftest import HEADLINE

INBOX = "/notifications/"


@pytest.fixture
def reply(discussion, alice, bob):
    return make_comment(discussion, bob, parent=make_comment(discussion, alice))


@pytest.fixture
def line(reply) -> Notification:
    return Notification.objects.get()


def fill(reader, comment, count: int) -> None:
    Notification.objects.bulk_create(
        Notification(recipient=reader, kind=Kind.REPLY, fact=f"test:{n}", comment=comment)
        for n in range(count)
    )


def page(client, reader, address: str = INBOX) -> str:
    client.force_login(reader)
    return client.get(address).content.decode()


class InboxTests:
    def test_a_line_names_the_article_and_leads_to_the_comment(self, client, alice, reply):
        text = page(client, alice)
        assert "Bob hat auf Ihren Beitrag geantwortet." in text
        assert HEADLINE in text
        assert f'href="{reply.get_absolute_url()}"' in text

    def test_a_decision_leads_to_its_reasons(self, client, discussion, bob, mona):
        comment = make_comment(discussion, bob)
        decision = decide(
            open_case(comment, reason="opened"),
            moderator=mona,
            measure="remove",
            revision=comment.revisions.get(),
            ground="off_topic",
            explanation="Das gehört nicht zu diesem Artikel.",
        )
        text = page(client, bob)
        assert "Wir haben Ihren Beitrag entfernt: Begründung" in text
        assert f'href="{decision.get_absolute_url()}"' in text
        assert client.get(decision.get_absolute_url()).status_code == 200

    def test_a_reply_that_was_taken_down_leaves_no_name(self, client, alice, reply):
        hold(reply)
        text = page(client, alice)
        assert "Eine Antwort auf Ihren Beitrag ist nicht mehr zu sehen." in text
        assert "Bob" not in text

    def test_newest_first_in_pages(self, client, alice, reply):
        Notification.objects.all().delete()
        fill(alice, reply, 65)
        ids = [
            f'id="notification-{pk}"'
            for pk in Notification.objects.order_by("-pk").values_list("pk", flat=True)
        ]
        found, address = [], INBOX
        for _ in range(3):
            text = page(client, alice, address)
            found += [each for each in ids if each in text]
            more = text.partition('class="pager__more" href="')[2].partition('"')[0]
            address = INBOX + more
        assert found == ids
        assert more == ""

    @pytest.mark.parametrize("cursor", ["1", "x:y", "-1"])
    def test_a_forged_place_is_refused(self, client, alice, cursor):
        client.force_login(alice)
        assert client.get(INBOX, {"after": cursor}).status_code == 400

    def test_an_empty_one_says_what_will_be_there(self, client, alice):
        assert "Noch nichts." in page(client, alice)

    def test_strangers_are_asked_to_sign_in(self, client):
        answer = client.get(INBOX)
        assert answer.status_code == 302
        assert "next=/notifications/" in answer.url

    def test_other_peoples_lines_are_not_there(self, client, bob, line):
        assert f"notification-{line.pk}" not in page(client, bob)

    def test_the_number_of_queries_does_not_grow(
        self, client, alice, reply, django_assert_num_queries
    ):
        client.force_login(alice)
        client.get(INBOX)
        with django_assert_num_queries(4):
            client.get(INBOX)
        fill(alice, reply, 29)
        with django_assert_num_queries(4):
            client.get(INBOX)

    def test_nor_with_lines_about_haste(self, client, max_, mona, reply, django_assert_num_queries):
        decisions = [
            Decision.objects.create(comment=reply, measure="publish", origin="own", decided_by=mona)
            for _number in range(5)
        ]
        for decision in decisions:
            Notification.objects.create(
                recipient=max_, kind=Kind.HASTE, fact=f"haste:{decision.pk}", decision=decision
            )
        assert page(client, max_).count("Mona hat in 10 Minuten mehr als 200 Entsch") == 5
        # Two for the rights of a senior.
        with django_assert_num_queries(6):
            client.get(INBOX)


class MarkTests:
    def test_looking_marks_nothing(self, client, alice, line):
        page(client, alice)
        page(client, alice, line.comment.get_absolute_url())
        line.refresh_from_db()
        assert line.read_at is None

    def test_a_button_marks_one_line(self, client, alice, line):
        client.force_login(alice)
        answer = client.post(f"/notifications/{line.pk}/read/")
        assert (answer.status_code, answer.url) == (303, INBOX)
        line.refresh_from_db()
        assert line.read_at

    def test_the_other_one_leads_on_to_the_reply(self, client, alice, line):
        client.force_login(alice)
        answer = client.post(f"/notifications/{line.pk}/read/", {"open": "1"})
        assert (answer.status_code, answer.url) == (303, line.comment.get_absolute_url())
        assert not Notification.objects.unread().exists()

    def test_all_at_once(self, client, alice, bob, reply, discussion):
        fill(alice, reply, 5)
        make_comment(discussion, alice, parent=reply)
        client.force_login(alice)
        client.post("/notifications/read/")
        assert not alice.notifications.unread().exists()
        assert bob.notifications.unread().count() == 1

    def test_nobody_marks_somebody_elses(self, client, bob, line):
        client.force_login(bob)
        assert client.post(f"/notifications/{line.pk}/read/").status_code == 404
        assert Notification.objects.unread().count() == 1

    @pytest.mark.parametrize("address", ["/notifications/read/", "/notifications/1/read/"])
    def test_not_by_following_a_link(self, client, alice, address):
        client.force_login(alice)
        answer = client.get(address)
        assert answer.status_code == 405
        assert "POST" in answer.headers["Allow"]


class UnreadCountTests:
    @pytest.mark.parametrize(
        ("count", "shown"), [(2, "(3)"), (98, "(99)"), (99, "(99+)"), (300, "(99+)")]
    )
    def test_the_bar_counts_up_to_99(self, client, alice, reply, count, shown):
        fill(alice, reply, count)
        assert f"Mitteilungen {shown}</a>" in page(client, alice)

    def test_without_any_the_bar_shows_no_number(self, client, alice):
        assert "Mitteilungen</a>" in page(client, alice)

    def test_strangers_cost_no_query(self, client, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            client.get("/unsubscribe/forged/")


class ForgetTests:
    def test_after_ninety_days_lines_and_mails_are_gone(self, alice, line, later):
        Mail.objects.create(recipient=alice, kind=Kind.FLAG)
        later(days=89)
        upkeep.forget_notifications()
        assert Notification.objects.count() == Mail.objects.count() == 1
        later(days=2)
        assert upkeep.forget_notifications() == 1
        assert not Notification.objects.exists()
        assert not Mail.objects.exists()

    def test_due_is_what_should_have_left_and_what_nobody_works_on(self, alice):
        now = timezone.now()
        due = Mail.objects.create(recipient=alice, kind=Kind.FLAG)
        for fields in (
            {"not_before": now + timedelta(minutes=1)},
            {"leased_until": now + timedelta(minutes=1)},
            {"sent_at": now},
            {"dropped_at": now},
            {"set_aside_at": now},
        ):
            Mail.objects.create(recipient=alice, kind=Kind.FLAG, **fields)
        assert upkeep.due_mails() == [due.pk]
