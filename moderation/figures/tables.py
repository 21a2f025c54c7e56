"""What is a table of figures made of, and how is a cell said in words?"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import number_format
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Share:
    """So many of so many; without a whole it says nothing."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.whole if self.whole else None


# None: there is nothing to say.
Cell = int | timedelta | Share | None


@dataclass(frozen=True)
class Row:
    """key: for addresses, and instead of the label where a name must not leave the house."""

    label: str
    cells: list[Cell]
    key: str = ""

    @property
    def told(self) -> list[str]:
        return [in_words(cell) for cell in self.cells]


@dataclass(frozen=True)
class Table:
    """columns: heads, the first is of the labels. charted: which cells of a row the chart shows."""

    name: str
    title: str
    # What is counted, in a sentence.
    note: str
    columns: list[str]
    rows: list[Row]
    charted: tuple[int, ...] = ()
    # Rows follow one another in time.
    is_course: bool = False
    # Labels are names of people: exports have the keys instead.
    is_of_people: bool = False

    @property
    def charted_columns(self) -> list[str]:
        return [self.columns[place + 1] for place in self.charted]


def in_words(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, timedelta):
        return duration(cell)
    if isinstance(cell, Share):
        return "–" if cell.percent is None else f"{number_format(round(cell.percent))} %"
    return number_format(cell)


def duration(span: timedelta) -> str:
    """ "under 1 min", "12 min", "3 h 5 min", "2 d 4 h": the two largest units, rounded down."""
    if span < MINUTE:
        return _("under 1 min")
    if span < HOUR:
        return _("%(minutes)s min") % {"minutes": span // MINUTE}
    if span < DAY:
        return _("%(hours)s h %(minutes)s min") % {
            "hours": span // HOUR,
            "minutes": span % HOUR // MINUTE,
        }
    return _("%(days)s d %(hours)s h") % {"days": span // DAY, "hours": span % DAY // HOUR}
