"""Is the desk's table honest about what it was measured with?"""

from pathlib import Path
from random import Random

import pytest

from bench.desk import Archive, Line, _opens_case, told
from bench.load.readers import Desk

LINES = [Line("a decision", queries=31, processor_ms=40.24, p50=51.6, p95=120.4)]


class TableTests:
    @pytest.mark.parametrize(
        ("comments", "words"),
        [
            (200_000, "50,000 cases waiting of 200,000 comments, 10 moderators"),
            (10_000, "5,000 cases waiting of 10,000 comments, 10 moderators"),
        ],
    )
    def test_it_says_how_much_was_waiting(self, comments, words):
        table = told(Archive(comments, [], Path()), LINES, ["a case: answered {500: 7}"])
        assert words in table
        assert table.endswith("Not measured: a case: answered {500: 7}")
        assert "| a decision | 31 | 40.2 | 52 | 120 |" in table


class AskingTests:
    def test_a_case_that_is_opened_still_waits(self):
        desk = Desk(crew=["key"], waiting=[(1, 10), (2, 20)], decided=1)
        ask = _opens_case(desk, Random(1))
        assert ask.raw.startswith(b"GET /moderation/cases/2/ HTTP/1.1")
