"""What did one window of load show, and what do the windows of all rounds show together?"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from bench.costs import machine_seconds, processor_seconds
from bench.generator import Load

# More failed answers than this are no measurement of that target.
TOLERATED = 0.05


@dataclass
class Reading:
    """One target in one round. rate: answers per second; the rest in milliseconds or bytes."""

    scenario: str
    target: str
    rate: float
    processor_ms: float
    p50: float
    p95: float
    p99: float
    bytes: float = 0
    failures: float = 0
    # Share of the machine that neither the servers nor the generator used.
    others: float = 0
    # What the figures do not say.
    note: str = ""


class Key(NamedTuple):
    scenario: str
    target: str


@dataclass
class Row:
    """One target in all rounds, figure by figure in the order of the rounds."""

    key: Key
    rounds: list[Reading] = field(default_factory=list)

    def values(self, figure: str) -> list[float]:
        return [getattr(reading, figure) for reading in self.rounds]

    def median(self, figure: str) -> float:
        return median(self.values(figure))


@dataclass
class Spent:
    """Filled when the block ends."""

    seconds: float = 0
    processor: float = 0
    others: float = 0


@contextmanager
def spending(*servers: int) -> Iterator[Spent]:
    """Processor time of these processes, and of all others but ourselves, while the block runs."""
    spent = Spent()
    busy, total = machine_seconds()
    own, begun, before = time.process_time(), time.perf_counter(), processor_seconds(*servers)
    yield spent
    spent.processor = processor_seconds(*servers) - before
    spent.seconds = time.perf_counter() - begun
    busy_after, total_after = machine_seconds()
    used = spent.processor + time.process_time() - own
    others = busy_after - busy - used
    spent.others = min(1, max(0, others / (total_after - total))) if total_after > total else 0


def reading(scenario: str, target: str, load: Load, spent: Spent, *, expected: int) -> Reading:
    """Raises AssertionError where so much failed that the rest says nothing."""
    failed = 1 - load.statuses[expected] / load.count
    assert failed <= TOLERATED, f"answered {dict(load.statuses)}"
    waits = sorted(load.latencies)
    return Reading(
        scenario,
        target,
        rate=load.count / load.seconds,
        processor_ms=spent.processor / load.count * 1000,
        p50=percentile(waits, 0.5) * 1000,
        p95=percentile(waits, 0.95) * 1000,
        p99=percentile(waits, 0.99) * 1000,
        bytes=load.bytes / load.count,
        failures=failed,
        others=spent.others,
    )


def percentile(in_order: list[float], share: float) -> float:
    return in_order[min(len(in_order) - 1, int(len(in_order) * share))]


def rows_of(readings: Iterable[Reading]) -> dict[Key, Row]:
    rows: dict[Key, Row] = {}
    for one in readings:
        key = Key(one.scenario, one.target)
        rows.setdefault(key, Row(key)).rounds.append(one)
    return rows


def ratio(above: Row, below: Row, figure: str) -> float:
    """Median of the ratios of each round, so that what slowed a round down cancels out."""
    pairs = zip(above.values(figure), below.values(figure), strict=True)
    return median(one / other for one, other in pairs)
