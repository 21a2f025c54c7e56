"""Does the log of decisions find what a superuser removed, changed or slipped in?"""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from moderation import log
from moderation.deciding import decide
from moderation.models import Decision, DecisionText, Head
from moderation.queue import open_case
from tests import people
from tests.factories import make_comment, make_discussion
from tests.moderation.races import at_once

WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."


@pytest.fixture(autouse=True)
def without_limits(settings):
    settings.RATE_LIMITS = False


def removal(comment, moderator, **fields) -> Decision:
    return decide(
        open_case(comment, reason="opened"),
        moderator=moderator,
        measure="remove",
        revision=comment.revisions.get(),
        ground="personal_attack",
        explanation=WHY,
        **fields,
    )


@pytest.fixture
def decisions(bob, mona) -> list[Decision]:
    discussion = make_discussion()
    return [removal(make_comment(discussion, bob), mona) for _time in range(5)]


def as_superuser(statement: str, *values: object) -> None:
    """With triggers and foreign keys out of the way, as one who may set this can do it."""
    with connection.cursor() as cursor:
        # What was inserted in this test's transaction has yet to prove its foreign keys.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def verify(*heads: str) -> str:
    answer = StringIO()
    call_command("verify_log", head=[log.Noted(*head) for head in heads], stdout=answer)
    return answer.getvalue()


def breaks(*heads) -> list[str]:
    return log.verify(kept=[log.Noted(*head) for head in heads]).wrong


class ChainTests:
    def test_each_row_continues_the_one_before(self, decisions):
        assert [each.number for each in decisions] == [1, 2, 3, 4, 5]
        former = ""
        for each in decisions:
            assert each.previous_hash == former
            assert len(each.hash) == 64
            former = each.hash

    def test_no_code_path_can_leave_it_out_or_choose_its_place(self, decisions, bob, mona):
        comment = make_comment(make_discussion(), bob)
        fields = {"comment": comment, "measure": "publish", "origin": "own", "decided_by": mona}
        Decision.objects.create(**fields, number=99, hash="0" * 64)
        Decision.objects.bulk_create(Decision(**fields) for _time in range(3))
        numbers = Decision.objects.order_by("id").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 10))
        assert breaks() == []

    def test_what_python_computes_is_what_the_trigger_wrote(self, bob, mona):
        comment = make_comment(make_discussion(), bob)
        removal(comment, mona, facts="Fünf 🙂\nZeilen", note="nur für uns")
        Decision.objects.create(
            reader=bob,
            discussion=comment.discussion,
            measure="suspend",
            until=timezone.now() + timedelta(days=7),
            ground="personal_attack",
            origin="own",
            decided_by=mona,
        )
        assert breaks() == []

    def test_no_name_and_no_text_is_hashed(self):
        assert set(log.COVERED) & {"facts", "explanation", "note", "name", "decided_by"} == set()

    def test_an_empty_log_is_whole(self, db):
        assert "0 Entscheidungen" in verify()

    def test_a_whole_log_is_told_with_its_head(self, decisions):
        last = decisions[-1]
        assert f"5:{last.hash}" in verify()

    def test_it_costs_one_query_for_rows_and_one_for_heads(
        self, decisions, django_assert_num_queries
    ):
        with django_assert_num_queries(2):
            log.verify()


class TextTests:
    def test_erased_words_break_nothing(self, decisions):
        decisions[1].text.delete()
        proof = log.verify()
        assert proof.wrong == []
        assert (proof.texts, proof.erased) == (4, 1)

    def test_the_words_cannot_be_changed_by_the_site(self, decisions):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            DecisionText.objects.update(explanation="Anders.")

    def test_changed_words_are_found(self, decisions):
        as_superuser(
            "UPDATE moderation_decisiontext SET note = 'x' WHERE decision_id = %s", decisions[2].pk
        )
        [found] = breaks()
        assert "Die Begründung von Zeile 3" in found

    def test_the_same_words_have_another_hash_each_time(self, decisions):
        """Or whoever has the log could try out what an erased text was."""
        assert len({each.text_hash for each in decisions}) == 5
        assert len(decisions[0].text.salt) == 64


class SuperuserTests:
    def test_t14_a_removed_row_is_found_and_told_where(self, decisions):
        as_superuser("DELETE FROM moderation_decision WHERE number = 3")
        [found] = breaks()
        assert found.startswith("Zeilen 3 bis 3 sind entfernt worden")
        assert str(decisions[3].pk) in found
        with pytest.raises(CommandError, match="1 Bruch") as failed:
            verify()
        assert failed.value.returncode == 1

    def test_a_removed_row_is_found_though_the_others_were_numbered_anew(self, decisions):
        as_superuser("DELETE FROM moderation_decision WHERE number = 3")
        # By way of free numbers: the order in which rows are updated is not ours to say.
        as_superuser("UPDATE moderation_decision SET number = number + 1000 WHERE number > 3")
        as_superuser("UPDATE moderation_decision SET number = number - 1001 WHERE number > 1000")
        found = breaks()
        assert "setzt die vorige nicht fort" in found[0]
        assert any("Zeile 4" in each and "geändert" in each for each in found)

    @pytest.mark.parametrize(
        "change",
        [
            "measure = 'publish'",
            "ground = 'advertising'",
            "decided_at = decided_at - interval '1 microsecond'",
            "automated = NOT automated, decided_by_id = NULL",
            "decided_by_id = comment_id + 1000",
            "rules_version = ''",
            "text_hash = ''",
        ],
    )
    def test_a_changed_row_is_found(self, decisions, change):
        as_superuser(f"UPDATE moderation_decision SET {change} WHERE number = 2")
        found = breaks()
        assert found[0].startswith("Zeile 2 ")
        assert "geändert" in found[0]

    def test_a_changed_row_with_a_new_hash_does_not_fit_its_neighbour(self, decisions):
        as_superuser("UPDATE moderation_decision SET measure = 'publish' WHERE number = 2")
        as_superuser(
            "UPDATE moderation_decision d SET hash = moderation_decision_hash(d) WHERE number = 2"
        )
        [found] = breaks()
        assert found.startswith("Zeile 3 ")

    def test_a_row_slipped_in_is_found(self, decisions):
        as_superuser(
            "INSERT INTO moderation_decision (number, previous_hash, hash, comment_id, measure,"
            " ground, rules_version, origin, automated, decided_at, text_hash)"
            " SELECT 0, '', '', comment_id, 'publish', '', '', 'check', true, now(), ''"
            " FROM moderation_decision WHERE number = 1"
        )
        found = breaks()
        assert any("eingeschoben" in each for each in found)

    def test_a_removed_end_is_found_by_the_noted_head(self, decisions):
        log.note_head()
        as_superuser("DELETE FROM moderation_decision WHERE number > 3")
        [found] = breaks()
        assert "Zeile 5" in found
        assert "endet mit Zeile 3" in found

    def test_or_by_a_head_that_lay_elsewhere(self, decisions):
        head = (5, decisions[-1].hash)
        assert breaks(head) == []
        as_superuser("DELETE FROM moderation_decision WHERE number > 3")
        assert breaks() == []
        assert len(breaks(head)) == 1
        with pytest.raises(CommandError):
            call_command("verify_log", f"--head={head[0]}:{head[1]}", stdout=StringIO())

    def test_a_log_written_anew_is_found_by_a_head_too(self, decisions, bob, mona):
        log.note_head()
        as_superuser("DELETE FROM moderation_decision WHERE number = 5")
        removal(make_comment(make_discussion(), bob), mona)
        [found] = breaks()
        assert "Zeile 5 ist nicht die" in found

    @pytest.mark.parametrize("head", ["5", "x:y", "5:abc", f"-1:{'0' * 64}"])
    def test_a_head_that_is_none_is_refused(self, db, head):
        with pytest.raises(CommandError, match="NUMBER:HASH"):
            call_command("verify_log", f"--head={head}")


class HeadTests:
    def test_a_head_says_how_far_the_log_had_come(self, decisions, caplog):
        caplog.set_level(logging.INFO, logger="moderation.log")
        head = log.note_head()
        assert (head.number, head.hash, head.count_of_day) == (5, decisions[-1].hash, 5)
        [line] = [each for each in caplog.records if each.message == "log of decisions"]
        assert (line.number, line.hash) == (5, decisions[-1].hash)

    def test_noting_it_again_adds_no_row(self, decisions):
        assert log.note_head() == log.note_head()
        assert Head.objects.count() == 1

    def test_a_day_continues_the_number_and_the_hash_of_the_one_before(
        self, decisions, bob, mona, monkeypatch
    ):
        tomorrow = timezone.now() + timedelta(days=1)
        monkeypatch.setattr(timezone, "now", lambda: tomorrow)
        comment = make_comment(make_discussion(), bob)
        first = Decision.objects.create(
            comment=comment,
            measure="publish",
            origin="own",
            decided_by=mona,
            decided_at=tomorrow,
        )
        assert (first.number, first.previous_hash) == (6, decisions[-1].hash)
        assert log.note_head().count_of_day == 1

    def test_nothing_to_note_is_no_error(self, db):
        assert log.note_head() is None

    def test_a_missing_head_is_told_at_once(self, decisions, caplog):
        log.note_head()
        as_superuser("DELETE FROM moderation_decision WHERE number = 5")
        log.note_head()
        assert "log of decisions broken" in caplog.messages

    @pytest.mark.parametrize("statement", ["DELETE FROM", "TRUNCATE"])
    def test_the_site_cannot_forget_a_head(self, decisions, statement):
        log.note_head()
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{statement} moderation_head")


@pytest.mark.django_db(transaction=True)
class RaceTests:
    def test_decisions_at_the_same_moment_stand_one_after_the_other(self, bob):
        mona = people.mona()
        comments = [make_comment(make_discussion(), bob) for _time in range(12)]
        results = at_once(4, lambda number: [removal(c, mona) for c in comments[number::4]])
        assert not [each for each in results if isinstance(each, Exception)], results
        numbers = Decision.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 13))
        assert breaks() == []
