"""What does each load send, and what was promised for it? Figures of real papers."""

import re
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import Random

import psycopg
from redis import Redis

from bench.load import readers
from bench.load.generator import Ask, Hit, Stream
from bench.load.judging import (
    Finding,
    failures,
    latency,
    milliseconds,
    others,
    percentile,
    refusals,
)
from bench.load.readers import Paper
from bench.load.run import Run
from bench.load.site import CREW
from bench.site import HOST

VIEW, MINE, POST, VOTE = "views", "views signed in", "posts", "votes"
BURST_SECONDS = 60
DRAINED_SECONDS = 180
STEADY_SECONDS = 60
WINDOW_SECONDS = 5
# What waits on the desk.
CASES = 50_000
# What the hot discussion's pages may weigh, compressed.
HEAVIEST = 60 * 1024


def l1(run: Run) -> list[Finding]:
    """Ibiza Saturday: the record day of the busiest German-language forum."""
    began = _now(run)
    hits = run.send(_saturday(run.paper))
    found = _by_name(hits)
    views = found[VIEW] + found[MINE]
    return [
        *latency("L1", "views", views, p95=300, p99=1000),
        *latency("L1", "posts", found[POST], p95=500),
        Finding("L1", "screened p95", _screened(run, since=began), 10_000),
        failures("L1", hits),
        refusals("L1", hits),
        others("L1", hits, expected={200, 303, 304}),
    ]


def l2(run: Run) -> list[Finding]:
    """The hot thread, signed in: every place of it is as near as the first."""
    found = run.paper
    discussion = f"/discussions/{found.hot_discussion}/"
    places = {
        "first page": f"{discussion}?sort=best",
        "next": _next_page(run, f"{discussion}?sort=newest"),
        "permalink of the last comment": f"{discussion}?around={found.last_comment}",
        "newest first": f"{discussion}?sort=newest",
    }
    streams = [
        Stream(name, 20 / len(places), lambda _random, path=path: readers.reads_hot(found, path))
        for name, path in places.items()
    ]
    hits = run.send(streams)
    findings = []
    by_name = _by_name(hits)
    for name in places:
        some = by_name[name]
        findings += latency("L2", name, some, p95=400)
        heaviest = max((hit.size for hit in some), default=0) / 1024
        findings.append(Finding("L2", f"{name}, compressed", heaviest, HEAVIEST / 1024, "KB"))
    return [*findings, failures("L2", hits), others("L2", hits, expected={200})]


def l3(run: Run) -> list[Finding]:
    """Four times the record for a minute; what was accepted is there afterwards."""
    found = run.paper
    found.posted.clear()
    streams = [
        Stream(POST, 20, partial(_make, readers.writes, found)),
        Stream(VIEW, 50, partial(_make, readers.reads, found)),
        Stream(MINE, 5, partial(_make, readers.reads_signed_in, found)),
    ]
    hits = run.send(streams, seconds=BURST_SECONDS)
    by_name = _by_name(hits)
    accepted = sum(hit.status == 303 for hit in by_name[POST])
    told_to_wait = sum(hit.status in {429, 503} and hit.has_retry_after for hit in by_name[POST])
    drained, stored = _drained(run)
    return [
        Finding("L3", "posts neither accepted nor told when to come again",
                len(by_name[POST]) - accepted - told_to_wait, 0, ""),
        Finding("L3", "accepted and lost", max(accepted - stored, 0), 0, ""),
        Finding("L3", "drained after", drained, DRAINED_SECONDS, "s"),
        *latency("L3", "reading", by_name[VIEW] + by_name[MINE], p95=600),
    ]  # fmt: skip


def l4(run: Run) -> list[Finding]:
    """Everybody opens one article, and in the middle nothing is kept any more."""
    found = run.paper
    made = Stream(
        VIEW, 300, lambda random: readers.get(found.hot_article, address=readers.anybody(random))
    )
    log = run.site.data / "nginx" / "access.log"
    before = log.stat().st_size
    hits = run.send([made], halfway=partial(_forget_all, run))
    with log.open() as lines:
        lines.seek(before)
        at_once = _most_at_once(list(lines))
    return [
        *latency("L4", "views", hits, p95=200),
        Finding("L4", "rebuilds at the same time", at_once, 3, ""),
        failures("L4", hits),
        others("L4", hits, expected={200}),
    ]


def l5(run: Run) -> list[Finding]:
    """Ten moderators, each one decision and one look at the list a second."""
    desk = readers.desk(run.site.database, run.site.data / CREW)
    began = _now(run)
    streams = [
        Stream("list", len(desk.crew), partial(readers.looks_at_queue, desk)),
        Stream("decisions", len(desk.crew), partial(readers.decides, desk)),
    ]
    hits = run.send(streams)
    found = _by_name(hits)
    return [
        Finding("L5", "cases waiting at the start, short of 50,000",
                max(CASES - len(desk.waiting), 0), 0, ""),
        *latency("L5", "list", found["list"], p95=500),
        *latency("L5", "decision", found["decisions"], p95=300),
        Finding("L5", "cases decided twice", _decided_twice(run, since=began), 0, ""),
        failures("L5", hits),
        refusals("L5", hits),
        others("L5", hits, expected={200, 303, 409}),
    ]  # fmt: skip


def l6(run: Run) -> list[Finding]:
    """Search over everything."""
    hits = run.send([Stream("searches", 5, partial(_make, readers.searches, run.paper))])
    return [
        *latency("L6", "searches", hits, p95=500),
        failures("L6", hits),
        others("L6", hits, expected={200}),
    ]


def l8(run: Run) -> list[Finding]:
    """Everything starts cold, and the readers are there already."""
    run.site.restart_cold()
    discussion = f"/discussions/{run.paper.hot_discussion}/?sort=best"
    hot = Stream("hot", 20, lambda _random: readers.reads_hot(run.paper, discussion))
    hits = run.send([*_saturday(run.paper), hot], seconds=STEADY_SECONDS + 4 * WINDOW_SECONDS)
    views = [hit for hit in hits if hit.name != VOTE]
    slow = [
        at
        for at in range(0, STEADY_SECONDS + 4 * WINDOW_SECONDS, WINDOW_SECONDS)
        if milliseconds((hit for hit in views if at <= hit.planned < at + WINDOW_SECONDS), 0.95)
        > 300
    ]
    steady_from = slow[-1] + WINDOW_SECONDS if slow else 0
    return [
        Finding("L8", "steady after", steady_from, STEADY_SECONDS, "s"),
        failures("L8", hits),
    ]


LOADS = {"L1": l1, "L2": l2, "L3": l3, "L4": l4, "L5": l5, "L6": l6, "L8": l8}


def _saturday(found: Paper) -> list[Stream]:
    return [
        Stream(VIEW, 100, partial(_make, readers.reads, found)),
        Stream(MINE, 15, partial(_make, readers.reads_signed_in, found)),
        Stream(VOTE, 10, partial(_make, readers.recommends, found)),
        Stream(POST, 5, partial(_make, readers.writes, found)),
    ]


def _make(kind: Callable[[Paper, Random], Ask], found: Paper, random: Random) -> Ask:
    return kind(found, random)


def _by_name(hits: list[Hit]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.name].append(hit)
    return found


def _now(run: Run) -> datetime:
    with psycopg.connect(run.site.database) as connection:
        return connection.execute("SELECT clock_timestamp()").fetchone()[0]


def _decided_twice(run: Run, *, since: datetime) -> int:
    with psycopg.connect(run.site.database) as connection:
        (twice,) = connection.execute(
            "SELECT count(*) FROM (SELECT FROM moderation_decision WHERE decided_at >= %s"
            " AND case_id IS NOT NULL GROUP BY case_id HAVING count(*) > 1) twice",
            [since],
        ).fetchone()
    return twice


def _screened(run: Run, *, since: datetime) -> float:
    """p95 of milliseconds from submission to the checks' answer."""
    _drained(run)
    with psycopg.connect(run.site.database) as connection:
        rows = connection.execute(
            "SELECT extract(epoch FROM coalesce(published_at, held_at) - submitted_at) * 1000"
            " FROM forum_comment WHERE submitted_at >= %s"
            " AND coalesce(published_at, held_at) IS NOT NULL",
            [since],
        ).fetchall()
    return percentile((float(spent) for (spent,) in rows), 0.95)


def _drained(run: Run) -> tuple[float, int]:
    """(seconds until nothing waits for its checks, submissions of this load that are stored)."""
    began = time.monotonic()
    with psycopg.connect(run.site.database, autocommit=True) as connection:
        while time.monotonic() < began + 2 * DRAINED_SECONDS:
            (waiting,) = connection.execute(
                "SELECT count(*) FROM forum_comment WHERE status = 'pending'"
            ).fetchone()
            if not waiting:
                break
            time.sleep(0.2)
        (stored,) = connection.execute(
            "SELECT count(*) FROM forum_submission WHERE submission_id = ANY(%s::uuid[])",
            [run.paper.posted],
        ).fetchone()
    return time.monotonic() - began, stored


def _next_page(run: Run, address: str) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{run.site.port}{address}", headers={"Host": HOST}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        page = answer.read().decode()
    after = re.search(r'href="(\?[^"]*after=[^"#]+)', page)
    if after is None:
        raise LookupError("The hot discussion has no second page.")
    return address.partition("?")[0] + after.group(1).replace("&amp;", "&")


def _forget_all(run: Run) -> None:
    """Redis is emptied, and the discussion has changed: what a process or nginx keeps is old."""
    Redis.from_url(run.site.environment["REDIS_URL"]).flushall()
    with psycopg.connect(run.site.database, autocommit=True) as connection:
        connection.execute(
            "UPDATE forum_discussion SET version = version + 1 WHERE id = %s",
            [run.paper.hot_discussion],
        )


def _most_at_once(lines: list[str]) -> int:
    """How many pages were being built at the same time at most.

    Of a page that nginx had, the log says how that one was answered once.
    """
    edges = []
    for line in lines:
        _when, ended, _method, _path, _status, _size, took, kept, source, _request = line.split()
        if kept in {"MISS", "EXPIRED"} and source == "built":
            edges += [(float(ended) - float(took), 1), (float(ended), -1)]
    most = now = 0
    for _moment, change in sorted(edges):
        now += change
        most = max(most, now)
    return most
