"""Does the checker see what is wrong in a history? Each is made up, and wrong in one thing."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bench.load.judging import Finding
from tests.faults import judging
from tests.faults.ledger import Ledger
from tests.faults.playing import verdict
from tests.faults.run import Run
from tests.faults.scenes.worker_away import overtaken
from tests.faults.writing import digest, token_of

FORM = "0123abcd-0123-4abc-8def-0123456789ab"
TEXT = f"Ein Text ({token_of(FORM)})"
SENT = {"author": 7, "discussion": 1, "parent": None, "digest": digest(TEXT)}


@pytest.fixture
def history(tmp_path):
    """One post, accepted as comment 5; `rows` are what the database says of a table."""
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.intend(FORM, **SENT, token=token_of(FORM))
    ledger.accept(FORM, comment=5)
    run = Run(site=None, cast=None, ledger=ledger, random=Random(1), posts=1)
    run.rows = {
        "FROM forum_submission": [(FORM, 7, 5, TEXT)],
        "FROM forum_revision": [(token_of(FORM),)],
        "FROM forum_clearance": [(token_of(FORM), 100.0, True)],
    }
    run.ask = lambda query, values=None: next(
        rows for table, rows in run.rows.items() if re.search(table, query)
    )
    return run


def broken(findings) -> list[str]:
    return [one.what for one in findings if not one.held]


class PostsTests:
    def test_a_sound_history(self, history):
        assert broken(judging.posts(history)) == []

    def test_lost(self, history):
        history.rows["FROM forum_submission"] = []
        assert broken(judging.posts(history)) == ["accepted posts that are lost"]

    def test_somebody_elses(self, history):
        history.rows["FROM forum_submission"] = [(FORM, 8, 5, TEXT)]
        assert broken(judging.posts(history)) == ["accepted posts that are lost"]

    def test_other_words(self, history):
        history.rows["FROM forum_submission"] = [(FORM, 7, 5, TEXT + "!")]
        assert broken(judging.posts(history)) == ["accepted posts with other words"]

    def test_stored_twice(self, history):
        history.rows["FROM forum_revision"] *= 2
        assert broken(judging.posts(history)) == ["texts stored twice"]

    def test_answered_with_two_comments(self, history):
        history.ledger.accept(FORM, comment=6)
        assert broken(judging.posts(history)) == ["forms answered with two comments"]

    def test_what_nobody_sent(self, history):
        history.rows["FROM forum_revision"].append(("zqaaaabbbbccccdddd",))
        assert broken(judging.posts(history)) == ["texts that nobody sent"]


class SightsTests:
    def test_seen_after_it_was_cleared(self, history):
        history.sights = [(100.5, token_of(FORM))]
        assert broken(judging.sights(history)) == []

    @pytest.mark.parametrize("at", [99.9, 50.0])
    def test_seen_before(self, history, at):
        history.sights = [(at, token_of(FORM))]
        assert broken(judging.sights(history)) == ["texts seen before they were cleared"]

    def test_seen_with_a_clearance_that_nobody_gave(self, history):
        history.rows["FROM forum_clearance"] = [(token_of(FORM), 100.0, False)]
        history.sights = [(101.0, token_of(FORM))]
        assert broken(judging.sights(history)) == ["texts seen before they were cleared"]

    def test_a_crawler_that_sees_nothing_proves_nothing(self, history):
        assert broken(judging.sights(history)) == ["crawler saw nothing at all"]


class CommandTests:
    @pytest.mark.parametrize(
        ("status", "said", "wrong"),
        [
            (0, "The log is whole.", []),
            (1, "Row 2 has been changed.", ["Row 2 has been changed."]),
            (-9, "", ["ended with -9 and said nothing"]),
        ],
    )
    def test_whatever_ended_badly_is_wrong(self, status, said, wrong):
        done = subprocess.CompletedProcess([], status, stdout=said, stderr="")
        assert judging.wrong_lines(done) == wrong


class VerdictTests:
    """Where time is not judged, what comes late has come; what never comes has failed."""

    @pytest.mark.parametrize(
        ("unit", "value", "timed", "untimed"),
        [
            ("s", 9.0, "passed", "passed"),
            ("s", 11.0, "FAILED", "slower"),
            ("ms", 11.0, "FAILED", "slower"),
            ("s", float("inf"), "FAILED", "FAILED"),
            ("", 11, "FAILED", "FAILED"),
        ],
    )
    def test_of_what_may_be_ten(self, unit, value, timed, untimed):
        found = Finding("T1", "something", value, 10, unit)
        assert verdict(found, is_timed=True) == timed
        assert verdict(found, is_timed=False) == untimed


class OrderTests:
    """A newer one may be ahead by the moment that two workers need, not by more."""

    @pytest.mark.parametrize(
        ("seconds", "late"),
        [
            ([0, 1, 2, 3], []),
            ([0.5, 0, 0.2, 0.1], []),
            ([9, 0, 1, 2], [1]),
            # Each is hardly later than its neighbour; the first is overtaken all the same.
            ([2.4, 1.6, 0.8, 0], [1, 2]),
        ],
    )
    def test_in_one_discussion(self, seconds, late):
        rows = [(1, number, moment(at)) for number, at in enumerate(seconds, start=1)]
        assert sorted(overtaken(rows)) == late

    def test_another_discussion_overtakes_nobody(self):
        assert overtaken([(1, 5, moment(9)), (2, 6, moment(0))]) == []


def moment(seconds: float) -> datetime:
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=seconds)


class LedgerTests:
    def test_every_line_is_in_the_file(self, history, tmp_path):
        lines = (tmp_path / "ledger.jsonl").read_text().splitlines()
        assert [line.count(FORM) for line in lines] == [1, 1]
