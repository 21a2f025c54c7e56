"""What do a million comments say? Sentences of the demo's readers, put together anew."""

import tomllib
from random import Random

from config.archive.shape import lengths
from config.demo.voices import VOICES, sentences
from forum.markup import clean_body, fingerprint, render

# Rendering a text takes as long as storing ten: each is said about fifty times in a large archive.
DIFFERENT = 20_000
LONGEST = 750


def wordings(count: int, random: Random) -> list[tuple[str, str, str]]:
    """(body, HTML, fingerprint) of at most so many different texts."""
    said = _sentences()
    made = []
    for length in lengths(min(count, DIFFERENT), random):
        body = clean_body(_text(said, length, random))
        made.append((body, render(body), fingerprint(body)))
    return made


def _text(said: list[str], length: int, random: Random) -> str:
    parts = [random.choice(said)]
    while sum(map(len, parts)) < length:
        parts.append(random.choice(said))
    # The last sentence stays where that comes nearer to the length.
    whole, without = " ".join(parts), " ".join(parts[:-1])
    is_nearer = not without or len(whole) - length < length - len(without)
    return (whole if is_nearer else without)[:LONGEST]


def _sentences() -> list[str]:
    found: list[str] = []
    for kinds in tomllib.loads(VOICES.read_text()).values():
        for lines in kinds.values():
            if isinstance(lines, list):
                found += [part for line in lines for part in (*sentences(line), line)]
    return sorted({part for part in found if len(part) < 300})
