"""What does the desk cost while ten moderators work: the list, a case, a decision, the figures?

In an archive of its own, with 50,000 cases waiting; a million comments and a longer run are
`make load ARGS=L5`. Arrivals do not wait for answers (bench/load/generator.py); each kind is sent
for itself, so that its processor time is known.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from django.contrib.auth.models import Group
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from bench.load import readers
from bench.load.generator import Ask, Hit, Stream, fire
from bench.load.judging import milliseconds
from bench.load.readers import Desk
from bench.readings import TOLERATED, spending
from bench.report import table
from bench.site import HOST, NO_NGINX, Site
from config.archive import making, people

COMMENTS, CASES, MODERATORS = 200_000, 50_000, 10
# Requests a second, as long as that, after as many that nobody counts.
RATE, SECONDS, WARM_UP = 10, 20, 5
ANSWERS = {200, 303, 409}


@dataclass(frozen=True)
class Archive:
    """What was filled. keys: file with the sessions of the crew, whose first one is a senior."""

    comments: int
    crew: list[User]
    keys: Path


@dataclass(frozen=True)
class Line:
    what: str
    queries: int
    processor_ms: float
    p50: float
    p95: float


def fill(data: Path, *, comments: int = COMMENTS) -> Archive:
    share = comments / 1_000_000
    making.make(
        articles=int(20_000 * share),
        comments=comments,
        readers=int(70_000 * share),
        hot=0,
        seed=7,
        progress=lambda _step, _written: None,
        cases=min(CASES, comments // 2),
    )
    crew = people.moderators(MODERATORS)
    crew[0].groups.add(Group.objects.get(name="senior moderator"))
    tomorrow = timezone.now() + timedelta(days=1)
    keys = data / "crew.txt"
    keys.write_text("\n".join(people.sign_in(crew[0].pk, MODERATORS, until=tomorrow)))
    return Archive(comments, crew, keys)


def measure(site: Site, archive: Archive) -> tuple[list[Line], list[str]]:
    """What was measured, and what was not and why. Raises AssertionError without nginx."""
    assert site.front, NO_NGINX
    found = readers.desk(os.environ["DATABASE_URL"], archive.keys)
    session = found.crew[0]

    def figures(_random: Random) -> Ask:
        return readers.get("/moderation/figures/?period=90", address="127.127.0.1", session=session)

    kinds: list[tuple[str, Callable[[Random], Ask], float]] = [
        ("the list, in its views", partial(readers.looks_at_queue, found), RATE),
        ("a case", partial(_opens_case, found), RATE),
        ("a decision", partial(readers.decides, found), RATE),
        # Nobody asks ten times a second for what a senior looks at twice a day.
        ("the house's figures, 90 days", figures, 1),
    ]
    lines, missing = [], []
    for (what, make, rate), queries in zip(kinds, _queries(found, archive), strict=True):
        try:
            lines.append(_line(site, Stream(what, rate, make), queries))
        except AssertionError as reason:
            missing.append(str(reason))
    return lines, missing


def told(archive: Archive, lines: list[Line], missing: list[str]) -> str:
    head = ("the desk", "queries", "processor ms", "p50 ms", "p95 ms")
    rows = [
        (one.what, one.queries, f"{one.processor_ms:.1f}", f"{one.p50:.0f}", f"{one.p95:.0f}")
        for one in lines
    ]
    cases = min(CASES, archive.comments // 2)
    filled = (
        f"The desk: {cases:,} cases waiting of {archive.comments:,} comments, {MODERATORS}"
        f" moderators, {RATE} requests a second of one kind (figures: one)."
    )
    return "\n\n".join([filled, table(head, rows), *(f"Not measured: {one}" for one in missing)])


def _line(site: Site, stream: Stream, queries: int) -> Line:
    random = Random(stream.name)

    def sent(seconds: float) -> list[Hit]:
        return asyncio.run(fire([stream], seconds=seconds, port=site.front, random=random))

    sent(WARM_UP)
    with spending(*site.fronted, *site.working) as spent:
        hits = sent(SECONDS)
    strange = Counter(hit.status for hit in hits if hit.status not in ANSWERS)
    assert strange.total() <= TOLERATED * len(hits), f"{stream.name}: answered {dict(strange)}"
    return Line(
        what=stream.name,
        queries=queries,
        processor_ms=spent.processor / len(hits) * 1_000,
        p50=milliseconds(hits, 0.5),
        p95=milliseconds(hits, 0.95),
    )


def _opens_case(found: Desk, random: Random) -> Ask:
    """One of the first two hundred of the list."""
    session, address = found.session()
    case, _revision = random.choice(found.waiting[found.decided :][:200])
    return readers.get(f"/moderation/cases/{case}/", address=address, session=session)


def _queries(found: Desk, archive: Archive) -> list[int]:
    """Of each kind the second time; decided are cases from the end of the list."""
    browser = Client(HTTP_HOST=HOST, HTTP_X_FORWARDED_PROTO="https")
    browser.force_login(archive.crew[0])

    def get(path: str) -> int:
        browser.get(path)
        return _counted(lambda: browser.get(path))

    def decide() -> int:
        (case, revision) = found.waiting.pop()
        form = {"measure": "publish", "revision": revision}
        return _counted(lambda: browser.post(f"/moderation/cases/{case}/decision/", form))

    case = f"/moderation/cases/{found.waiting[0][0]}/"
    list_, opened = get("/moderation/"), get(case)
    decide()
    return [list_, opened, decide(), get("/moderation/figures/?period=90")]


def _counted(ask: Callable[[], HttpResponse]) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert answer.status_code in ANSWERS, answer.status_code
    return len(captured)
