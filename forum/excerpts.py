"""Which part of a text shows what was looked for, and where in it?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from django.db import connection

from forum.indexing import STEMS, fold

# Letters that are shown, and how many of them at most stand before the first hit.
LENGTH, BEFORE = 280, 80
# Where the most hits lie together is sought among so many.
HITS_TRIED = 50

_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"\s")


@dataclass(frozen=True)
class Part:
    """A piece of plain text; a template escapes it like any other."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    folded: str


def excerpts(texts: list[str], *, stems: list[str]) -> list[list[Part]]:
    """Of each text the part with the most of what was looked for; one query."""
    read = [
        [_Word(word.start(), word.end(), fold(word[0])) for word in _WORD.finditer(text)]
        for text in texts
    ]
    hits = _hits({word.folded for words in read for word in words}, stems)
    return [
        list(_parts(text, [word for word in words if word.folded in hits]))
        for text, words in zip(texts, read, strict=True)
    ]


def _hits(words: set[str], stems: list[str]) -> set[str]:
    """Those of the folded words that have one of the stems."""
    if not stems:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s::text[]) word WHERE tsvector_to_array("  # noqa: S608
            + STEMS.replace("%s", "word")
            + ") && %s::text[]",
            [sorted(words), stems],
        )
        return {word for (word,) in cursor.fetchall()}


def _parts(text: str, found: list[_Word]) -> Iterator[Part]:
    start, end = _window(text, found)
    if start:
        yield Part("… ")
    at = start
    for word in found:
        if word.start < start or word.end > end:
            continue
        yield Part(text[at : word.start])
        yield Part(text[word.start : word.end], is_hit=True)
        at = word.end
    yield Part(text[at:end])
    if end < len(text):
        yield Part(" …")


def _window(text: str, found: list[_Word]) -> tuple[int, int]:
    """From the beginning of a word to the end of one, as far as words are not too long for that."""
    if len(text) <= LENGTH:
        return 0, len(text)

    def together(position: int) -> int:
        until = found[position].start + LENGTH - BEFORE
        near = takewhile(lambda word: word.end <= until, found[position:])
        return len({word.folded for word in near})

    tried = range(min(len(found), HITS_TRIED))
    best = found[max(tried, key=together)].start if found else 0
    start = max(best - BEFORE, 0)
    if start and (gap := _BREAK.search(text, start, best)):
        start = gap.end()
    end = min(start + LENGTH, len(text))
    if end < len(text) and (last := text.rfind(" ", best + 1, end)) > best:
        end = last
    return start, end
