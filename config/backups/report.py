"""What has a restore shown, check by check, with its figures?"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class Finding(NamedTuple):
    """What a check has seen, in figures, and what is wrong, in sentences."""

    figure: str
    wrong: list[str] = []


class Line(NamedTuple):
    name: str
    figure: str
    seconds: float
    is_good: bool


@dataclass
class Report:
    """The table that is printed at the end; `wrong` is empty if all is well."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def ask(self, name: str, check: Callable[[], Finding]) -> bool:
        """Whether nothing was wrong."""
        began = time.monotonic()
        finding = check()
        seconds = time.monotonic() - began
        self.lines.append(Line(name, finding.figure, seconds, is_good=not finding.wrong))
        self.wrong += [f"{name}: {sentence}" for sentence in finding.wrong]
        return not finding.wrong

    def table(self) -> str:
        widths = [
            max(map(len, column))
            for column in ([line.name for line in self.lines], [line.figure for line in self.lines])
        ]
        rows = [
            f"  {'ok  ' if line.is_good else 'FAIL'}  {line.name:<{widths[0]}}  "
            f"{line.figure:<{widths[1]}}  {line.seconds:7.1f} s"
            for line in self.lines
        ]
        failed = sum(not line.is_good for line in self.lines)
        sentences = [f"  {sentence}" for sentence in self.wrong]
        total = f"  {len(self.lines) - failed} passed, {failed} failed"
        return "\n".join([*rows, *sentences, total])


def megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.0f} MB"
