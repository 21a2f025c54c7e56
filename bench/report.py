"""How is it told? In results.json, in tables and a chart of the README, and on the terminal."""

import gzip
import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

from bench import cold, steady, writing
from bench.chart import Bar, Group, draw, number
from bench.judging import AT_LEAST, Goal, Measured, Part
from bench.readings import Row
from config.fronting import nginx

HERE = Path(__file__).resolve().parent
README, RESULTS, CHART = HERE / "README.md", HERE / "results.json", HERE / "chart.svg"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
FIGURES = ("rate", "processor_ms", "p50", "p95", "p99", "bytes", "failures", "others")
# Of whom the chart says that they are ours, or a limit.
KINDS = {
    steady.NGINX: "ours",
    steady.DIRECT: "ours",
    steady.FILE: "limit",
    steady.BARE: "limit",
}
CHARTED = (
    steady.HOT,
    cold.ARTICLE_COLD,
    steady.COUNTS,
    steady.NEWS,
    writing.EIGHT,
    cold.WHOLE,
)


@dataclass(frozen=True)
class Run:
    """When, where and how it was measured."""

    made: str
    rounds: int
    minutes: float
    machine: str
    versions: str
    load: tuple[float, float]

    @property
    def told(self) -> str:
        return (
            f"{self.made}, {self.machine}; {self.versions}. {self.rounds} rounds in "
            f"{self.minutes:.0f} minutes; load average {self.load[0]:.1f} before, "
            f"{self.load[1]:.1f} after."
        )


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    name = next((line.split(":")[1].strip() for line in lines if "model name" in line), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({name}), {memory:.0f} GB"


def versions() -> str:
    major, minor = divmod(connection.pg_version, 10_000)
    found = [f"Python {platform.python_version()}", f"PostgreSQL {major}.{minor} with fsync"]
    if program := nginx():
        asked = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)
        found.append(asked.stderr.strip().rpartition(" ")[2])
    return ", ".join(found)


def as_json(run: Run, measured: Measured, goals: list[Goal]) -> dict[str, Any]:
    return {
        "run": run.__dict__,
        "goals": [goal.as_json() for goal in goals],
        "rows": [_row_as_json(row) for row in measured.rows.values()],
        "missing": measured.missing,
        "queries": measured.queries,
        "weights_kb": measured.weights,
        "memory_mb": measured.memory,
    }


def _row_as_json(row: Row) -> dict[str, Any]:
    return {
        "scenario": row.key.scenario,
        "target": row.key.target,
        **{figure: round(row.median(figure), 4) for figure in FIGURES},
        "rounds": {
            figure: [round(value, 4) for value in row.values(figure)]
            for figure in ("rate", "processor_ms", "p95", "others")
        },
    }


def table(head: Iterable[object], rows: Iterable[Iterable[object]], *, left: int = 1) -> str:
    """A table in Markdown; the first `left` columns are words, the others numbers."""
    head = list(head)
    line = ["---"] * left + ["--:"] * (len(head) - left)
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, line, *rows))


def goals_table(goals: list[Goal]) -> str:
    rows = []
    for goal in goals:
        for place, part in enumerate(goal.parts):
            number_ = goal.id if place == 0 else ""
            what = goal.what if place == 0 else ""
            rows.append((number_, what, part.what, _value(part), _bound(part), _verdict(part)))
    return table(("#", "what", "figure", "measured", "to reach", ""), rows, left=3)


def rows_table(rows: Iterable[Row]) -> str:
    lines, last = [], ""
    for row in sorted(rows, key=lambda one: (_place(one), one.median("processor_ms"))):
        scenario = row.key.scenario
        name = scenario if scenario != last else ""
        last = scenario
        figures = [number(row.median(figure)) for figure in ("rate", "processor_ms")]
        waits = [number(row.median(figure)) for figure in ("p50", "p95", "p99")]
        sent = f"{row.median('bytes'):,.0f}"
        note = row.rounds[-1].note
        who = f"{row.key.target} ({note})" if note else row.key.target
        lines.append((name, who, *figures, *waits, sent, _share(row)))
    head = ("scenario", "who", "per second", "processor ms", "p50 ms", "p95 ms", "p99 ms")
    return table((*head, "bytes", "others"), lines, left=2)


def chart(rows: Iterable[Row]) -> str:
    found = list(rows)
    groups = [
        Group(
            scenario,
            sorted(
                (
                    Bar(row.key.target, row.median("processor_ms"), _kind(row))
                    for row in found
                    if row.key.scenario == scenario
                ),
                key=lambda bar: bar.value,
            ),
        )
        for scenario in CHARTED
    ]
    title = "Processor time of the servers for one request, in milliseconds (logarithmic)"
    return draw(title, groups, unit="ms")


def page(run: Run, measured: Measured, goals: list[Goal], *further: str) -> str:
    """What stands between the marks in the README, and on the terminal."""
    missing = [f"* {name}: {reason}" for name, reason in measured.missing.items()]
    parts = [
        run.told,
        "### Goals",
        goals_table(goals),
        "### Processor time",
        f"![Processor time of the servers for one request, as in the table below]({CHART.name})",
        "### All rows",
        rows_table(measured.rows.values()),
    ]
    if missing:
        parts += ["Not measured:", "\n".join(missing)]
    return "\n\n".join([*parts, *further])


def packed(page: str) -> bytes:
    """As our front sends it."""
    return gzip.compress(page.encode(), 5)


def between_marks(text: str, new: str) -> str:
    """The text with what stands between the marks replaced. Raises ValueError without marks."""
    before, mark, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (mark and end):
        raise ValueError(f"{BEGIN} and {END} are missing.")
    return f"{before}{BEGIN}\n\n{new}\n\n{END}{after}"


def publish(run: Run, measured: Measured, goals: list[Goal], told: str) -> None:
    """Write everything down. told: what stands between the marks of the README."""
    RESULTS.write_text(
        json.dumps(as_json(run, measured, goals), ensure_ascii=False, indent=1) + "\n"
    )
    CHART.write_text(chart(measured.rows.values()))
    README.write_text(between_marks(README.read_text(), told))


def _value(part: Part) -> str:
    return "–" if part.value is None else f"{number(part.value)} {part.unit}"


def _bound(part: Part) -> str:
    sign = "≥" if part.sense == AT_LEAST else "≤"
    # A third of something is said as a fraction, as the goal says it.
    if part.bound < 0.3:
        return f"{sign} 1/{round(1 / part.bound)}"
    return f"{sign} {number(part.bound)} {part.unit}"


def _verdict(part: Part) -> str:
    if part.held is None:
        return f"not measured: {part.why}"
    return "held" if part.held else "**missed**"


def _place(row: Row) -> int:
    order = (
        steady.HOT, steady.UNCHANGED, steady.WHILE_WRITTEN, steady.SIGNED_IN, steady.ARTICLE,
        steady.SIGNED_IN_SMALL, cold.ARTICLE_COLD, steady.COUNTS, steady.NEWS, writing.ONE,
        writing.EIGHT, writing.SPREAD, writing.PUBLISHED, cold.AFTER_REPLY, cold.AFTER_REPLY_MANY,
        cold.FIRST, *cold.OTHERS.values(), cold.WHOLE,
    )  # fmt: skip
    return order.index(row.key.scenario)


def _share(row: Row) -> str:
    return f"{median(row.values('others')):.0%}"


def _kind(row: Row) -> str:
    return KINDS.get(row.key.target, "limit" if "pgbench" in row.key.target else "bar")
