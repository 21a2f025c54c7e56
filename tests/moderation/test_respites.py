"""For how long can a removal be undone, and does exactly one of undo and effect happen?"""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from forum import picking, publishing
from forum.models import Comment, Discussion
from forum.posting import edit_comment, post_comment, withdraw
from moderation import deciding, respites, screening, tasks, upkeep
from moderation.flagging import flag
from moderation.lately import lately
from moderation.models import Case, Decision, Respite
from moderation.queue import claim, next_case, open_case
from moderation.signals import case_closed, case_moot, decision_made
from notifications.models import Mail, Notification
from tests import people
from tests.factories import make_comment, make_discussion, pass_screening
from tests.metrics import counter
from tests.moderation.races import at_once

WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
REMOVAL = {"measure": "remove", "ground": "personal_attack", "explanation": WHY}


@pytest.fixture(autouse=True)
def without_limits(settings):
    settings.RATE_LIMITS = False


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, "Wer das beschlossen hat, ist ein Schwachkopf.")


@pytest.fixture
def case(comment, alice):
    return flag(comment, reader=alice, reason="rude").case


@pytest.fixture
def heard():
    facts = []

    def hear(signal, sender, **kwargs):
        facts.append((signal, kwargs.get("decision")))

    for signal in (decision_made, case_closed, case_moot):
        signal.connect(hear)
    yield facts
    for signal in (decision_made, case_closed, case_moot):
        signal.disconnect(hear)


def latest(comment):
    return comment.revisions.latest("number")


def grant(case, moderator) -> Respite:
    revision = deciding.latest_revision(case.comment)
    return respites.grant(case, moderator=moderator, revision=revision, **REMOVAL)


def pass_time(respite: Respite) -> Respite:
    Respite.objects.filter(pk=respite.pk).update(
        due_at=timezone.now() - timedelta(seconds=1), leased_until=None
    )
    return Respite.objects.get(pk=respite.pk)


def state(comment: Comment) -> dict:
    """All that a reader can see of it, and what the house counts."""
    row = Comment.objects.filter(pk=comment.pk).values().get()
    discussion = Discussion.objects.filter(pk=comment.discussion_id).values().get()
    for name in ("version", "retracted_version"):
        discussion.pop(name)
    row.pop("visible_version")
    tally = Comment.objects.get(pk=comment.pk).tally
    author = people.User.objects.get(pk=comment.author_id)
    counts = (tally.rank, tally.listed_in_id, tally.listed_under_id, tally.reply_count)
    return {"comment": row, "discussion": discussion, "tally": counts, "n": author.published_count}


class GrantTests:
    def test_the_comment_is_held_at_once_and_nobody_is_told(self, case, comment, mona, heard):
        respite = grant(case, mona)
        comment.refresh_from_db()
        case.refresh_from_db()
        assert comment.status == "held"
        assert case.closed_at is not None
        assert next_case(mona) is None
        assert not Decision.objects.exists()
        assert not Mail.objects.exists()
        assert not Notification.objects.exists()
        assert heard == []
        assert respite.due_at - respite.granted_at == timedelta(seconds=30)

    def test_it_is_refused_where_a_decision_is(self, case, comment, mona, bob, alice):
        with pytest.raises(ValidationError, match="mindestens 20 Zeichen"):
            respites.grant(
                case,
                moderator=mona,
                revision=latest(comment),
                ground="personal_attack",
                explanation="",
            )
        with pytest.raises(PermissionDenied):
            grant(case, alice)
        comment.refresh_from_db()
        assert comment.is_published

    def test_b47_the_second_is_told_who_was_first(self, case, comment, mona, max_):
        grant(case, mona)
        with pytest.raises(ValidationError, match=r"Schon entschieden von Mona um .*: Entfernen"):
            deciding.decide(case, moderator=max_, measure="publish", revision=latest(comment))
        with pytest.raises(ValidationError, match="Schon entschieden von Mona"):
            grant(case, mona)

    def test_a_moderator_who_opens_its_case_meanwhile_finds_the_same(self, case, comment, mona):
        grant(case, mona)
        assert open_case(comment, reason="opened") == case
        case.refresh_from_db()
        assert case.closed_at is not None

    def test_the_bell_rings_when_it_is_due(
        self, case, mona, monkeypatch, django_capture_on_commit_callbacks
    ):
        rung = []
        monkeypatch.setattr(
            tasks.take_effect_of_respite,
            "apply_async",
            lambda args, **options: rung.append((args, options["countdown"])),
        )
        with django_capture_on_commit_callbacks(execute=True):
            respite = grant(case, mona)
        assert ((respite.pk,), 30) in rung


class EffectTests:
    def test_then_measure_statement_and_answers_come_at_once(self, case, comment, mona, heard):
        respite = pass_time(grant(case, mona))
        decision = respites.take_effect(respite)
        comment.refresh_from_db()
        case.refresh_from_db()
        respite.refresh_from_db()
        assert (comment.status, comment.removal_ground) == ("removed", "personal_attack")
        assert (decision.origin, decision.decided_by, decision.number) == ("flag", mona, 1)
        assert decision.text.explanation == WHY
        assert case.closed_at == decision.decided_at
        assert heard == [(decision_made, decision), (case_closed, decision)]
        assert Notification.objects.filter(decision=decision).count() == 2
        assert respite.decision == decision
        assert respite.explanation == ""

    def test_not_before_it_is_due(self, case, comment, mona):
        assert respites.take_effect(grant(case, mona)) is None
        comment.refresh_from_db()
        assert comment.status == "held"

    def test_running_twice_decides_once(self, case, mona):
        respite = pass_time(grant(case, mona))
        for _time in range(2):
            tasks.take_effect_of_respite(respite.pk)
        respites.take_effect(respite)  # a bell that still knows the row of before
        assert Decision.objects.count() == 1

    def test_a_waiting_edit_is_declined_with_it(self, comment, bob, mona):
        former = comment.visible_revision.revision
        edit = edit_comment(comment, author=bob, body="Wer das beschloss, ist n4z1.")
        respite = pass_time(grant(open_case(comment, reason="edit"), mona))
        assert respites.take_effect(respite)
        edit.refresh_from_db()
        assert edit.declined_at is not None
        assert deciding.latest_revision(comment) == former

    def test_what_is_removed_already_stays_so_on_another_ground(self, comment, mona):
        publishing.remove(comment, ground="threat")
        respite = pass_time(grant(open_case(comment, reason="opened"), mona))
        assert respites.take_effect(respite)
        comment.refresh_from_db()
        assert comment.removal_ground == "personal_attack"

    def test_a_crash_in_between_leaves_it_held_and_is_tried_again(
        self, case, comment, mona, monkeypatch
    ):
        respite = pass_time(grant(case, mona))
        with monkeypatch.context() as broken:
            broken.setattr(deciding, "settle", lambda case, decision: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                respites.take_effect(respite)
        comment.refresh_from_db()
        assert comment.status == "held"
        assert not Decision.objects.exists()
        respite.refresh_from_db()
        assert respite.attempts == 1
        assert respites.take_effect(respite) is None  # its pause is not over
        assert respites.take_effect(pass_time(respite))

    def test_after_five_attempts_somebody_decides_anew(self, client, case, comment, mona):
        respite = grant(case, mona)
        Respite.objects.update(attempts=5)
        respite = pass_time(respite)
        assert (counter(client, "removals_due"), counter(client, "removals_set_aside")) == (1, 0)
        assert respites.take_effect(respite) is None
        case.refresh_from_db()
        comment.refresh_from_db()
        assert comment.status == "held"
        assert case.closed_at is None
        assert (counter(client, "removals_due"), counter(client, "removals_set_aside")) == (0, 1)

    def test_upkeep_finds_what_is_due(self, case, mona):
        respite = grant(case, mona)
        assert upkeep.overdue_respites() == []
        pass_time(respite)
        assert upkeep.overdue_respites() == [respite.pk]
        respites.take_effect(Respite.objects.get())
        assert upkeep.overdue_respites() == []


class UndoTests:
    def test_it_is_all_as_it_was_before(self, comment, case, carla, mona, anna, heard):
        reply = make_comment(comment.discussion, carla, parent=comment)
        picking.pick(comment, by=mona)
        picking.pin(comment, by=mona)
        claim(case, moderator=mona)
        before = state(comment)
        respite = grant(case, mona)
        case = respites.undo(respite, moderator=mona)
        assert state(comment) == before
        assert case.closed_at is None
        assert case.claimant == mona
        respite = Respite.objects.get()
        assert (respite.undone_by, respite.explanation) == (mona, "")
        assert respite.undone_at is not None
        assert heard == []
        assert not Decision.objects.exists()
        reply.refresh_from_db()
        assert reply.is_listed

    def test_then_it_can_be_decided_anew(self, case, comment, mona):
        respites.undo(grant(case, mona), moderator=mona)
        second = grant(Case.objects.get(), mona)
        assert respites.take_effect(pass_time(second))
        comment.refresh_from_db()
        assert comment.status == "removed"

    def test_what_takes_effect_after_it_does_not(self, case, comment, mona):
        respite = grant(case, mona)
        respites.undo(respite, moderator=mona)
        assert respites.take_effect(pass_time(respite)) is None
        comment.refresh_from_db()
        assert comment.is_published

    def test_too_late_is_told(self, case, mona):
        respite = pass_time(grant(case, mona))
        respites.take_effect(respite)
        with pytest.raises(ValidationError, match="Zu spät") as refusal:
            respites.undo(respite, moderator=mona)
        assert refusal.value.code == "conflict"

    def test_a_held_comment_stays_held(self, bob, mona):
        held = make_comment(make_discussion(), bob, status="held")
        before = state(held)
        respites.undo(grant(open_case(held, reason="held"), mona), moderator=mona)
        assert state(held) == before

    def test_one_that_waits_for_its_checks_waits_for_them_again(self, bob, mona):
        waiting = make_comment(make_discussion(), bob, status="pending")
        respites.undo(grant(open_case(waiting, reason="opened"), mona), moderator=mona)
        waiting.refresh_from_db()
        assert waiting.status == "pending"
        pass_screening(waiting)
        waiting.refresh_from_db()
        assert waiting.is_published

    def test_what_its_checks_passed_meanwhile_does_not_slip_out(self, bob, mona):
        waiting = post_comment(make_discussion(), author=bob, body="Das sehe ich nicht so.")
        respite = grant(open_case(waiting, reason="opened"), mona)
        screening.screen(waiting.revisions.get().screening)
        case = respites.undo(respite, moderator=mona)
        waiting.refresh_from_db()
        assert waiting.status == "held"
        assert (case.closed_at, Case.objects.count()) == (None, 1)

    @pytest.mark.parametrize("name", ["alice", "anna", "admin", "eve"])
    def test_only_moderators_undo(self, case, mona, name, request):
        respite = grant(case, mona)
        with pytest.raises(PermissionDenied):
            respites.undo(respite, moderator=request.getfixturevalue(name))

    def test_another_moderator_does_not_but_a_senior_does(self, case, mona, max_):
        respite = grant(case, mona)
        with pytest.raises(PermissionDenied):
            respites.undo(respite, moderator=people.person("Mika", role="moderator"))
        assert respites.undo(respite, moderator=max_).claimed_by == mona


class MootTests:
    def test_withdrawn_meanwhile_it_is_moot_and_whoever_flagged_is_told(
        self, case, comment, bob, mona, heard
    ):
        respite = pass_time(grant(case, mona))
        withdraw(comment, author=bob)
        with pytest.raises(ValidationError, match="inzwischen zurückgezogen"):
            respites.undo(respite, moderator=mona)
        assert respites.take_effect(respite) is None
        respite.refresh_from_db()
        assert respite.moot_at is not None
        assert heard == [(case_moot, None)]
        assert not Decision.objects.exists()

    def test_decided_otherwise_meanwhile_it_is_moot(self, case, comment, mona, max_):
        respite = pass_time(grant(case, mona))
        other = deciding.record(
            comment, explanation=WHY, measure="remove", ground="threat", origin="own",
            decided_by=max_, revision=latest(comment),
        )  # fmt: skip
        deciding.take_effect(other, comment=comment, revision=latest(comment))
        assert respites.take_effect(respite) is None
        comment.refresh_from_db()
        assert comment.removal_ground == "threat"
        assert Decision.objects.count() == 1
        assert Respite.objects.get().moot_at is not None

    def test_edited_meanwhile_somebody_reads_it_again(self, case, comment, bob, mona):
        respite = pass_time(grant(case, mona))
        edit_comment(comment, author=bob, body="So schlimm war es nicht gemeint.")
        assert respites.take_effect(respite) is None
        comment.refresh_from_db()
        case.refresh_from_db()
        assert comment.status == "held"
        assert (case.closed_at, case.claimed_by) == (None, None)
        assert "edit" in case.reasons

    def test_the_database_knows_one_end_only(self, case, mona):
        grant(case, mona)
        with pytest.raises(IntegrityError, match="respite_ends_once"), transaction.atomic():
            Respite.objects.update(moot_at=timezone.now(), set_aside_at=timezone.now())


class LatelyTests:
    def test_the_last_five_of_his_own_with_an_undo_where_it_is_possible(
        self, bob, mona, max_, django_assert_num_queries
    ):
        for _time in range(6):
            case = open_case(make_comment(make_discussion(), bob), reason="opened")
            revision = case.comment.revisions.get()
            deciding.decide(case, moderator=mona, measure="publish", revision=revision)
        case = open_case(make_comment(make_discussion(), bob), reason="opened")
        respite = grant(case, mona)
        with django_assert_num_queries(1):
            lines = lately(mona)
        assert [line.respite_id for line in lines] == [respite.pk, None, None, None, None]
        assert {line.about for line in lines} == {"Bob"}
        assert 0 < lines[0].seconds_left <= 30
        assert lately(max_) == []

    def test_what_is_about_a_reader_or_a_discussion_is_named_too(self, bob, mona):
        fields = {"ground": "", "origin": "own", "decided_by": mona, "explanation": ""}
        discussion = make_discussion()
        deciding.record(None, reader=bob, measure="reinstate", **fields)
        deciding.record(None, discussion=discussion, measure="close", **fields)
        assert [line.about for line in lately(mona)] == [discussion.article.headline, "Bob"]


@pytest.mark.django_db
class PageTests:
    @pytest.fixture
    def desk(self, client, mona):
        client.force_login(mona)
        return client

    def form(self, comment):
        return REMOVAL | {"revision": latest(comment).pk}

    def test_after_removing_the_page_offers_to_undo_without_script(self, desk, case, comment):
        answer = desk.post(f"/moderation/cases/{case.pk}/decision/", self.form(comment))
        page = desk.get(answer.headers["Location"]).content.decode()
        respite = Respite.objects.get()
        # How many are left, depends on the machine.
        assert re.search(r"Entfernt in \d+ Sekunden?, bis dahin erfährt niemand davon", page)
        assert f'action="/moderation/respites/{respite.pk}/undo/"' in page
        assert "Beitrag von Bob" in page

    def test_undoing_leads_back_to_the_case(self, desk, case, comment):
        desk.post(f"/moderation/cases/{case.pk}/decision/", self.form(comment))
        answer = desk.post(f"/moderation/respites/{Respite.objects.get().pk}/undo/")
        assert answer.headers["Location"] == case.get_absolute_url()
        page = desk.get(case.get_absolute_url()).content.decode()
        assert "Rückgängig gemacht" in page
        assert 'id="decision-form"' in page
        comment.refresh_from_db()
        assert comment.is_published

    def test_too_late_is_a_409_with_the_case_as_it_is(self, desk, case, comment, mona):
        respite = pass_time(grant(case, mona))
        respites.take_effect(respite)
        answer = desk.post(f"/moderation/respites/{respite.pk}/undo/")
        assert answer.status_code == 409
        assert "Zu spät" in answer.content.decode()
        assert desk.post("/moderation/respites/999999/undo/").status_code == 404
        assert desk.get(f"/moderation/respites/{respite.pk}/undo/").status_code == 405

    def test_other_measures_take_effect_at_once(self, desk, case, comment):
        form = self.form(comment) | {"measure": "hold"}
        desk.post(f"/moderation/cases/{case.pk}/decision/", form)
        assert not Respite.objects.exists()
        assert Decision.objects.get().measure == "hold"


@pytest.mark.django_db(transaction=True)
class RaceTests:
    def test_of_undo_and_effect_at_once_exactly_one_happens(self, bob):
        mona = people.mona()
        comment = make_comment(make_discussion(), bob)
        undone = 0
        for _race in range(10):
            respite = pass_time(grant(open_case(comment, reason="opened"), mona))

            def act(number, respite=respite):
                mine = Respite.objects.get(pk=respite.pk)
                if number:
                    return respites.take_effect(mine)
                return respites.undo(mine, moderator=mona)

            was_undone, *effects = at_once(3, act)
            comment.refresh_from_db()
            respite.refresh_from_db()
            decisions = [each for each in effects if isinstance(each, Decision)]
            if isinstance(was_undone, Case):
                undone += 1
                assert decisions == []
                assert comment.is_published
                assert respite.undone_at is not None
                continue
            assert was_undone.code == "conflict", was_undone
            assert [respite.decision] == decisions, effects
            assert comment.status == "removed"
            again = open_case(comment, reason="opened")
            deciding.decide(again, moderator=mona, measure="publish", revision=latest(comment))
        assert Decision.objects.filter(measure="remove").count() == 10 - undone
