"""Are windows of load summed up as they were?"""

from array import array
from collections import Counter

import pytest

from bench.generator import Load
from bench.readings import Key, Reading, Spent, percentile, ratio, reading, rows_of


def load(*, failed: int = 0) -> Load:
    waits = array("d", [one / 1000 for one in range(1, 101)])
    return Load(2.0, waits, Counter({200: 100 - failed, 500: failed}), 5_000)


class ReadingTests:
    def test_a_window_says_what_one_request_cost(self):
        found = reading("page", "ours", load(failed=2), Spent(processor=0.5), expected=200)
        assert found.rate == 50
        assert found.processor_ms == 5
        assert (round(found.p50), round(found.p95), round(found.p99)) == (51, 96, 100)
        assert found.bytes == 50
        assert found.failures == pytest.approx(0.02)

    def test_errors_are_no_measurement(self):
        with pytest.raises(AssertionError, match="answered"):
            reading("page", "ours", load(failed=10), Spent(), expected=200)


class RowTests:
    def test_medians_are_over_the_rounds(self):
        rows = rows_of(
            Reading("page", who, rate=rate, processor_ms=1, p50=1, p95=1, p99=1)
            for who, rate in (("a", 10), ("b", 5), ("a", 30), ("b", 10), ("a", 20), ("b", 10))
        )
        assert rows[Key("page", "a")].median("rate") == 20
        assert ratio(rows[Key("page", "a")], rows[Key("page", "b")], "rate") == 2

    def test_percentiles_of_a_few_are_the_largest(self):
        assert percentile([1.0, 2.0], 0.99) == 2.0
