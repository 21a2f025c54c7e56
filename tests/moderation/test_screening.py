"""How is a new wording read before anybody sees it?"""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forum.models import Comment, Discussion
from forum.posting import edit_comment, withdraw
from forum.publishing import hold
from moderation import screening, upkeep
from moderation.checks import Finding
from moderation.deciding import decide
from moderation.desk_rules.wordlists import add_entry
from moderation.models import Case, Decision, Screening
from moderation.queue import open_case
from tests.factories import make_comment, make_discussion


@pytest.fixture
def discussion(db) -> Discussion:
    add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
    add_entry("Pfeffersack", ground="group_contempt", reason="verächtlich", outcome="remove")
    return make_discussion()


@pytest.fixture
def later(time_machine):
    """Let time pass: later(timedelta(minutes=1))."""
    return lambda span: time_machine.move_to(timezone.now() + span)


def job(comment: Comment) -> Screening:
    """The screening of the newest wording."""
    return comment.revisions.latest("number").screening


def screen(comment: Comment) -> Comment:
    screening.screen(job(comment))
    comment.refresh_from_db()
    return comment


def visible_text(comment: Comment) -> str | None:
    comment = Comment.objects.select_related("visible_revision__revision").get(pk=comment.pk)
    return comment.visible_revision.revision.body if comment.visible_revision else None


class ScreenTests:
    def test_a_harmless_text_is_published(self, discussion, alice):
        comment = screen(make_comment(discussion, alice, "Gut so.", status="pending"))
        assert comment.status == "published"
        assert visible_text(comment) == "Gut so."

    def test_the_verdict_of_every_check_is_kept_with_the_wording(self, discussion, alice):
        comment = screen(make_comment(discussion, alice, "Du Tropf", status="pending"))
        verdicts = job(comment).verdicts.all()
        rules = {"word_list", "links", "repeated_text"}
        always = {check.__name__ for check in screening.CHECKS}
        assert {verdict.check_name for verdict in verdicts} == rules | always
        assert {v.check_name: v.found for v in verdicts if v.outcome == "hold"} == {
            "word_list": ["Tropf"]
        }

    def test_a_doubtful_text_waits_for_a_moderator(self, discussion, alice):
        comment = screen(make_comment(discussion, alice, "Du Tropf", status="pending"))
        assert comment.status == "held"
        assert Case.objects.open().get(comment=comment).reasons == ["held"]

    def test_the_strictest_verdict_acts(self, discussion, alice):
        text = "Du Tropf, du Pfeffersack: 0176 1234567"
        comment = screen(make_comment(discussion, alice, text, status="pending"))
        assert comment.status == "removed"
        decision = Decision.objects.get(comment=comment)
        assert decision.automated
        assert decision.ground == "group_contempt"
        assert "Pfeffersack" in decision.text.explanation

    def test_a_doubtful_edit_leaves_what_readers_see(self, discussion, alice):
        comment = make_comment(discussion, alice, "Gut so.")
        edit_comment(comment, author=alice, body="Gut so, du Tropf.")
        screen(comment)
        assert comment.status == "published"
        assert visible_text(comment) == "Gut so."
        assert Case.objects.open().get(comment=comment).reasons == ["edit"]

    def test_an_edit_that_is_not_printed_at_all_is_declined(self, discussion, alice):
        comment = make_comment(discussion, alice, "Gut so.")
        edit_comment(comment, author=alice, body="Gut so, du Pfeffersack.")
        screen(comment)
        assert visible_text(comment) == "Gut so."
        assert Decision.objects.get(comment=comment).measure == "keep_former"

    def test_a_harmless_edit_is_shown(self, discussion, alice):
        comment = make_comment(discussion, alice, "Gut so.")
        edit_comment(comment, author=alice, body="Sehr gut so.")
        screen(comment)
        assert visible_text(comment) == "Sehr gut so."

    def test_what_a_person_is_to_read_no_check_publishes(self, discussion, alice):
        comment = screen(make_comment(discussion, alice, "Du Tropf", status="pending"))
        edit_comment(comment, author=alice, body="Du Lieber")
        assert screen(comment).status == "held"
        assert set(Case.objects.open().get(comment=comment).reasons) == {"held", "edit"}

    def test_a_withdrawal_leaves_nothing_to_decide(self, discussion, alice):
        comment = screen(make_comment(discussion, alice, "Du Tropf", status="pending"))
        withdraw(comment, author=alice)
        assert not Case.objects.open().exists()


class ClaimTests:
    def test_of_two_workers_one_gets_the_job(self, discussion, alice):
        task = job(make_comment(discussion, alice, status="pending"))
        assert screening.claim(task)
        assert not screening.claim(task)

    def test_while_somebody_works_on_it_nobody_else_does(self, discussion, alice):
        comment = make_comment(discussion, alice, status="pending")
        screening.claim(job(comment))
        assert screen(comment).status == "pending"

    def test_a_worker_that_died_loses_it_after_a_minute(self, discussion, alice, later):
        comment = make_comment(discussion, alice, status="pending")
        screening.claim(job(comment))
        later(timedelta(seconds=61))
        assert screen(comment).status == "published"

    def test_overdue_is_what_nobody_works_on_after_ten_seconds(self, discussion, alice, bob, later):
        forgotten = make_comment(discussion, alice, status="pending")
        at_work = make_comment(discussion, bob, status="pending")
        assert upkeep.overdue_screenings() == (False, False)
        later(timedelta(seconds=11))
        screening.claim(job(at_work))
        assert upkeep.overdue_screenings() == (True, False)
        screen(forgotten)
        assert upkeep.overdue_screenings() == (False, False)
        later(timedelta(seconds=61))
        assert upkeep.overdue_screenings() == (False, True)


@pytest.fixture
def poison(monkeypatch):
    """A check that no text survives."""

    def explode(comment, revision):
        raise RecursionError

    monkeypatch.setattr(screening, "CHECKS", [*screening.CHECKS, explode])


def fail(comment: Comment) -> None:
    with pytest.raises(RecursionError):
        screening.screen(job(comment))


@contextmanager
def seated() -> Iterator[None]:
    """Another process has what this one wants, until it is killed."""
    seat = screening._SEAT
    code = f"import fcntl; fcntl.lockf({seat}, fcntl.LOCK_EX); print(flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], pass_fds=[seat], **pipes) as other:
        assert other.stdout
        other.stdout.readline()
        yield
        other.kill()


@pytest.mark.usefixtures("poison")
class PoisonTests:
    def test_an_attempt_that_fails_is_counted_and_made_again_soon(self, discussion, alice):
        comment = make_comment(discussion, alice, status="pending")
        fail(comment)
        task = job(comment)
        assert task.attempts == 1
        assert timedelta() < task.leased_until - timezone.now() < timedelta(seconds=6)

    def test_after_five_attempts_a_person_reads_it(self, discussion, alice, later):
        comment = make_comment(discussion, alice, status="pending")
        for _ in range(5):
            fail(comment)
            later(timedelta(minutes=2))
        assert screen(comment).status == "held"
        assert job(comment).set_aside_at
        assert Case.objects.open().get(comment=comment).reasons == ["set_aside"]
        assert upkeep.overdue_screenings() == (False, False)

    def test_others_that_failed_are_read_all_the_same(self, discussion, alice, bob, later, caplog):
        harmless = make_comment(discussion, bob, "Gut so.", status="pending")
        screening.claim(job(harmless))
        comment = make_comment(discussion, alice, status="pending")
        fail(comment)
        later(timedelta(minutes=2))
        screening.screen_tried()
        assert "a check failed" in caplog.text
        assert [job(one).attempts for one in (harmless, comment)] == [2, 2]

    def test_one_process_of_a_worker_reads_again(self, discussion, alice, later):
        comment = make_comment(discussion, alice, status="pending")
        fail(comment)
        later(timedelta(minutes=2))
        with seated():
            assert not screening.screen_tried()
            assert job(comment).attempts == 1
        screening.screen_tried()
        assert job(comment).attempts == 2

    def test_it_is_not_set_aside_while_the_fifth_attempt_is_at_work(self, discussion, alice, later):
        comment = make_comment(discussion, alice, status="pending")
        for _ in range(5):
            fail(comment)
            later(timedelta(seconds=45))
        Screening.objects.update(leased_until=timezone.now() + timedelta(seconds=1))
        assert screen(comment).status == "pending"

    def test_an_edit_that_no_check_survives_leaves_what_readers_see(self, discussion, alice, later):
        comment = make_comment(discussion, alice, "Gut so.")
        edit_comment(comment, author=alice, body="Sehr gut so.")
        for _ in range(5):
            fail(comment)
            later(timedelta(minutes=2))
        screen(comment)
        assert visible_text(comment) == "Gut so."
        assert Case.objects.open().get(comment=comment).reasons == ["set_aside"]

    def test_a_moderator_publishes_what_was_set_aside(self, discussion, alice, mona, later):
        comment = make_comment(discussion, alice, "Gut so.", status="pending")
        for _ in range(5):
            fail(comment)
            later(timedelta(minutes=2))
        screen(comment)
        case = Case.objects.get(comment=comment)
        decide(case, moderator=mona, measure="publish", revision=comment.revisions.get())
        assert visible_text(comment) == "Gut so."


class EndlessTests:
    def test_a_text_that_is_never_read_to_its_end_holds_up_no_other(
        self, discussion, alice, bob, monkeypatch
    ):
        def brood(comment, revision):
            if comment.author_id == alice.pk:
                time.sleep(30)
            return Finding()

        monkeypatch.setattr(screening, "CHECKS", [*screening.CHECKS, brood])
        monkeypatch.setattr(screening, "TEXT_SECONDS", 0.05)
        endless, other = (make_comment(discussion, one, status="pending") for one in (alice, bob))
        began = time.monotonic()
        screening.screen_waiting()
        assert time.monotonic() - began < 15
        other.refresh_from_db()
        assert other.status == "published"
        assert (job(endless).attempts, job(endless).decided_at) == (1, None)


class StaleTests:
    """Something happens to the comment while its text is being read."""

    @pytest.fixture
    def meanwhile(self, monkeypatch):
        """Have a check do something else on the side."""

        def arrange(happening) -> None:
            def check(comment, revision):
                monkeypatch.setattr(screening, "CHECKS", screening.CHECKS[:-1])
                happening()
                return Finding()

            monkeypatch.setattr(screening, "CHECKS", [*screening.CHECKS, check])

        return arrange

    @pytest.mark.parametrize("status", ["pending", "published"])
    def test_a_wording_edited_meanwhile_is_never_published(
        self, discussion, alice, meanwhile, status
    ):
        comment = make_comment(discussion, alice, "Erstens.", status=status)
        if status == "published":
            edit_comment(comment, author=alice, body="Zweitens.")
        shown = visible_text(comment)
        stale = job(comment)
        meanwhile(lambda: edit_comment(comment, author=alice, body="Drittens, du Tropf."))

        screening.screen(stale)

        assert visible_text(comment) == shown
        stale.refresh_from_db()
        assert stale.outcome == "stale"
        screen(comment)
        assert visible_text(comment) == shown

    def test_one_taken_back_meanwhile_stays_away(self, discussion, alice, meanwhile):
        comment = make_comment(discussion, alice, status="pending")
        meanwhile(lambda: withdraw(comment, author=alice))
        assert screen(comment).status == "withdrawn"

    def test_one_decided_by_hand_meanwhile_stays_as_decided(
        self, discussion, alice, mona, meanwhile
    ):
        comment = make_comment(discussion, alice, "Gut so.", status="pending")

        def moderate() -> None:
            hold(comment)
            decide(
                open_case(comment, reason="opened"),
                moderator=mona,
                measure="remove",
                revision=comment.revisions.get(),
                ground="off_topic",
                explanation="Das gehört nicht zu diesem Artikel.",
            )

        meanwhile(moderate)
        assert screen(comment).status == "removed"
        assert job(comment).outcome == "stale"

    def test_one_held_by_hand_meanwhile_waits_for_a_person(self, discussion, alice, meanwhile):
        comment = make_comment(discussion, alice, "Gut so.", status="pending")
        meanwhile(lambda: hold(comment))
        assert screen(comment).status == "held"
        assert Case.objects.open().filter(comment=comment).exists()


class DeliveryTests:
    def summary(self, discussion: Discussion) -> list:
        """What readers, moderators and counters show of it, without ids and times."""
        discussion.refresh_from_db()
        comments = Comment.objects.filter(discussion=discussion).order_by("pk")
        return [
            discussion.comment_count,
            Case.objects.open().filter(comment__discussion=discussion).count(),
            Decision.objects.filter(comment__discussion=discussion).count(),
            [(c.status, visible_text(c), c.tally.reply_count) for c in comments],
        ]

    def submit(self, author, reader) -> Discussion:
        discussion = make_discussion()
        root = make_comment(discussion, author, "Womit fangen wir an?")
        for body in ("Mit dem Ufer.", "Du Tropf.", "Ihr Pfeffersack.", "Mit 0176 1234567."):
            make_comment(discussion, reader, body, parent=root, status="pending")
        edited = make_comment(discussion, author, "Es bleibt dabei.")
        edit_comment(edited, author=author, body="Es bleibt dabei, leider.")
        edit_comment(edited, author=author, body="Es bleibt dabei, leider, leider.")
        return discussion

    @pytest.mark.usefixtures("discussion")
    def test_three_deliveries_in_any_order_do_what_one_does(self, alice, bob, settings, later):
        settings.RATE_LIMITS = False
        discussion = self.submit(alice, bob)
        for task in Screening.objects.waiting().order_by("pk"):
            screening.screen(task)
        once = self.summary(discussion)
        assert once[:3] == [3, 2, 1]

        for seed in range(5):
            later(timedelta(minutes=11))
            discussion = self.submit(alice, bob)
            deliveries = [*Screening.objects.waiting()] * 3
            random.Random(seed).shuffle(deliveries)
            for task in deliveries:
                screening.screen(task)
            assert self.summary(discussion) == once, seed

    def test_of_two_that_read_it_to_the_end_one_takes_effect(self, discussion, alice, bob):
        comment = make_comment(discussion, alice, "Gut so.", status="pending")
        for _ in range(2):
            screening.take_effect(job(comment), {"word_list": Finding()})
        assert job(comment).verdicts.count() == 1
        discussion.refresh_from_db()
        assert discussion.comment_count == 1


class NothingFailsOpenTests:
    def test_without_a_worker_nobody_else_sees_it(self, discussion, nina):
        comment = make_comment(discussion, nina, "Ganz neu hier.", status="pending")
        assert visible_text(comment) is None
        for address in ("/", discussion.get_absolute_url(), comment.get_absolute_url()):
            assert "Ganz neu hier." not in Client().get(address).content.decode()
