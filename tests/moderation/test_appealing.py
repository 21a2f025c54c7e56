"""How does somebody object to a decision, and how does somebody else answer?"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.standing import suspend
from forum.models import Comment, HiddenPassage
from forum.picking import pick, unpick
from forum.posting import edit_comment, withdraw
from forum.recommending import recommend
from moderation import leaving, queue, upkeep
from moderation.appealing import answer, appeal
from moderation.deciding import decide, decide_by_check
from moderation.flagging import flag
from moderation.models import Appeal, Case, Decision, Notice, Screening, Verdict
from moderation.noticing import due_at
from moderation.remarking import hide_passage, reveal_passage
from moderation.restricting import decide_about_author
from moderation.statements import key_of
from moderation.suspending import announce
from moderation.suspending import answer as hear
from moderation.suspending import decide as decide_hearing
from moderation.warning import unread_warnings
from notifications.models import Mail, Notification
from tests import people
from tests.factories import make_comment, make_discussion
from tests.moderation.races import at_once

TEXT = "Wer das beschlossen hat, ist ein Schwachkopf."
WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
GROUND = {"ground": "personal_attack", "explanation": WHY}
OBJECTION = "Ich meine niemanden persönlich, das ist ein Zitat aus dem Rat."
ANSWER = "Der Satz zitiert die Sitzung und greift niemanden an."
HOSTILE = "<img src=x onerror=alert(1)> {{ 7*7 }} %(number)s =1+1 https://evil.example"


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, TEXT)


@pytest.fixture
def removal(comment, alice, mona) -> Decision:
    """Bob's comment, flagged by Alice, removed by Mona."""
    flag(comment, reader=alice, reason="rude")
    return removed(comment, mona)


def removed(comment, moderator, **fields) -> Decision:
    case = queue.open_case(comment, reason="opened")
    revision = comment.revisions.latest("number")
    fields = {"measure": "remove", "ground": "personal_attack", "explanation": WHY} | fields
    return decide(case, moderator=moderator, revision=revision, **fields)


def overturned(decision, senior) -> Decision:
    made = appeal(decision, text=OBJECTION)
    return answer(made, moderator=senior, outcome="overturned", answer=ANSWER)


class AppealTests:
    def test_it_is_kept_with_its_number_and_its_day(self, removal, bob):
        made = appeal(removal, text=f"  {OBJECTION} ")
        assert made.author == bob
        assert made.text == OBJECTION
        assert made.number == f"{timezone.localtime().year}-{made.pk}"
        assert made.due_at - made.made_at == timedelta(weeks=2)

    def test_it_opens_the_comments_case(self, removal):
        made = appeal(removal, text=OBJECTION)
        assert made.case.closed_at is None
        assert made.case.reasons == ["appeal"]
        assert made.case.comment == removal.comment

    def test_a_second_one_is_told_how_the_first_stands(self, removal, max_):
        made = appeal(removal, text=OBJECTION)
        with pytest.raises(ValidationError, match=f"{made.number} ist am .* eingegangen") as told:
            appeal(removal, text="Noch einmal.")
        assert told.value.code == "conflict"
        answer(made, moderator=max_, outcome="upheld", answer=ANSWER)
        with pytest.raises(ValidationError, match="Die Entscheidung bleibt bestehen"):
            appeal(removal, text="Noch einmal.")

    def test_after_six_months_it_is_too_late(self, removal, time_machine):
        time_machine.move_to(removal.decided_at + timedelta(days=185))
        with pytest.raises(ValidationError) as told:
            appeal(removal, text=OBJECTION)
        assert told.value.code == "gone"

    def test_there_is_none_against_what_took_nothing(self, comment, mona):
        with pytest.raises(ValidationError, match="nichts genommen"):
            appeal(removed(comment, mona, measure="publish"), text=OBJECTION)

    @pytest.mark.parametrize("text", ["", "  \n ", "a" * 2_001])
    def test_it_says_why_in_at_most_2000_characters(self, removal, text):
        with pytest.raises(ValidationError, match=r"2\.000"):
            appeal(removal, text=text)
        assert not Appeal.objects.exists()

    def test_what_somebody_has_withdrawn_can_be_objected_to_without_a_case(self, bob, mona):
        comment = make_comment(make_discussion(), bob, TEXT)
        hold = removed(comment, mona, measure="hold")
        withdraw(comment, author=bob)
        assert appeal(hold, text=OBJECTION).case is None

    def test_only_a_moderator_who_answers_appeals_can_close_its_case(self, removal, mona, max_):
        case = appeal(removal, text=OBJECTION).case
        with pytest.raises(PermissionDenied, match="Das ist eine Beschwerde"):
            queue.claim(case, moderator=mona)
        assert queue.next_case(mona) is None

    def test_its_author_gets_a_receipt(self, removal, bob):
        made = appeal(removal, text=OBJECTION)
        told = Notification.objects.get(recipient=bob, kind="appeal_receipt")
        assert told.mail.kind == "appeal_receipt"
        assert told.appeal == made


class AnswerTests:
    def test_overturned_the_comment_is_back_in_its_place(self, comment, alice, carla, mona, max_):
        make_comment(comment.discussion, carla, parent=comment)
        recommend(comment, reader=carla)
        pick(comment, by=mona)
        before = Comment.objects.get(pk=comment.pk)
        decision = overturned(removed(comment, mona), max_)
        after = Comment.objects.get(pk=comment.pk)
        assert decision.measure == "publish"
        assert decision.reverses.measure == "remove"
        assert decision.decided_by == max_
        assert after.is_published
        assert after.visible_revision == before.visible_revision
        assert after.visible_revision.decision_id == decision.pk
        assert (after.path, after.published_at) == (before.path, before.published_at)
        assert (after.picked_at, after.picked_by) == (before.picked_at, mona)
        assert after.edited_at is None
        assert after.tally.reply_count == 1
        assert after.recommendations.count() == 1
        assert after.removal_ground == ""

    def test_a_pick_taken_back_before_does_not_return(self, comment, mona, max_):
        pick(comment, by=mona)
        overturned(removed(comment, mona), max_)
        again = Comment.objects.get()
        unpick(Comment.objects.in_view().get(pk=again.pk), by=mona)
        overturned(removed(again, mona), max_)
        assert Comment.objects.get().picked_at is None

    def test_the_wording_that_was_seen_comes_back_not_the_edit_that_waited(
        self, comment, bob, mona, max_
    ):
        edit_comment(comment, author=bob, body="Wer das beschloss, ist ein Hornochse.")
        overturned(removed(comment, mona), max_)
        assert Comment.objects.get().visible_revision.revision.body == TEXT

    def test_a_declined_edit_is_shown_after_all(self, comment, bob, mona, max_):
        edit_comment(comment, author=bob, body="Wer das beschloss, hat sich geirrt.")
        overturned(removed(comment, mona, measure="keep_former"), max_)
        assert Comment.objects.get().visible_revision.revision.number == 2

    def test_a_hold_is_lifted_and_its_case_closed(self, comment, mona, max_):
        overturned(removed(comment, mona, measure="hold"), max_)
        assert Comment.objects.get().is_published
        assert Case.objects.get().closed_at

    def test_upheld_a_hold_waits_on(self, comment, mona, max_):
        made = appeal(removed(comment, mona, measure="hold"), text=OBJECTION)
        answer(made, moderator=max_, outcome="upheld", answer=ANSWER)
        case = Case.objects.get()
        assert case.closed_at is None
        assert case.reasons == ["opened", "held"]
        assert case.due_at is None

    def test_what_waits_there_besides_keeps_its_own_date(self, comment, mona, max_):
        made = appeal(removed(comment, mona, measure="hold"), text=OBJECTION)
        Case.objects.update(reasons=["held", "notice", "appeal"])
        notice = Notice.objects.create(
            comment=comment,
            revision=comment.revisions.get(),
            case=made.case,
            category="insult",
            received_at=timezone.now() - timedelta(hours=1),
        )
        answer(made, moderator=max_, outcome="upheld", answer=ANSWER)
        case = Case.objects.get()
        assert case.reasons == ["held", "notice"]
        assert case.due_at == due_at(notice)

    def test_of_two_appeals_in_one_case_the_second_waits_on(self, comment, mona, max_):
        first = appeal(removed(comment, mona, measure="hold"), text=OBJECTION)
        comment.refresh_from_db()
        second = appeal(removed(comment, mona), text=OBJECTION)
        assert second.case.closed_at is None
        first.refresh_from_db()
        assert first.case == second.case
        answer(second, moderator=max_, outcome="overturned", answer=ANSWER)
        case = Case.objects.open().get()
        assert case.reasons == ["appeal"]
        assert case.due_at == first.due_at

    def test_what_a_check_removed_comes_back_too(self, bob, max_):
        comment = make_comment(make_discussion(), bob, "Lest das da: n4z1.", status="held")
        revision = comment.revisions.get()
        verdict = Verdict(
            screening=Screening.objects.get_or_create(revision=revision)[0],
            check_name="word_list",
            outcome="remove",
            found=["n4z1"],
            ground="group_contempt",
        )
        overturned(decide_by_check(revision, verdict=verdict), max_)
        assert Comment.objects.get().visible_revision.revision == revision

    def test_upheld_it_stays_away_and_a_row_says_so(self, removal, max_):
        made = appeal(removal, text=OBJECTION)
        decision = answer(made, moderator=max_, outcome="upheld", answer=ANSWER)
        made.refresh_from_db()
        assert decision.measure == "uphold"
        assert decision.text.explanation == ANSWER
        assert made.answered_with == decision
        assert made.case.closed_at == decision.decided_at
        assert Comment.objects.get().status == "removed"

    def test_a_suspension_is_lifted(self, bob, mona, max_):
        suspend(bob, until=None, ground="Drohung")
        decision = Decision.objects.create(
            reader=bob, measure="suspend", ground="threat", origin="own", decided_by=mona
        )
        reversing = overturned(decision, max_)
        bob.refresh_from_db()
        assert reversing.measure == "reinstate"
        assert not bob.is_suspended

    def test_a_hidden_passage_is_shown_again(self, client, comment, mona, max_):
        decision = hide_passage(
            comment,
            moderator=mona,
            revision=comment.revisions.get(),
            passage="Schwachkopf",
            **GROUND,
        )
        reversal = overturned(decision, max_)
        assert reversal.reverses == decision
        assert "Schwachkopf" in client.get(comment.get_absolute_url()).content.decode()
        assert Comment.objects.get().visible_revision.decision_id is None

    def test_one_that_was_shown_again_before_can_be_answered_too(self, comment, mona, max_):
        revision = comment.revisions.get()
        decision = hide_passage(
            comment, moderator=mona, revision=revision, passage="Schwachkopf", **GROUND
        )
        reveal_passage(decision, moderator=mona, explanation="Es war ein Zitat.")
        reversal = overturned(Decision.objects.in_view().get(pk=decision.pk), max_)
        assert reversal.reverses is None
        assert Appeal.objects.get().outcome == "overturned"

    def test_what_a_later_decision_removed_stays_removed(self, comment, mona, max_):
        """That one has a letter and an appeal of its own."""
        hold = removed(comment, mona, measure="hold")
        comment.refresh_from_db()
        removed(comment, mona)
        overturned(hold, max_)
        assert Comment.objects.get().status == "removed"

    def test_a_hidden_passage_of_a_removed_comment_brings_nothing_back(self, comment, mona, max_):
        revision = comment.revisions.get()
        decision = hide_passage(
            comment, moderator=mona, revision=revision, passage="Schwachkopf", **GROUND
        )
        removed(comment, mona)
        overturned(decision, max_)
        assert Comment.objects.get().status == "removed"
        assert not HiddenPassage.objects.filter(lifted_at__isnull=True).exists()

    def test_he_is_read_with_the_others_again(self, comment, bob, mona, max_):
        decision = decide_about_author(comment, moderator=mona, measure="read_first", **GROUND)
        reversal = overturned(decision, max_)
        assert reversal.measure == "reinstate"
        assert not User.objects.get(pk=bob.pk).is_read_first

    def test_what_holds_by_a_later_decision_holds_on(self, comment, bob, mona, max_):
        fields = {"moderator": mona, "measure": "suspend", **GROUND}
        until = timezone.now() + timedelta(days=5)
        first = decide_about_author(comment, until=timezone.now() + timedelta(days=1), **fields)
        decide_about_author(comment, until=until, **fields)
        overturned(first, max_)
        assert User.objects.get(pk=bob.pk).suspended_until == until

    def test_a_warning_need_not_be_read_any_more(self, comment, bob, mona, max_):
        warnings = [
            decide_about_author(comment, moderator=mona, measure="warn", **GROUND)
            for _time in range(2)
        ]
        overturned(warnings[1], max_)
        assert User.objects.get(pk=bob.pk).warned_at == warnings[0].decided_at
        assert list(unread_warnings(bob)) == [warnings[0]]
        overturned(warnings[0], max_)
        assert User.objects.get(pk=bob.pk).warned_at is None

    def test_what_its_author_has_withdrawn_stays_withdrawn(self, comment, bob, mona, max_):
        hold = removed(comment, mona, measure="hold")
        withdraw(comment, author=bob)
        overturned(hold, max_)
        assert Comment.objects.get().status == "withdrawn"

    @pytest.mark.parametrize("name", ["alice", "bob", "anna", "mona", "admin"])
    def test_only_seniors_answer(self, removal, name, request):
        made = appeal(removal, text=OBJECTION)
        with pytest.raises(PermissionDenied):
            answer(
                made,
                moderator=request.getfixturevalue(name),
                outcome="overturned",
                answer=ANSWER,
            )

    def test_nobody_answers_against_himself(self, comment, max_):
        made = appeal(removed(comment, max_), text=OBJECTION)
        with pytest.raises(PermissionDenied, match="eigenen Entscheidungen"):
            answer(made, moderator=max_, outcome="upheld", answer=ANSWER)

    def test_nobody_answers_his_own(self, max_, mona):
        comment = make_comment(make_discussion(), max_, TEXT)
        made = appeal(removed(comment, mona), text=OBJECTION)
        with pytest.raises(PermissionDenied, match="eigenen Beschwerden"):
            answer(made, moderator=max_, outcome="overturned", answer=ANSWER)

    @pytest.mark.parametrize(
        ("outcome", "words"), [("perhaps", ANSWER), ("upheld", "Nein."), ("", "")]
    )
    def test_it_needs_an_outcome_and_reasons(self, removal, max_, outcome, words):
        made = appeal(removal, text=OBJECTION)
        with pytest.raises(ValidationError):
            answer(made, moderator=max_, outcome=outcome, answer=words)
        assert Appeal.objects.waiting().count() == 1

    def test_both_sides_are_told(self, removal, alice, bob, max_, settings):
        decision = overturned(removal, max_)
        told = Notification.objects.get(recipient=bob, kind="appeal")
        assert told.mail
        assert told.decision == decision
        flagged = Notification.objects.filter(recipient=alice, kind="flag").order_by("pk")
        assert [line.decision.measure for line in flagged] == ["remove", "publish"]
        assert not Notification.objects.filter(recipient=bob, kind="published").exists()

    def test_upheld_whoever_flagged_hears_nothing_new(self, removal, alice, max_):
        made = appeal(removal, text=OBJECTION)
        answer(made, moderator=max_, outcome="upheld", answer=ANSWER)
        assert Notification.objects.filter(recipient=alice, kind="flag").count() == 1


@pytest.mark.django_db(transaction=True)
class AtOnceTests:
    def test_a_double_click_makes_one_appeal(self):
        comment = make_comment(make_discussion(), people.bob(), TEXT)
        removal = removed(comment, people.mona())
        results = at_once(2, lambda _number: appeal(removal, text=OBJECTION))
        assert sum(isinstance(each, Appeal) for each in results) == 1
        assert sum(getattr(each, "code", "") == "conflict" for each in results) == 1

    def test_of_two_seniors_one_answers_and_one_is_told(self):
        comment = make_comment(make_discussion(), people.bob(), TEXT)
        made = appeal(removed(comment, people.mona()), text=OBJECTION)
        seniors = [people.max_(), people.person("Moritz", role="senior moderator")]
        outcomes = ["upheld", "overturned"]

        def act(number):
            return answer(
                Appeal.objects.in_view().get(pk=made.pk),
                moderator=seniors[number],
                outcome=outcomes[number],
                answer=ANSWER,
            )

        results = at_once(2, act)
        assert sum(isinstance(each, Decision) for each in results) == 1
        assert sum(getattr(each, "code", "") == "conflict" for each in results) == 1
        assert Decision.objects.exclude(measure="remove").count() == 1


class AboutReaderTests:
    """What is about somebody, not about a comment, waits in the queue as well."""

    @pytest.fixture
    def made(self, comment, mona) -> Appeal:
        warning = decide_about_author(comment, moderator=mona, measure="warn", **GROUND)
        return appeal(warning, text=OBJECTION)

    def test_it_opens_a_case_about_him_with_its_date(self, made, bob):
        assert (made.case.reader, made.case.comment) == (bob, None)
        assert made.case.reasons == ["appeal"]
        assert made.case.due_at == made.due_at
        assert made.case.author == bob

    def test_seniors_find_it_in_the_queue_and_are_led_to_it(self, client, made, max_):
        client.force_login(max_)
        page = client.get("/moderation/?view=appeals").content.decode()
        assert f'id="case-{made.case_id}"' in page
        assert client.get(made.case.get_absolute_url())["Location"] == made.get_absolute_url()
        reader = client.get(f"/moderation/readers/{made.author.name}/").content.decode()
        assert made.get_absolute_url() in reader

    def test_also_when_he_has_left(self, client, made, bob, max_):
        bob.closed_at = timezone.now()
        bob.save()
        leaving.forget(bob, keeps_texts=True)
        case = Case.objects.open().get(appeals=made)
        client.force_login(max_)
        assert client.get(case.get_absolute_url())["Location"] == made.get_absolute_url()

    @pytest.mark.parametrize("outcome", ["upheld", "overturned"])
    def test_answered_the_case_is_closed(self, made, max_, outcome):
        answer(made, moderator=max_, outcome=outcome, answer=ANSWER)
        assert not Case.objects.open().exists()

    def test_a_suspension_that_is_to_be_decided_waits_on(self, comment, made, bob, mona, max_):
        hearing = announce(comment, moderator=mona, days=3, **GROUND)
        hear(hearing, reader=bob, text="Das war im Zorn.")
        answer(made, moderator=max_, outcome="overturned", answer=ANSWER)
        case = Case.objects.open().get()
        assert case.reasons == ["heard"]
        assert case.due_at is None

    def test_and_deciding_that_leaves_the_appeal_waiting(self, comment, made, bob, mona):
        hearing = announce(comment, moderator=mona, days=3, **GROUND)
        hear(hearing, reader=bob, text="Das war im Zorn.")
        decide_hearing(hearing, moderator=mona, suspends=False, explanation=WHY)
        case = Case.objects.open().get()
        assert case.reasons == ["appeal"]
        assert case.due_at == made.due_at
        made.refresh_from_db()
        assert made.case == case


class OverdueTests:
    def test_seniors_are_alerted_once(self, removal, mona, max_, time_machine):
        made = appeal(removal, text=OBJECTION)
        assert upkeep.alert_overdue_appeals() == 0
        time_machine.move_to(made.due_at + timedelta(minutes=1))
        assert upkeep.alert_overdue_appeals() == 1
        assert upkeep.alert_overdue_appeals() == 0
        told = Notification.objects.filter(kind="appeal_overdue")
        assert [line.recipient for line in told] == [max_]

    def test_what_is_answered_is_not_overdue(self, removal, max_, time_machine):
        overturned(removal, max_)
        time_machine.move_to(timezone.now() + timedelta(days=20))
        assert upkeep.alert_overdue_appeals() == 0


class AppealPageTests:
    def test_it_is_sent_with_the_key_of_the_mail_and_nothing_else(self, removal):
        client = Client(enforce_csrf_checks=True)
        page = client.get(removal.get_absolute_url(), {"key": key_of(removal)})
        assert 'id="appeal-form"' in page.content.decode()
        assert not page.cookies
        address = f"{removal.get_absolute_url()}appeal/"
        sent = client.post(address, {"text": OBJECTION, "key": key_of(removal)})
        assert sent.status_code == 303
        assert not sent.cookies
        receipt = client.get(sent["Location"]).content.decode()
        assert Appeal.objects.get().number in receipt
        assert "appeal-form" not in receipt

    def test_the_signed_in_author_sends_it_also_when_suspended(self, client, removal, bob):
        suspend(bob, until=None, ground="Drohung")
        client.force_login(bob)
        sent = client.post(f"{removal.get_absolute_url()}appeal/", {"text": OBJECTION})
        assert sent.status_code == 303
        assert Appeal.objects.get().text == OBJECTION
        assert Appeal.objects.get().number in client.get("/account/appeals/").content.decode()

    def test_without_a_key_a_token_is_asked_for(self, removal, bob):
        client = Client(enforce_csrf_checks=True)
        client.force_login(bob)
        address = f"{removal.get_absolute_url()}appeal/"
        assert client.post(address, {"text": OBJECTION}).status_code == 403
        assert not Appeal.objects.exists()

    def test_b59_a_forged_key_finds_nothing(self, client, removal, bob, alice, mona):
        other = removed(make_comment(make_discussion(), alice), mona)
        client.force_login(bob)
        address = f"{removal.get_absolute_url()}appeal/"
        for key in ("forged", f"{removal.pk}.forged", key_of(other), "\x00"):
            assert client.post(address, {"text": OBJECTION, "key": key}).status_code == 404
        assert not Appeal.objects.exists()

    def test_a_second_one_is_409_and_keeps_its_text(self, client, removal):
        appeal(removal, text=OBJECTION)
        address = f"{removal.get_absolute_url()}appeal/"
        again = client.post(address, {"text": "Nochmals.", "key": key_of(removal)})
        assert again.status_code == 409
        assert "Nochmals." in again.content.decode()
        assert Appeal.objects.get().number in again.content.decode()

    def test_an_empty_one_is_422(self, client, removal):
        address = f"{removal.get_absolute_url()}appeal/"
        assert client.post(address, {"text": " ", "key": key_of(removal)}).status_code == 422

    def test_too_late_is_410_and_keeps_the_text(self, client, removal, time_machine):
        time_machine.move_to(removal.decided_at + timedelta(days=185))
        address = f"{removal.get_absolute_url()}appeal/"
        late = client.post(address, {"text": OBJECTION, "key": key_of(removal)})
        assert late.status_code == 410
        assert OBJECTION in late.content.decode()
        assert "abgelaufen" in late.content.decode()

    def test_who_has_left_appeals_by_the_key(self, client, removal, bob):
        bob.closed_at = timezone.now()
        bob.is_active = False
        bob.save()
        address = f"{removal.get_absolute_url()}appeal/"
        sent = client.post(address, {"text": OBJECTION, "key": key_of(removal)})
        assert sent.status_code == 303
        assert not Mail.objects.filter(kind="appeal_receipt").exists()

    def test_get_does_nothing(self, client, removal, bob):
        client.force_login(bob)
        assert client.get(f"{removal.get_absolute_url()}appeal/").status_code == 405


class DeskPageTests:
    def test_a_senior_finds_and_answers_it(self, client, removal, max_):
        made = appeal(removal, text=HOSTILE)
        client.force_login(max_)
        assert made.number in client.get("/moderation/appeals/").content.decode()
        page = client.get(made.get_absolute_url()).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt; {{ 7*7 }}" in page
        assert TEXT in page
        sent = client.post(made.get_absolute_url(), {"outcome": "overturned", "answer": ANSWER})
        assert sent.status_code == 303
        assert Comment.objects.get().is_published
        again = client.post(made.get_absolute_url(), {"outcome": "upheld", "answer": ANSWER})
        assert again.status_code == 409
        assert ANSWER in again.content.decode()

    def test_who_decided_is_told_why_he_does_not(self, client, removal, mona):
        made = appeal(removal, text=OBJECTION)
        client.force_login(mona)
        page = client.get(made.get_absolute_url()).content.decode()
        assert "answer-form" not in page
        sent = client.post(made.get_absolute_url(), {"outcome": "upheld", "answer": ANSWER})
        assert sent.status_code == 403
        assert ANSWER in sent.content.decode()

    def test_an_answer_without_reasons_is_422(self, client, removal, max_):
        made = appeal(removal, text=OBJECTION)
        client.force_login(max_)
        for form in ({"outcome": "upheld", "answer": "Nein."}, {"outcome": "perhaps"}):
            assert client.post(made.get_absolute_url(), form).status_code == 422

    def test_its_case_leads_to_it(self, client, removal, max_):
        made = appeal(removal, text=OBJECTION)
        client.force_login(max_)
        page = client.get(made.case.get_absolute_url()).content.decode()
        assert made.get_absolute_url() in page
        assert "decision-form" not in page

    def test_listing_many_costs_no_more_queries(
        self, client, removal, max_, bob, mona, django_assert_max_num_queries
    ):
        client.force_login(max_)
        appeal(removal, text=OBJECTION)
        with django_assert_max_num_queries(50) as one:
            client.get("/moderation/appeals/")
        for _each in range(3):
            appeal(removed(make_comment(make_discussion(), bob), mona), text=OBJECTION)
        with django_assert_max_num_queries(len(one.captured_queries)):
            client.get("/moderation/appeals/")
