"""Are two groups of answers alike: in what they say, and in how long they take?"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import erfc, sqrt
from typing import NamedTuple

# Drawn anew for every answer, whoever asks.
DRAWN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=nonce=")[^"]+')


class Answer(NamedTuple):
    """What of an answer its asker can see; `page` is where it led him."""

    status: int
    location: str
    cookies: tuple[str, ...]
    body: str
    page: str


def without(text: str, typed: Iterable[str]) -> str:
    """The text without what its asker typed, and without what is drawn for every answer."""
    for word in typed:
        text = text.replace(word, "…")
    return DRAWN.sub("…", text)


def one_sided(known: Iterable[Answer], unknown: Iterable[Answer]) -> set[Answer]:
    """The answers that were given in one of the groups only: each of them tells which it is."""
    return set(known) ^ set(unknown)


def likelihood_of_one_origin(first: Sequence[float], second: Sequence[float]) -> float:
    """p of the Mann-Whitney U test, two-sided: normal approximation, corrected for ties."""
    few, many = len(first), len(second)
    every = few + many
    ordered = sorted([(value, True) for value in first] + [(value, False) for value in second])
    ranks, before = 0.0, 0
    for _value, tied in groupby(ordered, key=lambda pair: pair[0]):
        group = [is_first for _same, is_first in tied]
        ranks += sum(group) * (before + (len(group) + 1) / 2)
        before += len(group)
    ties = sum(count**3 - count for count in Counter([*first, *second]).values())
    spread = few * many / 12 * (every + 1 - ties / (every * (every - 1)))
    if spread == 0:
        return 1.0
    away = abs(ranks - few * (few + 1) / 2 - few * many / 2)
    # Values have no halves between them: half a rank less, as textbooks do.
    return erfc(max(away - 0.5, 0) / sqrt(2 * spread))
