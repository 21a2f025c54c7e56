"""`make bench`: ours, others and the limits in one run, in turn, round after round.

ARGS: nothing for everything (about ten minutes), `--quick` for one round, `weights` for what does
not depend on how busy the machine is, `desk` for the moderators' pages alone (`--comments` of its
archive). Only the whole run changes results.json and the README.
"""

# ruff: noqa: E402 - settings must see the environment of production
from bench.site import use_production_settings

DATA = use_production_settings()

import django

django.setup()

import argparse
import logging
import os
import time
from contextlib import AbstractContextManager, ExitStack

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from bench import asking, desk, limits, memory, report, steady, visiting
from bench.goals import goals
from bench.judging import Measured
from bench.paper import Paper, print_paper, write_down
from bench.peers import Peer, isso, xtd
from bench.peers.installing import NotInstallableError
from bench.readings import rows_of
from bench.rounds import FAILURES, Bare, in_turn, measurements
from bench.site import HOST, NO_NGINX, Site, running_site
from config.children import leave_in_order_when_told

ROUNDS = 5
BEGUN = time.monotonic()


def say(line: str) -> None:
    print(f"{time.monotonic() - BEGUN:5.0f} s  {line}", flush=True)


def counted_queries(paper: Paper, missing: dict[str, str]) -> dict[str, int]:
    some = paper.small[: asking.FRONT_PAGE]
    asked: dict[str, tuple[str, User | None]] = {
        "hot": (paper.hot.get_absolute_url(), paper.reader),
        "small": (paper.small[0].article.get_absolute_url(), paper.reader),
        "counts": (asking.counts_path(some), None),
    }
    found = {}
    for name, (path, reader) in asked.items():
        browser = Client(HTTP_HOST=HOST, HTTP_X_FORWARDED_PROTO="https")
        if reader:
            browser.force_login(reader)
        browser.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = browser.get(path)
        if answer.status_code == 200:
            found[name] = len(captured)
        else:
            missing[f"queries, {name}"] = f"answered {answer.status_code}"
    return found


def whole(*, rounds: int, is_published: bool) -> None:
    load_before = os.getloadavg()[0]
    with ExitStack() as stack:
        paper = print_paper()
        say("the paper is printed")
        measured = Measured({})
        measured.queries = counted_queries(paper, measured.missing)
        conversation = write_down(paper, DATA)
        connection.close()
        site = stack.enter_context(running_site(DATA))
        if not site.front:
            measured.missing |= dict.fromkeys((steady.NGINX, steady.FILE), NO_NGINX)

        def peer(name: str, running: AbstractContextManager[Peer]) -> Peer | None:
            try:
                found = stack.enter_context(running)
            except (NotInstallableError, *FAILURES) as reason:
                measured.missing[name] = str(reason)
                return None
            say(f"{name} is filled and runs")
            return found

        isso_peer = peer(isso.NAME, isso.running(conversation, DATA, site.address))
        xtd_peer = peer(xtd.NAME, xtd.running(conversation, DATA, site.postgres))
        answer = asking.fetched(site, paper.hot.get_absolute_url())
        bare = Bare(*stack.enter_context(limits.bare_granian(report.packed(answer.text), DATA)))
        wanted = measurements(site, paper, isso=isso_peer, xtd=xtd_peer, bare=bare)
        readings, failed = in_turn(wanted, rounds=rounds, say=say)
        measured.rows = rows_of(readings)
        measured.missing |= failed
        measured.memory = memory.under_load(site, paper)
        address = paper.small[0].get_absolute_url()
        sizes, bounded = visiting.weigh(site, address, measured.missing)
        measured.weights = visiting.in_kb(bounded)
        moderated = at_the_desk(site)
    run = report.Run(
        made=f"{timezone.localtime():%Y-%m-%d %H:%M}",
        rounds=rounds,
        minutes=(time.monotonic() - BEGUN) / 60,
        machine=report.machine(),
        versions=report.versions(),
        load=(load_before, os.getloadavg()[0]),
    )
    judged = goals(measured)
    told = report.page(run, measured, judged, visiting.told(sizes, bounded), moderated)
    print(f"\n{told}")
    if is_published:
        report.publish(run, measured, judged, told)


def at_the_desk(site: Site, *, comments: int = desk.COMMENTS) -> str:
    """The last of all: its archive would be in the way of the others' measurements."""
    archive = desk.fill(DATA, comments=comments)
    say("the desk's archive is filled")
    try:
        return desk.told(archive, *desk.measure(site, archive))
    except FAILURES as reason:
        return f"Not measured, the desk: {reason}"


def desk_alone(*, comments: int) -> None:
    print_paper(hot=100, large=100, articles=3)
    connection.close()
    with running_site(DATA) as site:
        print(f"\n{at_the_desk(site, comments=comments)}")


def weights() -> None:
    paper = print_paper(hot=100, large=100, articles=3)
    connection.close()
    with running_site(DATA) as site:
        missing: dict[str, str] = {}
        print(visiting.told(*visiting.weigh(site, paper.small[0].get_absolute_url(), missing)))
    for name, reason in missing.items():
        print(f"\nNot measured {name}: {reason}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…")
    parser.add_argument("part", nargs="?", choices=["all", "weights", "desk"], default="all")
    parser.add_argument("--quick", action="store_true", help="one round, nothing is written down")
    parser.add_argument("--comments", type=int, default=desk.COMMENTS, help="of the desk's archive")
    asked = parser.parse_args()
    # A line for each request would stand between the tables.
    logging.disable(logging.INFO)
    leave_in_order_when_told()
    if asked.part == "weights":
        weights()
    elif asked.part == "desk":
        desk_alone(comments=asked.comments)
    else:
        whole(rounds=1 if asked.quick else ROUNDS, is_published=not asked.quick)


main()
