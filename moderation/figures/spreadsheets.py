"""How does a table come into a spreadsheet without becoming a program there?

A German Excel opens a file by double click rightly only with a byte order mark, semicolons and
decimal commas; every other program asks or finds out.
"""

import csv
from datetime import timedelta
from io import StringIO

from django.utils.formats import number_format

from moderation.figures.tables import Cell, Row, Share, Table

BYTE_ORDER_MARK = "\ufeff"
# With these a cell begins to compute; the later ones are the full-width forms of the first four.
ACTIVE = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BLANKS = ("\t", "\r", "\n")


def as_csv(table: Table) -> str:
    """Every cell is quoted, so that none can end before its end."""
    written = StringIO()
    rows = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(map(harmless, table.columns))
    for row in table.rows:
        rows.writerow([harmless(_name_of(row, table)), *map(_value, row.cells)])
    return BYTE_ORDER_MARK + written.getvalue()


def harmless(text: str) -> str:
    """An apostrophe in front says that it is text (OWASP, CSV injection)."""
    is_active = text.startswith(BLANKS) or text.lstrip().startswith(ACTIVE)
    return f"'{text}" if is_active else text


def _name_of(row: Row, table: Table) -> str:
    return row.key if table.is_of_people else row.label


def _value(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(cell, Share):
        percent = cell.percent
        return "" if percent is None else number_format(percent, decimal_pos=1, use_l10n=True)
    return str(cell)
