"""Is it told so that everybody can read it?"""

import json
from xml.etree import ElementTree

import pytest

from bench import steady
from bench.chart import Bar, Group, draw, number
from bench.goals import goals
from bench.judging import Measured
from bench.readings import Reading, rows_of
from bench.report import BEGIN, END, README, Run, as_json, between_marks, chart, page, table

RUN = Run("2026-11-24", 5, 9.4, "2 cores", "Python 3.11", (0.1, 1.9))


def measured() -> Measured:
    readings = [
        Reading(steady.HOT, name, rate=100, processor_ms=ms, p50=1, p95=2, p99=3)
        for name, ms in ((steady.DIRECT, 0.05), ("<Isso & Co.>", 136.5), (steady.FILE, 0.014))
    ]
    return Measured(rows_of(readings), missing={steady.NGINX: "nginx missing"})


class NumberTests:
    @pytest.mark.parametrize(
        ("value", "told"),
        [(0, "0"), (0.0142, "0.0142"), (1.2345, "1.23"), (136.5, "136"), (26_300.4, "26,300")],
    )
    def test_three_digits_say_enough(self, value, told):
        assert number(value) == told


class ChartTests:
    def test_it_is_sound_and_told_in_words(self):
        drawn = chart(measured().rows.values())
        root = ElementTree.fromstring(drawn)
        name = "{http://www.w3.org/2000/svg}"
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == "title desc"
        assert "<Isso & Co.> 136 ms" in root.find(f"{name}desc").text
        assert "prefers-color-scheme: dark" in root.find(f"{name}style").text
        assert len(root.findall(f"{name}rect")) == 3

    def test_longer_bars_are_larger_values(self):
        drawn = draw("t", [Group("g", [Bar("a", 0.01), Bar("b", 900)])], unit="ms")
        short, long = ElementTree.fromstring(drawn).findall("{http://www.w3.org/2000/svg}rect")
        assert 0 < float(short.get("width")) + 1 < float(long.get("width")) < 780


class TableTests:
    def test_words_stand_left_and_numbers_right(self):
        assert table(("who", "ms"), [("ours", 1)]) == "| who | ms |\n| --- | --: |\n| ours | 1 |"


class PageTests:
    def test_it_names_what_was_missed_and_what_was_not_measured(self):
        found = measured()
        told = page(RUN, found, goals(found))
        assert "not measured: nginx missing" in told
        assert "5 rounds in 9 minutes" in told

    def test_what_stands_around_the_marks_stays(self):
        text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
        assert between_marks(text, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
        with pytest.raises(ValueError, match="missing"):
            between_marks("no marks", "new")

    def test_the_readme_has_its_marks(self):
        assert "new" in between_marks(README.read_text(), "new")


class ResultsTests:
    def test_every_goal_has_its_value_its_bound_and_a_verdict(self):
        found = measured()
        told = json.loads(json.dumps(as_json(RUN, found, goals(found))))
        assert [goal["id"] for goal in told["goals"]] == list(range(1, 13))
        for goal in told["goals"]:
            assert {"value", "bound", "held"} <= set(goal)
        assert {row["target"] for row in told["rows"]} >= {steady.DIRECT, steady.FILE}
