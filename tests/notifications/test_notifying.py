"""Who is told what, and how often?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.consent import agree_to_reply_mails
from accounts.standing import suspend
from forum.posting import edit_comment, withdraw
from forum.publishing import hold
from moderation.deciding import decide
from moderation.flagging import flag
from moderation.models import Case, Decision
from moderation.queue import open_case
from notifications import mailing
from notifications.models import Mail, Notification
from notifications.notifying import tell_of_flag_outcomes, tell_of_reply
from tests import people
from tests.factories import make_comment, make_discussion, pass_screening
from tests.moderation.races import at_once
from tests.notifications.conftest import send_due


def told(reader, kind: str) -> list[Notification]:
    return list(reader.notifications.filter(kind=kind))


def remove(comment, *, moderator, ground: str = "personal_attack") -> Decision:
    return decide(
        open_case(comment, reason="opened"),
        moderator=moderator,
        measure="remove",
        revision=comment.revisions.latest("number"),
        ground=ground,
        explanation="Der Satz greift den Stadtrat persönlich an.",
    )


def reply_mail(reply) -> Mail:
    return Notification.objects.get(comment=reply).mail


def publish(comment, *, moderator) -> Decision:
    return decide(
        open_case(comment, reason="opened"),
        moderator=moderator,
        measure="publish",
        revision=comment.revisions.latest("number"),
    )


class ReplyTests:
    def test_whoever_is_answered_is_told_once_it_is_published(self, discussion, alice, bob):
        comment = make_comment(discussion, alice)
        reply = make_comment(discussion, bob, parent=comment, status="pending")
        assert told(alice, "reply") == []
        pass_screening(reply)
        assert [line.comment for line in told(alice, "reply")] == [reply]

    def test_nobody_is_told_of_his_own_reply(self, discussion, alice):
        comment = make_comment(discussion, alice)
        make_comment(discussion, alice, parent=comment)
        assert not Notification.objects.exists()

    def test_nobody_is_told_of_a_new_thread(self, discussion, alice, bob):
        make_comment(discussion, alice)
        make_comment(discussion, bob)
        assert not Notification.objects.exists()

    def test_an_edit_of_the_reply_tells_nothing_new(self, discussion, alice, bob):
        reply = make_comment(discussion, bob, parent=make_comment(discussion, alice))
        edit_comment(reply, author=bob, body="Nein, doch nicht.")
        pass_screening(reply)
        assert len(told(alice, "reply")) == 1

    def test_a_reply_removed_and_restored_is_told_once(self, discussion, alice, bob, mona):
        reply = make_comment(discussion, bob, parent=make_comment(discussion, alice))
        remove(reply, moderator=mona)
        publish(reply, moderator=mona)
        assert tell_of_reply(reply) is None
        assert len(told(alice, "reply")) == 1

    def test_the_suspended_are_told_like_everybody(self, discussion, alice, bob):
        comment = make_comment(discussion, alice)
        suspend(alice, until=None, ground="Werbung")
        make_comment(discussion, bob, parent=comment)
        assert len(told(alice, "reply")) == 1


class ReplyMailTests:
    def test_without_consent_there_is_no_mail(self, discussion, alice, bob):
        make_comment(discussion, bob, parent=make_comment(discussion, alice))
        assert not Mail.objects.exists()

    def test_replies_share_the_mail_that_waits(self, discussion, agreed, bob, carla):
        comment = make_comment(discussion, agreed)
        make_comment(discussion, bob, parent=comment)
        make_comment(discussion, carla, parent=comment)
        assert Mail.objects.get().notifications.count() == 2

    def test_what_comes_while_a_mail_is_being_sent_gets_the_next_one(
        self, discussion, agreed, bob, carla
    ):
        comment = make_comment(discussion, agreed)
        make_comment(discussion, bob, parent=comment)
        first = Mail.objects.get()
        mailing.claim(first)
        reply = make_comment(discussion, carla, parent=comment)
        second = reply_mail(reply)
        assert second != first
        assert second.not_before >= timezone.now() + timedelta(minutes=9)

    def test_one_in_ten_minutes(self, discussion, agreed, bob, later, mailoutbox):
        comment = make_comment(discussion, agreed)
        make_comment(discussion, bob, parent=comment)
        send_due()
        assert len(mailoutbox) == 1
        for _ in range(3):
            later(minutes=3)
            make_comment(discussion, bob, parent=comment)
            send_due()
        assert len(mailoutbox) == 1
        later(minutes=1, seconds=1)
        send_due()
        assert len(mailoutbox) == 2
        assert mailoutbox[1].body.count("/comments/") == 3


@pytest.mark.django_db(transaction=True)
class TwoRepliesAtOnceTests:
    def test_one_mail_waits_and_it_has_both(self):
        alice, bob, carla = people.alice(), people.bob(), people.carla()
        agree_to_reply_mails(alice)
        discussion = make_discussion()
        comment = make_comment(discussion, alice)
        waiting = [make_comment(discussion, one, "", comment, "pending") for one in (bob, carla)]
        shown = at_once(2, lambda number: pass_screening(waiting[number]))
        assert [comment.status for comment in shown] == ["published"] * 2
        assert Mail.objects.get().notifications.count() == 2


class DecisionTests:
    def test_the_author_is_told_why(self, discussion, bob, mona):
        comment = make_comment(discussion, bob)
        decision = remove(comment, moderator=mona)
        [line] = told(bob, "decision")
        assert line.decision == decision
        assert line.mail.kind == "decision"

    def test_what_waited_and_is_published_is_told_as_published(self, discussion, bob, mona):
        comment = make_comment(discussion, bob, status="held")
        publish(comment, moderator=mona)
        assert len(told(bob, "published")) == 1
        assert told(bob, "decision") == []

    def test_what_stays_as_it_was_is_not_worth_telling(self, discussion, bob, mona):
        publish(make_comment(discussion, bob), moderator=mona)
        assert not bob.notifications.exists()

    def test_what_comes_back_after_a_removal_is(self, discussion, bob, mona):
        comment = make_comment(discussion, bob)
        remove(comment, moderator=mona)
        publish(comment, moderator=mona)
        assert len(told(bob, "published")) == 1

    def test_published_by_a_check_is_nothing_to_tell(self, discussion, bob):
        make_comment(discussion, bob)
        assert not bob.notifications.exists()

    def test_one_decision_is_told_once(self, discussion, bob, mona):
        decision = remove(make_comment(discussion, bob), moderator=mona)
        remove_again = Notification.objects.filter(decision=decision)
        assert remove_again.count() == Mail.objects.count() == 1


class FlagOutcomeTests:
    def test_everybody_who_flagged_is_told_once(self, discussion, alice, bob, carla, mona):
        comment = make_comment(discussion, bob)
        for reader in (alice, carla):
            flag(comment, reader=reader, reason="rude")
        decision = remove(comment, moderator=mona)
        for reader in (alice, carla):
            [line] = told(reader, "flag")
            assert line.decision == decision
            assert line.mail.kind == "flag"
        tell_of_flag_outcomes(Case.objects.get(), decision)
        assert Notification.objects.filter(kind="flag").count() == 2

    def test_also_when_the_comment_stays(self, discussion, alice, bob, mona):
        comment = make_comment(discussion, bob)
        flag(comment, reader=alice, reason="rude")
        publish(comment, moderator=mona)
        assert len(told(alice, "flag")) == 1
        assert not bob.notifications.exists()

    def test_not_while_a_moderator_only_holds_it(self, discussion, alice, bob, mona):
        comment = make_comment(discussion, bob)
        flag(comment, reader=alice, reason="rude")
        decide(
            Case.objects.get(),
            moderator=mona,
            measure="hold",
            revision=comment.revisions.get(),
            ground="personal_attack",
            explanation="Wir klären, wen der Satz meint.",
        )
        assert told(alice, "flag") == []
        assert len(told(bob, "decision")) == 1

    def test_a_moderator_is_not_told_of_his_own_decision(self, discussion, bob, mona):
        comment = make_comment(discussion, bob)
        flag(comment, reader=mona, reason="rude")
        remove(comment, moderator=mona)
        assert told(mona, "flag") == []

    def test_who_flagged_two_wordings_is_told_once(self, discussion, alice, bob, mona):
        comment = make_comment(discussion, bob)
        flag(comment, reader=alice, reason="rude")
        edit_comment(comment, author=bob, body="Auch so noch unhöflich.")
        flag(pass_screening(comment), reader=alice, reason="rude")
        remove(comment, moderator=mona)
        assert len(told(alice, "flag")) == 1

    def test_who_flagged_what_its_author_then_took_back_is_told_so(
        self, client, discussion, alice, bob
    ):
        comment = make_comment(discussion, bob)
        flag(comment, reader=alice, reason="rude")
        withdraw(comment, author=bob)

        [line] = told(alice, "flag")
        assert line.decision is None
        assert not Decision.objects.exists()
        assert not Mail.objects.exists()
        assert not bob.notifications.exists()
        client.force_login(alice)
        page = client.get("/notifications/").content.decode()
        assert "Ihre Meldung: Der Beitrag wurde zurückgezogen" in page

    def test_a_withdrawal_after_the_decision_tells_nothing_new(self, discussion, alice, bob, mona):
        comment = make_comment(discussion, bob)
        flag(comment, reader=alice, reason="rude")
        publish(comment, moderator=mona)
        withdraw(comment, author=bob)
        assert len(told(alice, "flag")) == 1

    def test_many_flags_cost_no_more_queries_than_few(
        self, discussion, bob, mona, django_assert_max_num_queries
    ):
        comment = make_comment(discussion, bob)
        for n in range(12):
            flag(comment, reader=people.person(f"Leserin {n}"), reason="rude")
        decision = remove(comment, moderator=mona)
        Notification.objects.all().delete()
        with django_assert_max_num_queries(7):
            tell_of_flag_outcomes(Case.objects.get(), decision)


def test_a_held_comment_tells_nobody_anything(discussion, alice, bob):
    reply = make_comment(discussion, bob, parent=make_comment(discussion, alice))
    hold(reply)
    assert len(told(alice, "reply")) == 1
    assert not bob.notifications.exists()
