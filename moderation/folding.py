"""What letters does a text show once its disguises are off?

Umlauts are written out (ä is ae, ß is ss), case, accents and look-alike letters are folded, digits
and signs inside words are read as the letters they stand for ("n4z1"), letters that stand apart
("I d i o t", "I.d.i.o.t") are drawn together, and letters in a row are counted, not compared.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "œ": "oe", "æ": "ae"})
# Small letters of other alphabets that a reader takes for Latin ones. The Greek beta stands for ß.
LOOK_ALIKES = str.maketrans(
    {"β": "ss"}
    | dict(zip("авекмнорстухгпіїјѕԁһԛԝ", "abekmhopctyxrniijsdhqw", strict=True))
    | dict(zip("αεικνορτυχηω", "aeikvoptuxnw", strict=True))
    | dict(zip("ıɩłđɑɡꜱ", "iildags", strict=True))
)
# Letters in boxes and circles, and the letters of flags: 26 from each of these on.
BOXED = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
LEET = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "€": "e"}
# What looks like an upright stroke is read as i, and in another reading as l.
LEET_READINGS = [str.maketrans(LEET | dict.fromkeys("1!|", stroke)) for stroke in ("i", "l")]
LEET_WORD = re.compile(r"[\w@$€](?:[\w@$€!|]*[\w@$€])?")
# Three or more single letters with at most three other characters between them.
SPACED_LETTERS = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}[^\W_](?![^\W_])){2,}")
# Letters by category that show nothing: Hangul fillers and the blank Braille pattern.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
INVISIBLE = frozenset({"Cf", "Cc", "Mn", "Me"})
WORD_ENDS, PIECE_ENDS = " ", "-"


class Shape(NamedTuple):
    """A text as runs of equal letters: "Schlamm" is s-c-h-l-a-m with counts 1-1-1-1-1-2.

    Words are parted by a run of one space. `begins` is 1 where a word begins, or a part of one
    after a hyphen or the like; `places` are where each run begins and ends in the text.
    """

    letters: str
    counts: list[int]
    begins: bytearray
    places: list[tuple[int, int]]


def shapes(text: str) -> Iterator[Shape]:
    """The text as it stands, and as it reads with digits and signs as letters. At most three;
    places hold for all of them, provided that the text is NFC.
    """
    seen = set()
    for reading in (text, *(read_leet(text, table) for table in LEET_READINGS)):
        if reading not in seen:
            seen.add(reading)
            yield shape(reading)


def fold(text: str) -> str:
    """The letters of a word or phrase, with single spaces between words."""
    folded = shape(read_leet(unicodedata.normalize("NFC", text), LEET_READINGS[0]))
    return "".join(
        letter * count for letter, count in zip(folded.letters, folded.counts, strict=True)
    )


def read_leet(text: str, table: dict[int, str]) -> str:
    """Digits and signs as letters, in words that have letters. Keeps every place."""

    def reading(word: re.Match[str]) -> str:
        has_letters = any(character.isalpha() for character in word[0])
        return word[0].translate(table) if has_letters else word[0]

    return SPACED_LETTERS.sub(reading, LEET_WORD.sub(reading, text))


def shape(text: str) -> Shape:
    """One pass over the text; costs about a microsecond per character."""
    letters: list[str] = []
    counts: list[int] = []
    begins = bytearray()
    places: list[tuple[int, int]] = []
    boundary = WORD_ENDS
    for place, character in enumerate(SPACED_LETTERS.sub(draw_together, text)):
        folded = fold_character(character)
        if folded in {WORD_ENDS, PIECE_ENDS}:
            boundary = boundary if boundary == WORD_ENDS else folded
            continue
        for letter in folded:
            if boundary == WORD_ENDS and letters:
                letters.append(" ")
                counts.append(1)
                begins.append(0)
                places.append((place, place))
            if letters and letters[-1] == letter:
                counts[-1] += 1
                places[-1] = (places[-1][0], place + 1)
            else:
                letters.append(letter)
                counts.append(1)
                begins.append(boundary != "")
                places.append((place, place + 1))
            boundary = ""
    return Shape("".join(letters), counts, begins, places)


def draw_together(spaced: re.Match[str]) -> str:
    return re.sub(r"\s", PIECE_ENDS, spaced[0])


@lru_cache(maxsize=4096)
def fold_character(character: str) -> str:
    """Letters and digits, a word's end, a piece's end, or nothing at all."""
    if character.isspace() or character in BLANKS:
        return WORD_ENDS
    if unicodedata.category(character) in INVISIBLE:
        return ""
    for first in BOXED:
        if first <= ord(character) < first + 26:
            return chr(ord("a") + ord(character) - first)
    plain = unicodedata.normalize("NFKD", character.casefold().translate(GERMAN))
    letters = plain.casefold().translate(LOOK_ALIKES)
    return "".join(letter for letter in letters if letter.isalnum()) or PIECE_ENDS
