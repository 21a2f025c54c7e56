"""What does each one answer, warm, when several ask again and again?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from threading import Thread

from bench import asking
from bench.asking import Writers
from bench.generator import drive, once, send_steadily
from bench.paper import Paper
from bench.peers import Peer
from bench.readings import Reading, reading, spending
from bench.site import Site

HOT = "first page, hot"
UNCHANGED = "first page, hot: 304"
WHILE_WRITTEN = "first page, hot, 5 replies/s"
SIGNED_IN, SIGNED_IN_SMALL = "first page, hot, signed in", "article with 50, signed in"
ARTICLE = "article with 50"
COUNTS = "counts of 30 articles"
NEWS = "is there anything new?"
NGINX, DIRECT, FILE, BARE = "ours, nginx", "ours", "a file in nginx", "bare granian"
REPLIES_PER_SECOND = 5
MANY, FEW = 16, 4


@dataclass(frozen=True)
class Target:
    """servers and requests are asked for anew in each round: both change."""

    scenario: str
    name: str
    port: int
    servers: Callable[[], tuple[int, ...]]
    requests: Callable[[], Iterator[bytes]]
    connections: int = MANY
    seconds: float = 0.8
    expected: int = 200

    def measure(self) -> list[Reading]:
        requests = self.requests()
        # The first answer after the former target fills what has run cold meanwhile.
        once(self.port, next(requests), at_once=self.connections)
        with spending(*self.servers()) as spent:
            load = drive(self.port, requests, connections=self.connections, seconds=self.seconds)
        return [reading(self.scenario, self.name, load, spent, expected=self.expected)]


def of_ours(site: Site, paper: Paper) -> Iterator[Target]:
    """Without nginx."""
    hot, small = paper.hot.get_absolute_url(), paper.small[0].article.get_absolute_url()
    session = paper.reader_session

    def ours(scenario: str, requests: Callable[[], Iterator[bytes]], **how) -> Target:
        return Target(scenario, DIRECT, site.port, lambda: site.servers, requests, **how)

    def unchanged() -> Iterator[bytes]:
        tag = asking.fetched(site, hot).headers["ETag"]
        return repeat(asking.page(hot, tag=tag))

    yield ours(HOT, lambda: repeat(asking.page(hot)))
    yield ours(UNCHANGED, unchanged, expected=304)
    yield ours(ARTICLE, lambda: repeat(asking.page(small)))
    # One after the other: what is compared is the time of one visit.
    for scenario, path in ((SIGNED_IN, hot), (SIGNED_IN_SMALL, small)):
        yield ours(
            scenario, lambda path=path: repeat(asking.page(path, session=session)), connections=1
        )
    yield ours(COUNTS, lambda: map(asking.counts, asking.some_articles(paper, 3)))
    yield ours(NEWS, lambda: repeat(asking.news(paper.hot)))


def through_nginx(site: Site, paper: Paper) -> Iterator[Target]:
    hot = paper.hot.get_absolute_url()
    file = asking.as_a_file(site, hot)

    def ours(scenario: str, name: str, request: Callable[[], bytes]) -> Target:
        assert site.front
        return Target(scenario, name, site.front, lambda: site.fronted, lambda: repeat(request()))

    yield ours(HOT, NGINX, lambda: asking.page(hot))
    yield ours(HOT, FILE, lambda: asking.page(file))
    yield ours(COUNTS, NGINX, lambda: asking.counts(paper.small[: asking.FRONT_PAGE]))
    yield ours(NEWS, NGINX, lambda: asking.news(paper.hot))


def of_isso(isso: Peer, paper: Paper) -> Iterator[Target]:
    ask, newest = isso.asking, paper.large.opened_at.timestamp() + 1e9

    def peer(scenario: str, requests: Callable[[], Iterator[bytes]], **how) -> Target:
        return Target(scenario, isso.name, isso.port, lambda: isso.servers, requests, **how)

    def counts() -> Iterator[bytes]:
        for some in asking.some_articles(paper, 3):
            yield ask.counts([one.pk for one in some])

    yield peer(HOT, lambda: repeat(ask.page(paper.large.pk)), connections=FEW)
    yield peer(ARTICLE, lambda: repeat(ask.page(paper.small[0].pk)), connections=FEW)
    yield peer(COUNTS, counts, connections=FEW)
    yield peer(NEWS, lambda: repeat(ask.news(paper.large.pk, newest)), connections=FEW)


def of_xtd(xtd: Peer, paper: Paper) -> Iterator[Target]:
    ask, small = xtd.asking, paper.small[0].pk

    def peer(scenario: str, name: str, requests: Callable[[], Iterator[bytes]]) -> Target:
        return Target(scenario, name, xtd.port, lambda: xtd.servers, requests, connections=FEW)

    def counts() -> Iterator[bytes]:
        for some in asking.some_articles(paper, 3):
            yield ask.counts([one.pk for one in some])

    yield peer(ARTICLE, xtd.name, lambda: repeat(ask.page(small)))
    yield peer(ARTICLE, f"{xtd.name}, JSON", lambda: repeat(ask.page_as_json(small)))
    yield peer(COUNTS, xtd.name, counts)


def while_written(site: Site, paper: Paper, writers: Writers) -> list[Reading]:
    """The hot page through nginx, while replies to it arrive and are published."""
    assert site.front
    parents = asking.parents_in(paper.hot)
    replies = (writers.reply(paper.hot, parents) for _ in repeat(None))
    seconds = 2.0

    def write() -> None:
        send_steadily(site.port, replies, per_second=REPLIES_PER_SECOND, seconds=seconds)

    writing = Thread(target=write)
    request = asking.page(paper.hot.get_absolute_url())
    with spending(*site.fronted) as spent:
        writing.start()
        load = drive(site.front, repeat(request), connections=MANY, seconds=seconds)
    writing.join()
    return [reading(WHILE_WRITTEN, NGINX, load, spent, expected=200)]
