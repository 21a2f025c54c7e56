"""How do processor times of 0.01 ms and of 10 s look beside one another?

Bars on a logarithmic scale, in an SVG by hand: readable in the light and in the dark, and told in
words to those who do not see it.
"""

from collections.abc import Iterable
from math import ceil, floor, log10
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, NAMES, RIGHT = 780, 230, 84
BAR, GAP, HEADING = 16, 6, 30
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1c1c1c; }
.group { font-weight: 600; }
.grid { stroke: #1c1c1c; stroke-opacity: .15; }
.bar { fill: #767676; }
.ours { fill: #a3001f; }
.limit { fill: #b9b2a6; }
@media (prefers-color-scheme: dark) {
  text { fill: #e8e6e3; }
  .grid { stroke: #e8e6e3; }
  .bar { fill: #8f8f8f; }
  .ours { fill: #ff7a85; }
  .limit { fill: #5f5a52; }
}
"""


class Bar(NamedTuple):
    """kind: ours, limit, or bar for everybody else."""

    name: str
    value: float
    kind: str = "bar"


class Group(NamedTuple):
    name: str
    bars: list[Bar]


def draw(title: str, groups: Iterable[Group], *, unit: str) -> str:
    groups = [group for group in groups if group.bars]
    values = [bar.value for group in groups for bar in group.bars]
    low, high = floor(log10(min(values))), ceil(log10(max(values)) + 0.01)
    height = 56 + sum(HEADING + len(group.bars) * (BAR + GAP) for group in groups)
    told = "; ".join(f"{group.name}: {_told(group, unit)}" for group in groups)
    told_by = 'role="img" aria-labelledby="title desc"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {told_by}>',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(told)}.</desc>',
        f"<style>{STYLE}</style>",
    ]
    for power in range(low, high + 1):
        x = _x(10.0**power, low, high)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="26" y2="{height - 8}"/>')
        parts.append(
            f'<text x="{x:.1f}" y="18" text-anchor="middle">{escape(number(10.0**power))}</text>'
        )
    y = 30.0
    for group in groups:
        parts.append(f'<text class="group" x="0" y="{y + 20:.0f}">{escape(group.name)}</text>')
        y += HEADING
        for bar in group.bars:
            parts += _bar(bar, y, low, high, unit)
            y += BAR + GAP
    return "\n".join([*parts, "</svg>", ""])


def number(value: float) -> str:
    """Three digits that count, never as a power of ten."""
    if value == 0:
        return "0"
    digits = max(0, 2 - floor(log10(abs(value))))
    text = f"{value:,.{min(digits, 4)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _bar(bar: Bar, y: float, low: int, high: int, unit: str) -> list[str]:
    end = _x(bar.value, low, high)
    size = f'width="{end - NAMES:.1f}" height="{BAR}"'
    return [
        f'<text x="{NAMES - 8}" y="{y + 13:.0f}" text-anchor="end">{escape(bar.name)}</text>',
        f'<rect class="{bar.kind}" x="{NAMES}" y="{y:.0f}" {size}/>',
        f'<text x="{end + 5:.1f}" y="{y + 13:.0f}">{escape(number(bar.value))} {unit}</text>',
    ]


def _x(value: float, low: int, high: int) -> float:
    share = (log10(value) - low) / (high - low)
    return NAMES + share * (WIDTH - NAMES - RIGHT)


def _told(group: Group, unit: str) -> str:
    return ", ".join(f"{bar.name} {number(bar.value)} {unit}" for bar in group.bars)
