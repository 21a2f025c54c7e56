"""What follows from a warning, and how does its reader get past it?"""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from forum.models import Comment
from forum.posting import edit_comment, post_comment
from moderation.deciding import decide
from moderation.models import Acknowledgement, Decision
from moderation.queue import open_case
from moderation.restricting import decide_about_author
from moderation.warning import acknowledge
from notifications.mailing import send_mail_row
from notifications.models import Mail
from tests.factories import make_comment, make_discussion

TEXT = "Wer das beschlossen hat, ist ein Schwachkopf."
WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
REASONS = {"ground": "personal_attack", "explanation": WHY}


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, TEXT)


@pytest.fixture
def warning(comment, mona):
    return decide(
        open_case(comment, reason="flagged"),
        moderator=mona,
        measure="warn",
        revision=comment.revisions.get(),
        **REASONS,
    )


class WarnTests:
    def test_the_comment_stays_and_its_author_writes_nothing_more(self, warning, comment, bob):
        comment.refresh_from_db()
        bob.refresh_from_db()
        assert comment.status == "published"
        assert warning.reader == bob
        with pytest.raises(PermissionDenied, match="verwarnt"):
            post_comment(comment.discussion, author=bob, body="Und der Wochenmarkt?")
        with pytest.raises(PermissionDenied, match="verwarnt"):
            edit_comment(comment, author=bob, body="Und der Wochenmarkt?")

    def test_he_is_told_by_mail_with_reasons_and_redress(self, warning, bob):
        send_mail_row(Mail.objects.get(recipient=bob))
        letter = mail.outbox[0]
        assert letter.subject == "Eine Verwarnung der Moderation: Begründung"
        assert WHY in letter.body
        assert "Beschwerde" in letter.body
        assert "Mona" not in letter.body

    def test_beside_a_removal_it_is_a_decision_of_its_own(self, comment, bob, mona):
        decide(
            open_case(comment, reason="flagged"),
            moderator=mona,
            measure="remove",
            revision=comment.revisions.get(),
            **REASONS,
        )
        decide_about_author(comment, moderator=mona, measure="warn", **REASONS)
        bob.refresh_from_db()
        assert bob.warned_at
        assert [one.measure for one in Decision.objects.order_by("pk")] == ["remove", "warn"]
        assert Mail.objects.filter(recipient=bob).count() == 2

    def test_needs_ground_and_reasons(self, comment, mona):
        with pytest.raises(Exception, match="Grund"):
            decide_about_author(comment, moderator=mona, measure="warn", explanation=WHY)

    def test_nobody_warns_himself_or_a_colleague(self, comment, bob, mona, max_):
        own = make_comment(comment.discussion, mona)
        with pytest.raises(PermissionDenied):
            decide_about_author(own, moderator=mona, measure="warn", **REASONS)
        with pytest.raises(PermissionDenied):
            decide_about_author(own, moderator=max_, measure="warn", **REASONS)
        with pytest.raises(PermissionDenied):
            decide_about_author(comment, moderator=bob, measure="warn", **REASONS)


class AcknowledgeTests:
    def test_then_he_can_write_again_and_the_time_is_kept(self, warning, comment, bob):
        assert acknowledge(bob, until=warning.decided_at) == 1
        bob = User.objects.get(pk=bob.pk)
        post_comment(comment.discussion, author=bob, body="Und der Wochenmarkt?")
        assert Acknowledgement.objects.get().decision == warning

    def test_twice_is_once(self, warning, bob):
        acknowledge(bob, until=warning.decided_at)
        assert acknowledge(bob, until=timezone.now()) == 0

    def test_what_came_after_he_opened_the_page_is_not_read_by_it(self, warning, bob):
        assert acknowledge(bob, until=warning.decided_at - timedelta(seconds=1)) == 0
        bob.refresh_from_db()
        assert bob.warned_at


class PageTests:
    ADDRESS = "/account/warnings/"

    def test_he_reads_it_and_confirms(self, client, warning, bob):
        client.force_login(bob)
        page = client.get(self.ADDRESS)
        assert WHY in page.content.decode()
        until = page.context["until"]
        assert client.post(self.ADDRESS, {"until": until}).status_code == 303
        bob.refresh_from_db()
        assert bob.warned_at is None
        assert "keine Verwarnung" in client.get(self.ADDRESS).content.decode()

    def test_what_he_was_writing_is_in_the_box_again(self, client, warning, comment, bob):
        client.force_login(bob)
        write = f"/discussions/{comment.discussion_id}/comments/"
        refused = client.post(write, {"body": "Und der\nWochenmarkt?", "parent": comment.pk})
        assert refused.status_code == 403
        box = refused.content.decode()
        assert 'name="body" value="Und der\nWochenmarkt?"' in box
        bob.refresh_from_db()
        sent = {
            "until": bob.warned_at.isoformat(),
            "discussion": comment.discussion_id,
            "parent": comment.pk,
            "body": "Und der\nWochenmarkt?",
        }
        again = client.post(self.ADDRESS, sent, follow=True)
        assert again.redirect_chain[0][0] == f"{write}?parent={comment.pk}"
        assert "Und der\nWochenmarkt?</textarea>" in again.content.decode()
        assert Comment.objects.count() == 1

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"until": "gestern"},
            {"until": "2026-13-40T00:00"},
            {"until": "2026-11-28T10:00"},
            {"until": "0001-01-01T00:00:00+23:59", "discussion": "9" * 30, "body": "x"},
            {"until": "9999-12-31T23:59:59-23:59", "discussion": "7\x00", "body": "x"},
        ],
    )
    def test_nonsense_is_refused_and_changes_nothing_of_the_warning(
        self, client, warning, bob, sent
    ):
        client.force_login(bob)
        assert client.post(self.ADDRESS, sent).status_code < 500

    def test_strangers_are_asked_to_sign_in(self, client, db):
        assert client.get(self.ADDRESS).status_code == 302
