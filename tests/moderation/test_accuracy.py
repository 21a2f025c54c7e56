"""How does the desk know how far somebody's reports can be relied on?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.posting import edit_comment
from moderation.deciding import decide
from moderation.flagging import accuracy_bonus, flag
from moderation.models import Flag, FlaggerRecord
from tests import people
from tests.factories import make_comment, make_discussion, pass_screening

WHY = {"ground": "personal_attack", "explanation": "Der Satz spricht Personen die Eignung ab."}


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, "Wer das beschlossen hat, ist ein Esel.")


def decided(case, moderator, measure="publish"):
    restricting = {} if measure == "publish" else WHY
    revision = case.comment.revisions.latest("number")
    return decide(case, moderator=moderator, measure=measure, revision=revision, **restricting)


def record_of(reader):
    record = FlaggerRecord.objects.get(reader=reader)
    return record.upheld, record.unfounded


class BonusTests:
    @pytest.mark.parametrize(
        ("upheld", "unfounded", "bonus"),
        [(0, 0, 0), (5, 0, 0), (0, 5, 0), (16, 0, 3.0), (0, 16, -7.0), (7, 3, 0), (64, 0, 4.5)],
    )
    def test_it_has_the_shape_of_discourses(self, upheld, unfounded, bonus):
        record = FlaggerRecord(upheld=upheld, unfounded=unfounded)
        assert accuracy_bonus(record) == pytest.approx(bonus)

    def test_whoever_has_never_reported_anything_has_none(self):
        assert accuracy_bonus(None) == 0


class CountTests:
    def test_a_removal_bears_out_everybody_who_reported_it(self, comment, alice, carla, mona):
        flag(comment, reader=alice, reason="rude")
        decided(flag(comment, reader=carla, reason="spam").case, mona, measure="remove")
        assert record_of(alice) == record_of(carla) == (1, 0)
        assert {one.outcome for one in Flag.objects.all()} == {"upheld"}

    def test_what_stays_counts_as_unfounded(self, comment, alice, mona):
        decided(flag(comment, reader=alice, reason="rude").case, mona)
        assert record_of(alice) == (0, 1)
        assert Flag.objects.get().outcome == "unfounded"

    def test_a_hold_says_nothing_yet_and_the_removal_after_it_counts_once(
        self, comment, alice, mona
    ):
        case = flag(comment, reader=alice, reason="rude").case
        decided(case, mona, measure="hold")
        assert not FlaggerRecord.objects.exists()
        decided(case, mona, measure="remove")
        assert record_of(alice) == (1, 0)

    def test_reports_of_a_wording_that_was_mended_are_not_held_against_anybody(
        self, comment, alice, bob, carla, mona
    ):
        flag(comment, reader=alice, reason="rude")
        edit_comment(comment, author=bob, body="Wer das beschlossen hat, irrt sich.")
        comment = pass_screening(comment)
        decided(flag(comment, reader=carla, reason="rude").case, mona)
        assert record_of(carla) == (0, 1)
        assert not FlaggerRecord.objects.filter(reader=alice).exists()

    def test_two_reports_of_one_case_count_once(self, comment, alice, bob, mona):
        flag(comment, reader=alice, reason="rude")
        edit_comment(comment, author=bob, body="Wer das beschlossen hat, ist ein Ochse.")
        comment = pass_screening(comment)
        decided(flag(comment, reader=alice, reason="rude").case, mona, measure="remove")
        assert record_of(alice) == (1, 0)

    def test_who_has_gone_is_not_counted_any_more(self, comment, alice, mona):
        case = flag(comment, reader=alice, reason="rude").case
        alice.closed_at = timezone.now()
        alice.save()
        decided(case, mona)
        assert not FlaggerRecord.objects.exists()
        assert Flag.objects.get().outcome == "unfounded"

    def test_many_reports_cost_as_many_queries_as_one(self, bob, mona):
        def queries(readers):
            comment = make_comment(make_discussion(), bob)
            for reader in readers:
                case = flag(comment, reader=reader, reason="rude").case
            with CaptureQueriesContext(connection) as asked:
                decided(case, mona)
            return len(asked)

        readers = [people.person(f"Leser {number}") for number in range(9)]
        queries(readers[:1])  # what a process asks only once
        assert queries(readers[1:2]) == queries(readers[2:])


class DeskTests:
    def test_it_stands_beside_the_report(self, client, comment, alice, mona):
        FlaggerRecord.objects.create(reader=alice, upheld=9, unfounded=3)
        case = flag(comment, reader=alice, reason="rude").case
        client.force_login(mona)
        page = client.get(case.get_absolute_url()).content.decode()
        assert "(9 von 12 zutreffend, 75" in page

    def test_of_whoever_reports_for_the_first_time_nothing_is_said(
        self, client, comment, alice, mona
    ):
        case = flag(comment, reader=alice, reason="rude").case
        client.force_login(mona)
        assert "zutreffend" not in client.get(case.get_absolute_url()).content.decode()
