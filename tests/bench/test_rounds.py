"""Does one failing measurement leave the others alone?"""

import pytest

from bench import rounds
from bench.readings import Reading
from bench.rounds import Measurement, in_turn


def reading(target: str) -> Reading:
    return Reading("page", target, rate=1, processor_ms=1, p50=1, p95=1, p99=1)


@pytest.fixture(autouse=True)
def without_a_pause(monkeypatch):
    monkeypatch.setattr(rounds.time, "sleep", lambda seconds: None)


def measurement(target: str, *failing: int) -> tuple[Measurement, list[int]]:
    """Fails at those of its calls, counted from 0; the calls it had, by round."""
    calls: list[int] = []

    def take(number: int) -> list[Reading]:
        calls.append(number)
        assert len(calls) - 1 not in failing, f"{target} is down\nat length"
        return [reading(target)]

    return Measurement(target, ("page",), take), calls


class InTurnTests:
    def test_everybody_has_his_turn_in_each_round(self):
        said: list[str] = []
        (ours, _), (theirs, _) = measurement("ours"), measurement("theirs")
        readings, missing = in_turn([ours, theirs], rounds=3, say=said.append)
        assert [one.target for one in readings] == ["ours"] * 3 + ["theirs"] * 3
        assert missing == {}
        assert len(said) == 3

    def test_what_fails_once_is_tried_again(self):
        ours, calls = measurement("ours", 1)
        readings, missing = in_turn([ours], rounds=2, say=lambda line: None)
        assert calls == [0, 1, 1]
        assert (len(readings), missing) == (2, {})

    def test_what_fails_twice_is_left_out_as_a_whole_and_says_why(self):
        (ours, _), (theirs, calls) = measurement("ours"), measurement("theirs", 1, 2)
        readings, missing = in_turn([ours, theirs], rounds=3, say=lambda line: None)
        assert [one.target for one in readings] == ["ours"] * 3
        assert missing == {"page, theirs": "theirs is down"}
        assert calls == [0, 1, 1]
