"""How are a paper's comments spread over articles, threads, readers and time?

The shape of derStandard's One Million Posts corpus (Schabus, Skowron, Trapp, SIGIR 2017): a median
of 22 comments an article, 3,656 at most, 6 % removed; of the comments 35.8 % begin a thread.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log, sqrt
from random import Random

MEDIAN, MOST = 22, 3_656
ROOT_SHARE = 0.358
DEEPEST = 8
REMOVED_SHARE = 0.06
FLAGGED_SHARE = 0.015
# Of those a moderator removed, so many had been flagged.
FLAGGED_WHEN_REMOVED = 0.6
# Most answers go to what was said a moment ago.
LOOKS_BACK = 200
# Half of an article's comments come within five hours, the last after days.
HALF_LIFE_SECONDS = 5 * 3600.0
MOST_RECOMMENDATIONS = 200


@dataclass(slots=True)
class Placed:
    """A comment before it has an id: its article, its place and its parent's place there."""

    at: float
    article: int
    place: int
    parent: int


def sizes(articles: int, comments: int, random: Random) -> list[int]:
    """How many comments each article has: log-normal about the median, and in sum `comments`."""
    if not articles:
        return []
    mean = comments / articles
    # Of a log-normal distribution mean / median = exp(sigma^2 / 2).
    sigma = sqrt(max(2 * log(max(mean, MEDIAN + 1) / MEDIAN), 0.1))
    middle = log(min(MEDIAN, max(mean, 1)))
    found = [min(MOST, int(random.lognormvariate(middle, sigma))) for _ in range(articles)]
    # The sum is made right at the large ones, which leaves the median where it is.
    by_size = sorted(range(articles), key=found.__getitem__, reverse=True)
    rest = comments - sum(found)
    while rest:
        for article in by_size:
            step = (
                max(-found[article] // 4, rest) if rest < 0 else min(found[article] // 4 + 1, rest)
            )
            step = min(step, MOST - found[article])
            found[article] += step
            rest -= step
            if not rest:
                break
        else:
            if all(size in {0, MOST} for size in found):
                raise ValueError(f"{articles} articles cannot have {comments} comments.")
    return found


def discussion(
    article: int, size: int, *, opened: float, until: float, random: Random
) -> list[Placed]:
    """The comments under one article in the order of time; parents stand before their replies."""
    times = sorted(
        min(opened + random.expovariate(log(2) / HALF_LIFE_SECONDS), until - random.random())
        for _ in range(size)
    )
    placed: list[Placed] = []
    depths: list[int] = []
    for place, at in enumerate(times):
        parent = -1
        if place and random.random() > ROOT_SHARE:
            parent = random.randrange(max(0, place - LOOKS_BACK), place)
            # The 32 levels of a path are never reached by people in a hurry.
            if depths[parent] >= DEEPEST:
                parent = -1
        depths.append(depths[parent] + 1 if parent >= 0 else 0)
        placed.append(Placed(at, article, place, parent))
    return placed


def author(readers: int, random: Random) -> int:
    """A few write most: the busiest tenth writes about half."""
    return int(readers * random.random() ** 3)


def recommendations(random: Random) -> int:
    """Most have none or one, a few very many."""
    return min(MOST_RECOMMENDATIONS, int(random.paretovariate(1.3)) - 1)


def lengths(count: int, random: Random) -> Iterator[int]:
    """Characters of a body: half below 186, none above 750."""
    for _ in range(count):
        yield min(750, max(20, int(random.lognormvariate(log(186), 0.75))))
