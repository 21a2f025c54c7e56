"""How is a reader kept from writing, and what does he hear and say before?"""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from accounts.leaving import close_account
from accounts.models import User
from forum.posting import post_comment
from moderation import suspending
from moderation.handing import hand_over
from moderation.models import Case, Decision, Hearing
from moderation.restricting import decide_about_author
from moderation.suspending import announce, answer, come_back_overdue, decide, suspend_at_once
from notifications.mailing import send_mail_row
from notifications.models import Mail
from tests.factories import make_comment, make_discussion

WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
REASONS = {"ground": "personal_attack", "explanation": WHY}
LATER = "Ihre Antwort ändert nichts daran, dass es das dritte Mal war."


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, "Wer das beschlossen hat, ist ein Schwachkopf.")


@pytest.fixture
def hearing(comment, mona):
    return announce(comment, moderator=mona, days=7, **REASONS)


def letters_to(reader):
    for row in Mail.objects.filter(recipient=reader, sent_at__isnull=True).order_by("pk"):
        send_mail_row(row)
    return mail.outbox


def over(hearing):
    Hearing.objects.filter(pk=hearing.pk).update(deadline=timezone.now() - timedelta(minutes=1))
    return Hearing.objects.get(pk=hearing.pk)


def gone(reader):
    closing = {"closing_at": timezone.now() - timedelta(minutes=1), "keeps_texts": True}
    User.objects.filter(pk=reader.pk).update(**closing)
    assert close_account(reader)


class AnnounceTests:
    def test_he_is_told_why_and_can_still_write(self, hearing, comment, bob):
        letter = letters_to(bob)[0]
        assert "Sie können vorher antworten" in letter.subject
        assert WHY in letter.body
        assert "für 7 Tage" in letter.body
        assert f"/account/hearings/{hearing.pk}/" in letter.body
        assert "Mona" not in letter.body
        post_comment(comment.discussion, author=bob, body="Und der Wochenmarkt?")
        assert not Decision.objects.exists()

    def test_moderators_announce_a_week_at_most(self, comment, mona, max_):
        for days in (14, None):
            with pytest.raises(PermissionDenied, match="leitende"):
                announce(comment, moderator=mona, days=days, **REASONS)
        assert announce(comment, moderator=max_, days=None, **REASONS).days is None

    def test_only_once_at_a_time(self, hearing, comment, mona):
        with pytest.raises(ValidationError) as refused:
            announce(comment, moderator=mona, days=3, **REASONS)
        assert refused.value.code == "conflict"


class AnswerTests:
    def test_brings_it_back_to_the_desk(self, hearing, bob):
        answer(hearing, reader=bob, text="Das war im Zorn. Es tut mir leid.")
        case = Case.objects.get()
        assert (case.reader, case.reasons) == (bob, ["heard"])

    def test_once_and_only_his_own(self, hearing, bob, alice):
        with pytest.raises(Http404):
            answer(hearing, reader=alice, text="Ich auch.")
        answer(hearing, reader=bob, text="Das war im Zorn.")
        with pytest.raises(ValidationError) as refused:
            answer(hearing, reader=bob, text="Und noch etwas.")
        assert refused.value.code == "conflict"

    def test_silence_brings_it_back_when_the_time_is_over(self, hearing):
        assert come_back_overdue() == 0
        over(hearing)
        assert come_back_overdue() == 1
        assert come_back_overdue() == 0
        assert Case.objects.get().reasons == ["heard"]


class LeavingTests:
    def test_who_closes_his_account_waits_on_no_desk(self, hearing, bob):
        answer(hearing, reader=bob, text="Dann gehe ich eben.")
        gone(bob)
        hearing.refresh_from_db()
        assert hearing.answer == ""
        assert not Case.objects.open().exists()

    def test_nor_does_he_come_back_there(self, hearing, bob):
        gone(bob)
        over(hearing)
        assert come_back_overdue() == 0


class DecideTests:
    def test_not_before_he_was_heard(self, hearing, mona):
        with pytest.raises(ValidationError, match="noch Zeit"):
            decide(hearing, moderator=mona, suspends=True, explanation=LATER)

    def test_then_he_cannot_write_until_the_end_that_he_reads(self, hearing, bob, mona):
        answer(hearing, reader=bob, text="Das war im Zorn.")
        decision = decide(hearing, moderator=mona, suspends=True, explanation=LATER)
        bob = User.objects.get(pk=bob.pk)
        assert bob.is_suspended
        assert bob.suspended_until == decision.until
        assert Case.objects.get().closed_at
        letter = letters_to(bob)[-1]
        assert letter.subject == "Sie können lesen, aber nicht schreiben: Begründung"
        assert LATER in letter.body
        assert "Beschwerde" in letter.body
        with pytest.raises(PermissionDenied):
            post_comment(hearing.comment.discussion, author=bob, body="Und der Wochenmarkt?")

    def test_or_it_is_dropped_and_he_is_told(self, hearing, bob, mona):
        answer(hearing, reader=bob, text="Ich habe mich entschuldigt, siehe unten.")
        decide(hearing, moderator=mona, suspends=False, explanation="Sie haben sich entschuldigt.")
        assert not User.objects.get(pk=bob.pk).is_suspended
        assert letters_to(bob)[-1].subject == "Sie können auf unserer Seite schreiben"
        with pytest.raises(ValidationError):
            decide(over(hearing), moderator=mona, suspends=True, explanation=LATER)

    def test_it_ends_by_itself(self, comment, bob, mona):
        suspend_at_once(comment, moderator=mona, days=1, why_grave="Drohung.", **REASONS)
        User.objects.filter(pk=bob.pk).update(suspended_until=timezone.now())
        post_comment(
            comment.discussion, author=User.objects.get(pk=bob.pk), body="Wieder da, und ruhig."
        )


class GraveTests:
    def test_at_once_with_the_reason_why_nobody_was_heard(self, hearing, comment, bob, mona):
        why = "Sie drohen einer Person mit Gewalt"
        suspend_at_once(comment, moderator=mona, days=7, why_grave=why, **REASONS)
        assert User.objects.get(pk=bob.pk).is_suspended
        assert why in letters_to(bob)[-1].body
        hearing.refresh_from_db()
        assert hearing.decision == Decision.objects.get()

    def test_not_without_that_reason_nor_for_longer_than_a_week(self, comment, mona):
        with pytest.raises(ValidationError):
            suspend_at_once(comment, moderator=mona, days=7, why_grave=" ", **REASONS)
        with pytest.raises(PermissionDenied):
            suspend_at_once(comment, moderator=mona, days=None, why_grave="Drohung.", **REASONS)


class ReinstateTests:
    def test_lifts_whatever_holds_and_tells_why(self, comment, bob, mona):
        suspend_at_once(comment, moderator=mona, days=7, why_grave="Drohung.", **REASONS)
        decide_about_author(comment, moderator=mona, measure="read_first", **REASONS)
        bob = User.objects.get(pk=bob.pk)
        assert bob.is_read_first
        suspending.reinstate(bob, moderator=mona, explanation="Es war eine Verwechslung mit Rolf.")
        bob = User.objects.get(pk=bob.pk)
        assert (bob.is_suspended, bob.is_read_first) == (False, False)
        assert "Verwechslung mit Rolf." in letters_to(bob)[-1].body
        with pytest.raises(ValidationError):
            suspending.reinstate(bob, moderator=mona, explanation="Noch einmal, sicherheitshalber.")

    @pytest.mark.parametrize("days", [None, 3])
    def test_what_seniors_have_imposed_a_moderator_neither_lifts_nor_shortens(
        self, comment, bob, mona, max_, days
    ):
        grave = {"why_grave": "Drohung.", **REASONS}
        suspend_at_once(comment, moderator=max_, days=days, **grave)
        bob = User.objects.get(pk=bob.pk)
        with pytest.raises(PermissionDenied, match="leitende Moderation"):
            suspending.reinstate(bob, moderator=mona, explanation="Es war eine Verwechslung.")
        with pytest.raises(PermissionDenied, match="leitende Moderation"):
            suspend_at_once(comment, moderator=mona, days=1, **grave)
        assert User.objects.get(pk=bob.pk).suspended_until == bob.suspended_until
        suspending.reinstate(bob, moderator=max_, explanation="Es war eine Verwechslung.")
        assert not User.objects.get(pk=bob.pk).is_suspended

    def test_a_ban_outlasts_the_role_of_whoever_imposed_it(self, comment, bob, mona, max_):
        suspend_at_once(comment, moderator=max_, days=None, why_grave="Drohung.", **REASONS)
        max_.groups.clear()
        bob = User.objects.get(pk=bob.pk)
        with pytest.raises(PermissionDenied):
            suspending.reinstate(bob, moderator=mona, explanation="Es war eine Verwechslung.")

    def test_an_announced_ban_is_decided_by_seniors(self, comment, bob, mona, max_):
        hearing = over(announce(comment, moderator=max_, days=None, **REASONS))
        with pytest.raises(PermissionDenied):
            decide(hearing, moderator=mona, suspends=False, explanation=LATER)
        # In a grave case he acts, and the ban goes on waiting.
        suspend_at_once(comment, moderator=mona, days=7, why_grave="Drohung.", **REASONS)
        assert Hearing.objects.open().get() == hearing
        decide(hearing, moderator=max_, suspends=True, explanation=LATER)
        assert User.objects.get(pk=bob.pk).suspended_until is None

    def test_so_is_one_that_was_handed_over(self, hearing, bob, mona, max_):
        case = answer(hearing, reader=bob, text="Das war im Zorn.").case
        hand_over(case, moderator=mona, to="seniors", note="Bitte ansehen.")
        with pytest.raises(PermissionDenied):
            decide(hearing, moderator=mona, suspends=False, explanation=LATER)
        assert decide(hearing, moderator=max_, suspends=False, explanation=LATER)
