"""What is measured in each round, in which order, and what happens to what fails?"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat

import httpx

from bench import asking, cold, limits, steady, writing
from bench.paper import Paper
from bench.peers import Peer
from bench.readings import Reading
from bench.site import Site

# What says of one measurement that there is none, and lets the others go on.
FAILURES = (AssertionError, LookupError, OSError, ValueError, httpx.HTTPError)


@dataclass(frozen=True)
class Measurement:
    """take: told the number of the round."""

    target: str
    scenarios: tuple[str, ...]
    take: Callable[[int], list[Reading]]


@dataclass(frozen=True)
class Bare:
    """The application server with nothing behind it."""

    port: int
    process: int


def measurements(
    site: Site, paper: Paper, *, isso: Peer | None, xtd: Peer | None, bare: Bare
) -> list[Measurement]:
    """In the order of a round: of each scenario all targets, one after the other."""
    hot = paper.hot.get_absolute_url()
    targets = list(steady.of_ours(site, paper))
    targets.append(
        steady.Target(
            steady.HOT,
            steady.BARE,
            bare.port,
            lambda: (bare.process,),
            lambda: repeat(asking.page(hot)),
        )
    )
    if site.front:
        targets += steady.through_nginx(site, paper)
    if isso:
        targets += steady.of_isso(isso, paper)
    if xtd:
        targets += steady.of_xtd(xtd, paper)
    targets.sort(key=lambda one: one.scenario)
    found = [
        Measurement(one.name, (one.scenario,), lambda _number, one=one: one.measure())
        for one in targets
    ]
    peers = [peer for peer in (isso, xtd) if peer]
    return found + list(_apart(site, paper, peers, xtd))


def _apart(site: Site, paper: Paper, peers: list[Peer], xtd: Peer | None) -> Iterator[Measurement]:
    """What is more than asking the same again and again."""
    ours, writers, places = steady.DIRECT, asking.Writers(paper), cold.pages_of_hot(site, paper)

    def one(target: str, *scenarios: str, take: Callable[[int], list[Reading]]) -> Measurement:
        return Measurement(target, scenarios, take)

    if site.front:
        yield one(
            steady.NGINX,
            steady.WHILE_WRITTEN,
            take=lambda _number: steady.while_written(site, paper, writers),
        )
    yield one(ours, cold.ARTICLE_COLD, take=lambda number: cold.articles(site, paper, number))
    for peer in peers:
        yield one(
            peer.name,
            cold.ARTICLE_COLD,
            take=lambda number, peer=peer: cold.articles_of(peer, paper, number),
        )
    yield one(ours, *places, take=lambda _number: cold.places(site, paper, places))
    yield one(
        ours,
        cold.AFTER_REPLY,
        cold.AFTER_REPLY_MANY,
        take=lambda _number: cold.after_replies(site, paper, writers),
    )
    yield one(ours, cold.WHOLE, take=lambda _number: cold.whole_of_ours(site, paper))
    if xtd:
        yield one(xtd.name, cold.WHOLE, take=lambda _number: cold.whole_of_xtd(xtd, paper))
    yield one(
        ours,
        writing.ONE,
        writing.EIGHT,
        writing.SPREAD,
        take=lambda _number: writing.of_ours(site, paper, writers),
    )
    for peer in peers:
        yield one(
            peer.name,
            writing.ONE,
            writing.EIGHT,
            take=lambda number, peer=peer: writing.of_peer(peer, paper, number),
        )
    yield one(
        limits.PGBENCH,
        writing.EIGHT,
        take=lambda _number: [limits.insert_with_hot_counter(site.data, site.postgres)],
    )
    yield one(
        ours,
        writing.PUBLISHED,
        take=lambda _number: [writing.until_published(site, paper, writers)],
    )


def in_turn(
    wanted: list[Measurement], *, rounds: int, say: Callable[[str], None]
) -> tuple[list[Reading], dict[str, str]]:
    """Readings of what worked in every round, and why the rest did not.

    What fails is tried once more; failing again, it is left out as a whole.
    """
    found: dict[int, list[Reading]] = {place: [] for place in range(len(wanted))}
    missing: dict[str, str] = {}
    for number in range(rounds):
        begun = time.monotonic()
        for place, measurement in enumerate(wanted):
            if place not in found:
                continue
            try:
                found[place] += _tried_twice(measurement, number)
            except FAILURES as reason:
                del found[place]
                for scenario in measurement.scenarios:
                    missing[f"{scenario}, {measurement.target}"] = _sentence(reason)
        say(f"round {number + 1} of {rounds} took {time.monotonic() - begun:.0f} s")
    return [reading for readings in found.values() for reading in readings], missing


def _tried_twice(measurement: Measurement, number: int) -> list[Reading]:
    try:
        return measurement.take(number)
    except FAILURES:
        time.sleep(1)
        return measurement.take(number)


def _sentence(reason: Exception) -> str:
    lines = str(reason).strip().splitlines()
    return lines[0] if lines else type(reason).__name__
