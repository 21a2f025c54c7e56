"""Which texts are sent, and which harmless ones before them?"""

import re
import unicodedata
from typing import NamedTuple

from forum.markup import MAX_CHARACTERS
from tests.samples import hostile, sample

# Ordinary text, however odd: it is to be shown as it was typed.
LAWFUL = {"naughty", "unicode", "sql", "template", "spreadsheet"}


class Line(NamedTuple):
    name: str
    category: str
    text: str
    # "reject" where the list says that the text must be refused in its own place.
    want: str = ""

    @property
    def is_lawful(self) -> bool:
        return self.category in LAWFUL


def hostile_lines(*, every: int = 1) -> list[Line]:
    """Of each category one line in so many; recipes are scaled to the length limit."""
    return [
        Line(row["id"], path.stem, typed(row), row.get("want", ""))
        for path in sorted(sample("data/hostile").glob("*.jsonl"))
        for row in hostile(path.stem)[::every]
    ]


def typed(row: dict) -> str:
    return cooked(row, length=MAX_CHARACTERS) if "recipe" in row else row["text"]


def cooked(row: dict, *, length: int) -> str:
    """A recipe, its repetitions scaled so that the text is not longer than that."""
    scale = min(1, length / len(row["text"]))
    text = "".join(piece * max(1, int(times * scale)) for piece, times in row["recipe"])
    return text[:length]


def as_seen(text: str) -> str:
    """What is compared: letters composed, and white space aside, which paragraphs stand for."""
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


def shows_nothing(text: str) -> bool:
    """Space and invisible signs alone: refused as empty (B1), for there is nothing to show."""
    return all(unicodedata.category(sign) in {"Zs", "Zl", "Zp", "Cc", "Cf"} for sign in text)


# They lead to everything that a page can consist of: long and short texts, each of the readers'
# marks, links, words to find, and whatever is refused.
HARMLESS = [
    Line(f"harmless {number}", "harmless", text)
    for number, text in enumerate(
        [
            "Endlich Ruhe am Ufer.",
            "Das ist *wichtig* und **sehr** richtig.",
            "> Wer hat das gesagt?\n\nIch nicht.\n\n> > Doch.\n\n- eins\n- zwei\n  - drei",
            "Siehe https://example.org/a_b?x=1&y=2 und https://example.org/.",
            "Eine Zeile,\nund noch eine.\n\nUnd ein Absatz.",
            "Das geht so weiter und weiter. " * 60,
            "> Ein Zitat mit https://example.org/ darin\n> und *Betonung*\n>\n> - und Liste",
            "- https://example.org/ **eins**\n- *zwei*\n  zweite Zeile\n\n  Absatz\n- > Zitat",
            "**Erstens** *zweitens https://example.org/ drittens* **https://example.org/**",
            "***beides*** **so *und* so** *so **und** so*",
            "- *eins*\n\n- **zwei**\n  - https://example.org/\n> *drei*\n> **vier**",
            "Gelb 1 < 2 & 3 > 2 \"so\" 'und so'",
            "",
            " ",
            "viel " * 1_100,
            "> " * 7 + "zu tief",
            "x" * 4_500,
            "https://a.example/ " * 9,
            "redaktion",
            "Wer das glaubt, ist ein Idiot.",
            "Endlich Ruhe am Ufer.",
            "Anna Lena",
        ]
    )
]
