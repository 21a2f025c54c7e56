"""What do limits and checks cost those who read and write?

    python -m config.embedded --throwaway -- python -m bench.guards [--rounds N]

Two sites on one database, one of them without limits, headers, policy and checks of requests, are
asked the same in turn. Exits with 1 where a path loses more than a tenth.
"""

# ruff: noqa: E402 - settings must see the environment of production
from bench.site import use_production_settings

DATA = use_production_settings()

import django

django.setup()

import argparse
import itertools
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from redis import Redis

from bench import asking, wire
from bench.paper import Paper, print_paper
from bench.readings import ratio, rows_of
from bench.site import (
    HOST,
    PASSED_ON,
    TOKEN,
    WEB_PROCESSES,
    postgres_process,
    signed_in,
    wait_until_it_answers,
)
from bench.steady import Target
from config.children import leave_in_order_when_told
from config.running import end_all, processes, start
from config.servers import any_free_port
from forum.models import Comment

GUARDED, UNGUARDED = "config.settings", "bench.unguarded"
KEPT = 0.9  # of the requests a second
SECONDS, CONNECTIONS = 1.5, 4


@contextmanager
def both_sites() -> Iterator[dict[str, tuple[int, int]]]:
    """By settings: port and process of web processes. Nothing reads what is written."""
    ports = {settings: int(any_free_port()) for settings in (GUARDED, UNGUARDED)}
    running = {
        settings: start(
            f"web-{settings}",
            processes(port=str(port), data=DATA, web_processes=WEB_PROCESSES)["web"],
            data=DATA,
            environment={"DJANGO_SETTINGS_MODULE": settings},
        )
        for settings, port in ports.items()
    }
    try:
        for port in ports.values():
            wait_until_it_answers(port)
        yield {settings: (port, running[settings].pid) for settings, port in ports.items()}
    finally:
        end_all(running)


def targets(paper: Paper, sites: dict[str, tuple[int, int]]) -> Iterator[Target]:
    hot, small = paper.hot.get_absolute_url(), paper.small[0].article.get_absolute_url()
    session = paper.reader_session
    writers, parents = asking.Writers(paper), asking.parents_in(paper.hot)
    clicks = recommendations(paper)
    stores = postgres_process(), Redis.from_url(os.environ["REDIS_URL"]).info()["process_id"]
    asked = {
        "first page, hot": (lambda: itertools.repeat(asking.page(hot)), 200),
        "article with 50": (lambda: itertools.repeat(asking.page(small)), 200),
        "first page, hot, signed in": (
            lambda: itertools.repeat(asking.page(hot, session=session)),
            200,
        ),
        "reply": (lambda: (writers.reply(paper.hot, parents) for _ in itertools.count()), 303),
        "recommendation": (lambda: clicks, 303),
    }
    for scenario, (requests, status) in asked.items():
        for settings, (port, process) in sites.items():
            yield Target(
                scenario,
                settings,
                port,
                lambda process=process: (process, *stores),
                requests,
                connections=CONNECTIONS,
                seconds=SECONDS,
                expected=status,
            )


def recommendations(paper: Paper) -> Iterator[bytes]:
    """Each by the next reader, who comes from an address of his own; none twice."""
    ids = Comment.objects.published().filter(discussion=paper.large).values_list("pk", flat=True)
    for comment in itertools.cycle(list(ids)):
        number = next(_turns)
        session = paper.sessions[number % len(paper.sessions)]
        address = f"10.9.{number // 250 % 250}.{number % 250 + 1}"
        headers = {**PASSED_ON, **signed_in(session), "X-Forwarded-For": address}
        yield wire.form(
            f"/comments/{comment}/recommendation/",
            {"csrfmiddlewaretoken": TOKEN},
            host=HOST,
            headers=headers,
        )


_turns = itertools.count()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.guards")
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    logging.disable(logging.INFO)
    leave_in_order_when_told()
    paper = print_paper()
    connection.close()
    with both_sites() as sites:
        wanted = list(targets(paper, sites))
        readings = [
            reading
            for number in range(rounds)
            # Whoever comes first in a pair is second in the next round.
            for place in range(0, len(wanted), 2)
            for target in wanted[place : place + 2][:: 1 if number % 2 else -1]
            for reading in target.measure()
        ]
    rows = rows_of(readings)
    print(
        f"| guarded ÷ without, median of {rounds} rounds | requests/s | processor time | ≥ {KEPT} |"
    )
    print("|---|--:|--:|---|")
    lost = 0
    for scenario in dict.fromkeys(target.scenario for target in wanted):
        pair = rows[scenario, GUARDED], rows[scenario, UNGUARDED]
        rate = ratio(*pair, "rate")
        lost += rate < KEPT
        print(
            f"| {scenario} | {rate:.2f} | {ratio(*pair, 'processor_ms'):.2f}"
            f" | {'yes' if rate >= KEPT else 'NO'} |"
        )
    return 1 if lost else 0


sys.exit(main())
