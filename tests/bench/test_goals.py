"""Are goals judged by the figures they name, and honestly where there are none?"""

from bench import cold, steady
from bench.goals import GOALS, ISSO, XTD, goals
from bench.judging import AT_LEAST, AT_MOST, Goal, Measured, Part
from bench.readings import Reading, rows_of
from bench.steady import DIRECT, FILE, NGINX


def reading(scenario: str, target: str, *, rate: float = 1, ms: float = 1) -> Reading:
    return Reading(scenario, target, rate=rate, processor_ms=ms, p50=ms, p95=ms, p99=ms)


def goal(measured: Measured, number: int) -> Goal:
    return next(one for one in goals(measured) if one.id == number)


class PartTests:
    def test_at_least_and_at_most(self):
        assert Part("", 0.8, 0.8, AT_LEAST).held
        assert not Part("", 0.79, 0.8, AT_LEAST).held
        assert Part("", 0.6, 0.6, AT_MOST).held
        assert not Part("", 0.61, 0.6, AT_MOST).held
        assert Part("", 0, 1, AT_MOST).held

    def test_what_was_not_measured_is_neither(self):
        assert Part("", None, 1, AT_LEAST, why="nginx missing").held is None


class GoalTests:
    def test_the_part_furthest_from_its_bound_stands_for_the_whole(self):
        near, far = Part("near", 9, 10, AT_LEAST), Part("far", 30, 10, AT_MOST)
        one = Goal(1, "", [Part("fine", 1, 1, AT_LEAST), near, far, Part("?", None, 1, AT_MOST)])
        assert one.decisive is far
        assert one.held is False
        assert one.as_json()["value"] == 30

    def test_what_is_half_measured_is_not_held(self):
        one = Goal(1, "", [Part("", 1, 1, AT_LEAST), Part("", None, 1, AT_LEAST)])
        assert one.held is None

    def test_there_are_twelve(self):
        assert list(GOALS) == list(range(1, 13))
        found = goals(Measured({}))
        assert [one.held for one in found] == [None] * 12
        assert all(part.why for one in found for part in one.parts)


class MeasuredTests:
    def test_ratios_are_taken_round_by_round(self):
        # One round was slow for both: the ratio is the same in all three.
        rows = rows_of(
            reading(cold.ARTICLE_COLD, target, ms=ms * slow)
            for slow in (1, 1, 9)
            for target, ms in ((DIRECT, 10), (XTD, 50), (ISSO, 120))
        )
        against_xtd, against_isso = goal(Measured(rows), 6).parts
        assert (against_xtd.value, against_xtd.held) == (0.2, True)
        assert (round(against_isso.value, 3), against_isso.held) == (0.083, True)

    def test_rates_count_as_they_stand(self):
        rows = rows_of(
            [
                reading(steady.HOT, NGINX, rate=700, ms=2),
                reading(steady.HOT, FILE, rate=1000, ms=1.9),
            ]
        )
        rate, processor, *_rest = goal(Measured(rows), 1).parts
        assert (rate.value, rate.held) == (0.7, False)
        assert (processor.value, processor.held) == (0.95, True)

    def test_the_reason_for_a_gap_is_told(self):
        missing = {XTD: "no index", f"{cold.ARTICLE_COLD}, {ISSO}": "answered 500"}
        rows = rows_of([reading(cold.ARTICLE_COLD, DIRECT)])
        against_xtd, against_isso = goal(Measured(rows, missing), 6).parts
        assert (against_xtd.why, against_isso.why) == ("no index", "answered 500")
