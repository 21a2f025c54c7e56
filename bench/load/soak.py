"""T16: does anything grow while people read and write for a long time?

What the warm-up has filled (code, caches, pools) is not growth: its last minute is compared with
the last minute of all. `make load ARGS="T16 --warm-up 300 --seconds 900"` is the twenty minutes.
"""

import threading
import time
from collections import defaultdict
from functools import partial
from pathlib import Path
from statistics import median

import psycopg
from redis import Redis

from bench.costs import parent_of, tree
from bench.load import readers
from bench.load.generator import Stream
from bench.load.judging import Finding, failures, milliseconds, others, refusals
from bench.load.run import Run

VIEW = "views"
POSTS, READS, RECOMMENDATIONS = 2, 30, 5
SIGNED_IN = 0.2
EVERY_SECONDS, MINUTE = 5, 60
GROWTH = 10  # per cent
SLOWER = 1.2
# Shared buffers are given to PostgreSQL once; that they fill is no growth.
OWN = ("Pss_Anon:", "Pss_File:")
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"

Samples = dict[str, list[tuple[float, float]]]


def t16(run: Run) -> list[Finding]:
    found = run.paper
    streams = [
        Stream(VIEW, READS * (1 - SIGNED_IN), partial(readers.reads, found)),
        Stream("views signed in", READS * SIGNED_IN, partial(readers.reads_signed_in, found)),
        Stream("recommendations", RECOMMENDATIONS, partial(readers.recommends, found)),
        Stream("posts", POSTS, partial(readers.writes, found)),
    ]
    done, samples = threading.Event(), defaultdict(list)
    watching = threading.Thread(target=_watch, args=(run, samples, done), daemon=True)
    watching.start()
    hits = run.send(streams)
    done.set()
    watching.join()
    views = [hit for hit in hits if hit.name == VIEW]
    first, last = (
        milliseconds((hit for hit in views if begin <= hit.planned < begin + MINUTE), 0.95)
        for begin in (0, run.measured - MINUTE)
    )
    return [
        *growth(samples, warm_up=run.warm_up, until=run.warm_up + run.measured),
        Finding("T16", f"views p95 in the last minute (first: {first:.0f} ms)", last,
                max(first * SLOWER, first + 50)),
        failures("T16", hits),
        refusals("T16", hits),
        others("T16", hits, expected={200, 303, 304}),
    ]  # fmt: skip


def growth(samples: Samples, *, warm_up: float, until: float) -> list[Finding]:
    """Of each program, in per cent of what it was in the last minute of the warm-up."""
    findings = []
    for name, taken in sorted(samples.items()):
        before, after = (
            median(value for at, value in taken if end - MINUTE <= at < end)
            for end in (warm_up, until)
        )
        what = f"{name}: growth from {before:.0f} to {after:.0f}"
        findings.append(Finding("T16", what, (after / before - 1) * 100, GROWTH, "%"))
    return findings


def _watch(run: Run, samples: Samples, done: threading.Event) -> None:
    """MB of each program with all below it, and connections to the database, every few seconds."""
    began = time.monotonic()
    with psycopg.connect(run.site.database, autocommit=True) as connection:
        programs = {name: process.pid for name, process in run.site.running.items()}
        programs |= {
            "postgres": parent_of(connection.info.backend_pid),
            "redis": Redis.from_url(run.site.environment["REDIS_URL"]).info("server")["process_id"],
        }
        while not done.wait(EVERY_SECONDS):
            at = time.monotonic() - began
            for name, pid in programs.items():
                samples[name].append((at, _own_mb(pid)))
            [count] = connection.execute(CONNECTIONS).fetchone() or [0]
            samples["connections"].append((at, float(count)))


def _own_mb(root: int) -> float:
    kilobytes = 0
    for pid in tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue  # has just ended
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith(OWN))
    return kilobytes / 1024
