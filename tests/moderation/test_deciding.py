"""What follows from a moderator's decision, and when is it refused?"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from accounts.throttling import throttle
from forum.models import Comment, Revision
from forum.posting import edit_comment, withdraw
from moderation import rulebook
from moderation.deciding import decide, decide_by_check
from moderation.editing import shipped
from moderation.flagging import flag
from moderation.models import CLAIM_LASTS, Case, Decision, Screening, Verdict
from moderation.queue import claim, open_case
from moderation.signals import case_closed, decision_made
from tests import people
from tests.factories import make_comment, make_discussion
from tests.moderation.races import at_once

GROUNDS = [clause["code"] for clause in shipped("netiquette")["clauses"] if clause["noun_de"]]
WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
HOLD = {"measure": "hold", "ground": "personal_attack", "explanation": WHY}
REMOVAL = {"measure": "remove", "ground": "personal_attack", "explanation": WHY}


def latest(comment: Comment) -> Revision:
    return comment.revisions.latest("number")


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, "Wer das beschlossen hat, ist ein Schwachkopf.")


@pytest.fixture
def case(comment, alice):
    flag(comment, reader=alice, reason="rude")
    return Case.objects.get()


@pytest.fixture
def held(bob):
    comment = make_comment(make_discussion(), bob, "Lest das da: n4z1.", status="held")
    return open_case(comment, reason="held")


@pytest.fixture
def heard():
    """The facts announced while the test runs, in their order."""
    facts = []

    def made(decision, **kwargs):
        facts.append(("made", decision))

    def closed(case, decision, **kwargs):
        facts.append(("closed", decision))

    decision_made.connect(made)
    case_closed.connect(closed)
    yield facts
    decision_made.disconnect(made)
    case_closed.disconnect(closed)


class DecideTests:
    def test_a_removal_takes_the_comment_down_and_leaves_its_reasons(
        self, case, comment, mona, heard
    ):
        decision = decide(case, moderator=mona, revision=latest(comment), **REMOVAL)
        comment.refresh_from_db()
        assert comment.status == "removed"
        assert comment.removal_ground == "personal_attack"
        assert decision.text.explanation == WHY
        assert decision.ground == "personal_attack"
        assert decision.rules_version == rulebook.current().version
        assert (decision.origin, decision.automated, decision.decided_by) == ("flag", False, mona)
        assert decision.revision == latest(comment)
        assert heard == [("made", decision), ("closed", decision)]
        assert not Case.objects.open().exists()

    def test_publishing_what_was_held_shows_it_and_needs_no_reasons(self, held, mona):
        decision = decide(held, moderator=mona, measure="publish", revision=latest(held.comment))
        held.comment.refresh_from_db()
        assert held.comment.is_published
        assert held.comment.visible_revision.decision_id == decision.pk
        assert decision.origin == "check"

    def test_leaving_a_reported_comment_closes_the_case_and_touches_nothing(
        self, case, comment, mona, heard
    ):
        version = comment.discussion.version
        decision = decide(case, moderator=mona, measure="publish", revision=latest(comment))
        comment.refresh_from_db()
        assert comment.is_published
        assert comment.discussion.version == version
        assert heard[-1] == ("closed", decision)

    def test_a_hold_hides_the_comment_and_keeps_the_case_open(self, case, comment, mona, heard):
        claim(case, moderator=mona)
        decision = decide(case, moderator=mona, revision=latest(comment), **HOLD)
        comment.refresh_from_db()
        case.refresh_from_db()
        assert comment.status == "held"
        assert case.closed_at is None
        assert case.claimant is None
        assert case.reasons == ["flagged", "held"]
        assert heard == [("made", decision)]

    def test_an_edit_can_be_declined_and_the_former_wording_stays(self, comment, bob, mona):
        former = comment.visible_revision
        revision = edit_comment(comment, author=bob, body="Wer das beschloss, ist n4z1.")
        case = open_case(comment, reason="edit")
        decide(case, moderator=mona, revision=revision, **REMOVAL | {"measure": "keep_former"})
        comment.refresh_from_db()
        revision.refresh_from_db()
        assert comment.visible_revision == former
        assert revision.declined_at is not None

    def test_an_edit_can_be_accepted(self, comment, bob, mona):
        revision = edit_comment(comment, author=bob, body="Wer das beschloss, irrt sich.")
        decide(
            open_case(comment, reason="edit"), moderator=mona, measure="publish", revision=revision
        )
        comment.refresh_from_db()
        assert comment.visible_revision.revision == revision

    def test_hiding_until_later_needs_a_ground_and_reasons_too(self, case, comment, mona):
        """Whoever cannot be seen has been restricted, for however long (DSA art. 17(1)(a))."""
        with pytest.raises(ValidationError) as refusal:
            decide(case, moderator=mona, measure="hold", revision=latest(comment))
        assert set(refusal.value.message_dict) == {"ground", "explanation"}
        comment.refresh_from_db()
        assert comment.is_published

    def test_a_removed_comment_can_be_told_to_stay_so(self, case, comment, mona, max_):
        """Or its case could be closed by nobody who agrees with the removal."""
        decide(case, moderator=mona, revision=latest(comment), **REMOVAL)
        comment.refresh_from_db()
        since = comment.removed_at
        again = open_case(comment, reason="opened")
        decide(again, moderator=max_, revision=latest(comment), **REMOVAL | {"ground": "threat"})
        comment.refresh_from_db()
        assert not Case.objects.open().exists()
        assert (comment.status, comment.removal_ground) == ("removed", "threat")
        assert comment.removed_at == since
        assert comment.author.published_count == 12

    def test_a_removed_comment_can_be_put_back(self, case, comment, mona, max_):
        decide(case, moderator=mona, revision=latest(comment), **REMOVAL)
        again = open_case(comment, reason="opened")
        decision = decide(again, moderator=max_, measure="publish", revision=latest(comment))
        comment.refresh_from_db()
        assert comment.is_published
        assert decision.origin == "own"

    @pytest.mark.parametrize("ground", GROUNDS)
    def test_every_ground_can_be_named(self, case, comment, mona, ground):
        decision = decide(
            case, moderator=mona, revision=latest(comment), **REMOVAL | {"ground": ground}
        )
        assert decision.ground == ground

    @pytest.mark.parametrize(
        ("missing", "sentence"),
        [
            ({"ground": ""}, "Bitte wählen Sie den Grund."),
            ({"ground": "because"}, "Bitte wählen Sie den Grund."),
            ({"explanation": ""}, "mindestens 20 Zeichen"),
            ({"explanation": "neunzehn Zeichen hi   "}, "mindestens 20 Zeichen"),
        ],
    )
    def test_nothing_is_removed_without_ground_and_reasons(
        self, case, comment, mona, missing, sentence
    ):
        with pytest.raises(ValidationError, match=sentence):
            decide(case, moderator=mona, revision=latest(comment), **REMOVAL | missing)
        comment.refresh_from_db()
        assert comment.is_published
        assert not Decision.objects.exists()

    def test_b48_nobody_decides_on_his_own_comment(self, mona):
        own = make_comment(make_discussion(), mona)
        case = open_case(own, reason="opened")
        with pytest.raises(PermissionDenied, match="Über eigene Beiträge entscheidet jemand"):
            decide(case, moderator=mona, measure="publish", revision=latest(own))

    @pytest.mark.parametrize("name", ["alice", "anna", "admin", "eve", "bob"])
    def test_only_moderators_decide(self, case, comment, name, request):
        with pytest.raises(PermissionDenied):
            decide(
                case,
                moderator=request.getfixturevalue(name),
                revision=latest(comment),
                **REMOVAL,
            )
        assert not Decision.objects.exists()

    def test_b47_the_second_is_told_who_was_first(self, case, comment, mona, max_):
        decide(case, moderator=mona, revision=latest(comment), **REMOVAL)
        clock = timezone.localtime(Decision.objects.get().decided_at).strftime("%H:%M Uhr")
        with pytest.raises(ValidationError) as refusal:
            decide(case, moderator=max_, measure="publish", revision=latest(comment))
        assert refusal.value.code == "conflict"
        assert refusal.value.messages == [
            f"Schon entschieden von Mona um {clock}: Entfernen. Ihre Begründung ist unten noch da."
        ]

    def test_b47_another_moderators_claim_stands_but_not_against_a_senior(
        self, case, comment, mona, max_
    ):
        other = people.person("Mika", role="moderator")
        claim(case, moderator=mona)
        with pytest.raises(ValidationError, match="Mona bearbeitet das gerade") as refusal:
            decide(case, moderator=other, measure="publish", revision=latest(comment))
        assert refusal.value.code == "conflict"
        decide(case, moderator=max_, measure="publish", revision=latest(comment))

    def test_a_lapsed_claim_stops_nobody(self, case, comment, mona):
        other = people.person("Mika", role="moderator")
        claim(case, moderator=mona)
        Case.objects.update(claimed_at=timezone.now() - CLAIM_LASTS - timedelta(seconds=1))
        assert decide(case, moderator=other, measure="publish", revision=latest(comment))

    def test_b47_an_edit_in_between_is_noticed(self, case, comment, bob, mona):
        read = latest(comment)
        edit_comment(comment, author=bob, body="So schlimm war es nicht gemeint.")
        with pytest.raises(ValidationError, match="inzwischen bearbeitet") as refusal:
            decide(case, moderator=mona, revision=read, **REMOVAL)
        assert refusal.value.code == "conflict"

    def test_b42_a_comment_withdrawn_meanwhile_leaves_nothing_to_decide(
        self, case, comment, bob, mona
    ):
        withdraw(comment, author=bob)
        with pytest.raises(ValidationError, match="inzwischen zurückgezogen") as refusal:
            decide(case, moderator=mona, revision=latest(comment), **REMOVAL)
        assert refusal.value.code == "conflict"
        comment.refresh_from_db()
        assert comment.status == "withdrawn"

    def test_b43_a_wording_of_another_comment_is_a_conflict(self, case, bob, mona):
        other = make_comment(make_discussion(), bob)
        with pytest.raises(ValidationError) as refusal:
            decide(case, moderator=mona, revision=latest(other), **REMOVAL)
        assert refusal.value.code == "conflict"
        other.refresh_from_db()
        assert other.is_published

    def test_what_is_held_already_cannot_be_held(self, held, mona):
        with pytest.raises(ValidationError) as refusal:
            decide(held, moderator=mona, revision=latest(held.comment), **HOLD)
        assert refusal.value.code == "conflict"

    def test_a_comment_that_still_waits_for_its_checks_can_be_removed(self, bob, mona):
        waiting = make_comment(make_discussion(), bob, status="pending")
        case = open_case(waiting, reason="opened")
        decide(case, moderator=mona, revision=latest(waiting), **REMOVAL)
        waiting.refresh_from_db()
        assert waiting.status == "removed"

    def test_the_121st_decision_in_a_minute_is_too_fast(self, bob, mona):
        comment = make_comment(make_discussion(), bob)
        for _time in range(119):
            throttle("decide", reader=mona)
        case = open_case(comment, reason="opened")
        decide(case, moderator=mona, measure="publish", revision=latest(comment))
        case = open_case(comment, reason="opened")
        with pytest.raises(ValidationError) as refusal:
            decide(case, moderator=mona, measure="publish", revision=latest(comment))
        assert refusal.value.code == "too_fast"
        assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class RaceTests:
    def test_b47_of_two_who_decide_at_once_one_decides_and_one_is_told(self, bob, alice):
        crew = [people.mona(), people.person("Mika", role="moderator")]
        comment = make_comment(make_discussion(), bob)
        measures = ["publish", "remove"]
        for _race in range(10):
            comment.refresh_from_db()
            case = open_case(comment, reason="opened")
            revision = latest(comment)

            def act(number, case=case, revision=revision):
                mine = REMOVAL | {"measure": measures[number]}
                return decide(case, moderator=crew[number], revision=revision, **mine)

            results = at_once(2, act)
            decided = [each for each in results if isinstance(each, Decision)]
            told = [each for each in results if isinstance(each, ValidationError)]
            assert len(decided) == len(told) == 1, results
            assert told[0].code == "conflict"
            winner = crew[results.index(decided[0])]
            assert f"Schon entschieden von {winner} um" in told[0].messages[0]
            comment.refresh_from_db()
            assert comment.status == ("removed" if decided[0].measure == "remove" else "published")
            if comment.status == "removed":
                put_back(comment, moderator=crew[0])
        assert Case.objects.open().count() == 0

    def test_a_reader_who_withdraws_at_the_same_moment_gets_one_clear_outcome(self, bob):
        mona = people.mona()
        comment = make_comment(make_discussion(), bob)
        case = open_case(comment, reason="opened")

        def act(number):
            if number:
                return withdraw(comment, author=bob)
            return decide(case, moderator=mona, revision=latest(comment), **REMOVAL)

        decision, withdrawn = at_once(2, act)
        comment.refresh_from_db()
        if isinstance(decision, Decision):
            assert comment.status == "removed"
            assert withdrawn.code == "conflict"
        else:
            assert comment.status == "withdrawn"
            assert decision.code == "conflict"


def put_back(comment, *, moderator):
    case = open_case(comment, reason="opened")
    decide(case, moderator=moderator, measure="publish", revision=latest(comment))


class DecideByCheckTests:
    def verdict(self, revision):
        screening = Screening.objects.get_or_create(revision=revision)[0]
        return Verdict.objects.create(
            screening=screening,
            check_name="word_list",
            outcome="remove",
            found=["n4z1"],
            ground="group_contempt",
        )

    def test_it_writes_the_same_record_with_nobody_in_it(self, held, heard):
        revision = latest(held.comment)
        decision = decide_by_check(revision, verdict=self.verdict(revision))
        held.comment.refresh_from_db()
        assert held.comment.status == "removed"
        assert (decision.automated, decision.decided_by, decision.origin) == (True, None, "check")
        assert decision.ground == "group_contempt"
        assert decision.text.explanation == "Eine Prüfung hat in Ihrem Text gefunden: „n4z1“."
        assert heard == [("made", decision)]

    def test_of_an_edit_it_keeps_the_former_wording(self, comment, bob):
        former = comment.visible_revision
        revision = edit_comment(comment, author=bob, body="Wer das beschloss, ist n4z1.")
        decision = decide_by_check(revision, verdict=self.verdict(revision))
        comment.refresh_from_db()
        assert decision.measure == "keep_former"
        assert comment.visible_revision == former


class AppendOnlyTests:
    """Whoever has the site's own database account cannot rewrite what was decided."""

    @pytest.fixture
    def decision(self, case, comment, mona):
        return decide(case, moderator=mona, revision=latest(comment), **REMOVAL)

    def test_a_decision_cannot_be_changed(self, decision):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Decision.objects.update(measure="publish")
        decision.ground = "advertising"
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            decision.save()
        assert Decision.objects.get().ground == "personal_attack"

    def test_a_decision_cannot_be_deleted(self, decision):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("DELETE FROM moderation_decision WHERE id = %s", [decision.pk])
        assert Decision.objects.count() == 1

    def test_the_decisions_cannot_be_truncated(self, decision):
        with connection.cursor() as cursor:
            # Otherwise PostgreSQL refuses for another reason: foreign keys still to be checked.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                cursor.execute("TRUNCATE moderation_decision CASCADE")
        assert Decision.objects.count() == 1

    def test_its_words_can_be_erased(self, decision):
        decision.text.delete()
        assert Decision.objects.get() == decision

    def test_the_database_demands_a_ground_where_something_is_removed(self, comment, mona):
        with pytest.raises(IntegrityError, match="decision_restriction_has_ground"):
            Decision.objects.create(
                comment=comment,
                revision=latest(comment),
                measure="remove",
                origin="own",
                decided_by=mona,
            )
