"""Which goals are there, and of which figures is each made? The numbers are those of the issue.

Ratios of rows of the same run, each with what it must reach.
"""

from collections.abc import Callable, Iterator

from bench import cold, steady, writing
from bench.judging import AT_LEAST, AT_MOST, Goal, Measured, Part
from bench.limits import PGBENCH
from bench.peers.isso import NAME as ISSO
from bench.peers.xtd import NAME as XTD
from bench.steady import DIRECT, FILE, NGINX


def goals(measured: Measured) -> list[Goal]:
    return [Goal(number, what, list(parts(measured))) for number, (what, parts) in GOALS.items()]


def _hot_through_nginx(m: Measured) -> Iterator[Part]:
    ours, file = (steady.HOT, NGINX), (steady.HOT, FILE)
    written = (steady.WHILE_WRITTEN, NGINX)
    yield m.part("answers per second ÷ a file", 0.8, AT_LEAST, lambda: m.over(ours, file, "rate"))
    yield m.part(
        "answers per second of processor time ÷ a file",
        0.8,
        AT_LEAST,
        lambda: m.over(file, ours, "processor_ms"),
    )
    yield m.part(
        "answers per second ÷ a file, while 5 replies/s arrive",
        0.6,
        AT_LEAST,
        lambda: m.over(written, file, "rate"),
    )
    yield m.part(
        "p95 while 5 replies/s arrive",
        25,
        AT_MOST,
        lambda: m.figure(*written, "p95"),
        unit="ms",
    )


def _without_nginx(m: Measured) -> Iterator[Part]:
    for what, scenario in (("page from the cache", steady.HOT), ("304", steady.UNCHANGED)):
        yield m.part(
            f"processor time, {what}",
            0.6,
            AT_MOST,
            lambda scenario=scenario: m.figure(scenario, DIRECT, "processor_ms"),
            unit="ms",
        )


def _after_a_reply(m: Measured) -> Iterator[Part]:
    yield m.part(
        "processor time of the first read",
        12,
        AT_MOST,
        lambda: m.figure(cold.AFTER_REPLY, DIRECT, "processor_ms"),
        unit="ms",
    )
    yield m.part(
        "16 at once ÷ one: rebuilds",
        1.5,
        AT_MOST,
        lambda: m.over((cold.AFTER_REPLY_MANY, DIRECT), (cold.AFTER_REPLY, DIRECT), "processor_ms"),
    )


def _signed_in(m: Measured) -> Iterator[Part]:
    hot, small = (steady.SIGNED_IN, DIRECT), (steady.SIGNED_IN_SMALL, DIRECT)
    yield m.part("time, hot ÷ discussion of 50", 1.2, AT_MOST, lambda: m.over(hot, small, "p50"))
    yield m.part("queries, hot", 8, AT_MOST, lambda: m.queries_of("hot"), unit="queries")
    yield m.part(
        "queries, hot ÷ discussion of 50",
        1,
        AT_MOST,
        lambda: m.queries_of("hot") / m.queries_of("small"),
    )


def _places(m: Measured) -> Iterator[Part]:
    for name, scenario in cold.OTHERS.items():
        yield m.part(
            f"processor time, {name} ÷ first page",
            1.3,
            AT_MOST,
            lambda scenario=scenario: m.over(
                (scenario, DIRECT), (cold.FIRST, DIRECT), "processor_ms"
            ),
        )


def _cold_article(m: Measured) -> Iterator[Part]:
    for peer, bound in ((XTD, 1 / 4), (ISSO, 1 / 10)):
        yield m.part(
            f"processor time ÷ {peer}",
            bound,
            AT_MOST,
            lambda peer=peer: m.over(
                (cold.ARTICLE_COLD, DIRECT), (cold.ARTICLE_COLD, peer), "processor_ms"
            ),
        )


def _whole(m: Measured) -> Iterator[Part]:
    yield m.part(
        f"processor time ÷ {XTD}",
        1 / 12,
        AT_MOST,
        lambda: m.over((cold.WHOLE, DIRECT), (cold.WHOLE, XTD), "processor_ms"),
    )


def _counts(m: Measured) -> Iterator[Part]:
    isso = (steady.COUNTS, ISSO)
    yield m.part("queries", 1, AT_MOST, lambda: m.queries_of("counts"), unit="queries")
    for name, target, bound in (("uncached", DIRECT, 20), ("through nginx", NGINX, 150)):
        yield m.part(
            f"answers per second, {name} ÷ Isso",
            bound,
            AT_LEAST,
            lambda target=target: m.over((steady.COUNTS, target), isso, "rate"),
        )


def _replies(m: Measured) -> Iterator[Part]:
    ours = (writing.EIGHT, DIRECT)
    for other, bound in ((ISSO, 4), (XTD, 12), (PGBENCH, 0.4)):
        yield m.part(
            f"replies per second ÷ {other}",
            bound,
            AT_LEAST,
            lambda other=other: m.over(ours, (writing.EIGHT, other), "rate"),
        )
    yield m.part(
        "8 clients on one article ÷ on many",
        0.8,
        AT_LEAST,
        lambda: m.over(ours, (writing.SPREAD, DIRECT), "rate"),
    )


def _published(m: Measured) -> Iterator[Part]:
    yield m.part(
        "p95 at 20 replies/s",
        1000,
        AT_MOST,
        lambda: m.figure(writing.PUBLISHED, DIRECT, "p95"),
        unit="ms",
    )


def _first_visit(m: Measured) -> Iterator[Part]:
    for what, bound in (
        ("everything without pictures", 45),
        ("to read and write without script", 20),
        ("second visit", 2),
    ):
        yield m.part(what, bound, AT_MOST, lambda what=what: m.weight(what), unit="KB")


def _memory(m: Measured) -> Iterator[Part]:
    def then() -> float:
        if m.memory is None:
            raise KeyError("memory")
        return m.memory[1]

    yield m.part("PSS after the load", 160, AT_MOST, then, unit="MB")
    yield m.part(
        "after 25 s ÷ after 10 s",
        1.03,
        AT_MOST,
        lambda: then() / (m.memory or (1, 1))[0],
    )


GOALS: dict[int, tuple[str, Callable[[Measured], Iterator[Part]]]] = {
    1: ("hot discussion through nginx, anonymous, warm", _hot_through_nginx),
    2: ("the same without nginx, processor time per request", _without_nginx),
    3: ("first read after a reply on the hot discussion", _after_a_reply),
    4: ("first page signed in, hot ÷ discussion of 50", _signed_in),
    5: ("last page, permalink, oldest, best ÷ first page, uncached", _places),
    6: ("article with 50 comments, every cache cold", _cold_article),
    7: ("all 10,000 comments page by page, cold", _whole),
    8: ("counts for 30 articles", _counts),
    9: ("submit a reply on the hot discussion, 8 clients, durable", _replies),
    10: ("submit → published", _published),
    11: ("first visit, everything, 50 comments, without pictures", _first_visit),
    12: ("memory of two web processes after the load", _memory),
}
