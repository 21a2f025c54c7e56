"""Where does each bar of a chart stand?

In units of which 320 are the width; on a phone one is a pixel. Colours and type are the style
sheet's. The table beside a chart is the truth, the chart a picture of it.
"""

from dataclasses import dataclass

from django.utils.text import Truncator

from moderation.figures.tables import Row, Table, in_words

WIDTH = 320
MOST_BARS = 12
# Of rows: the label's line, each bar below it, and what is left free before the next one.
LINE, BAR, FREE = 15, 8, 9
LONGEST_LABEL = 34
# Of a course: the height of its bars, and what is below them for the labels.
HEIGHT, BELOW = 120, 18


@dataclass(frozen=True)
class Bar:
    """series: 1 is filled, 2 is outlined."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    height: int
    bars: list[Bar]
    labels: list[Label]
    base: int | None = None


def chart_of(table: Table) -> Chart | None:
    """None where there is nothing to see."""
    most = max((count for row in table.rows for count in _charted(row, table)), default=0)
    if not most:
        return None
    return _course(table, most) if table.is_course else _rows(table, most)


def _rows(table: Table, most: int) -> Chart:
    """A label, its numbers, and below them a bar for each; of many rows the first."""
    bars, labels, y = [], [], 0
    for row in table.rows[:MOST_BARS]:
        counts = _charted(row, table)
        name = Truncator(row.label).chars(LONGEST_LABEL)
        labels.append(Label(0, y + LINE - 4, name, "start"))
        labels.append(Label(WIDTH, y + LINE - 4, " / ".join(map(in_words, counts)), "end"))
        y += LINE
        for series, count in enumerate(counts, start=1):
            bars.append(Bar(0, y, _scaled(count, most, WIDTH), BAR, series))
            y += BAR
        y += FREE
    return Chart(y - FREE, bars, labels)


def _course(table: Table, most: int) -> Chart:
    """Beside one another in time; the first and the last are named, and how high the highest is."""
    step = WIDTH / len(table.rows)
    width = round(step * 0.8 / len(table.charted), 2)
    bars = []
    for place, row in enumerate(table.rows):
        for series, count in enumerate(_charted(row, table), start=1):
            height = _scaled(count, most, HEIGHT)
            x = round(step * (place + 0.1) + width * (series - 1), 2)
            bars.append(Bar(x, LINE + HEIGHT - height, width, height, series))
    below = LINE + HEIGHT + BELOW - 5
    labels = [
        Label(0, LINE - 4, in_words(most), "start"),
        Label(0, below, table.rows[0].label, "start"),
        Label(WIDTH, below, table.rows[-1].label, "end"),
    ]
    return Chart(LINE + HEIGHT + BELOW, bars, labels, base=LINE + HEIGHT)


def _charted(row: Row, table: Table) -> list[int]:
    return [cell for place in table.charted if isinstance(cell := row.cells[place], int)]


def _scaled(count: int, most: int, size: int) -> float:
    """Whatever is not nothing can be seen."""
    return max(1.0, round(size * count / most, 2)) if count else 0.0
