"""T4: without PostgreSQL the front shows what it has, writing is refused with its text kept."""

import asyncio
import re
import signal
import time
from datetime import datetime

from bench.load.judging import Finding
from tests.faults import asking, writing
from tests.faults.crawling import READER
from tests.faults.judging import none
from tests.faults.run import Run
from tests.faults.site import MACHINES, until

PAGES = 8
# So old a kept page may be.
STALE_MINUTES = 10
# The time at which a page was made (templates/base.html).
STAMP = re.compile(r'<time class="foot__made" datetime="([^"]+)"')
WRITERS = 6


async def database_away(run: Run) -> list[Finding]:
    pages = [f"/discussions/{pk}/" for pk in run.cast.discussions[:PAGES]]
    pages += run.cast.articles[:PAGES]
    await _read(run, pages)
    deaths, children = _deaths(run), _children(run)
    run.site["postgres"].wanted = False
    run.site["postgres"].kill(signal.SIGINT)
    await until(lambda: not run.site["postgres"].is_alive, patience=30)
    await asyncio.sleep(2)  # what the front may keep without asking is over
    began, away = time.monotonic(), 60 if run.is_full else 5
    answers, posts = [], [writing.make(run) for _number in range(WRITERS)]
    while True:
        answers += await _read(run, pages)
        if time.monotonic() - began > away:
            break
        await asyncio.sleep(1)
    refused = [await _write(run, post) for post in posts]
    ready = await asking.get("/health/ready", port=run.site.web["a"], address=READER)
    run.site["postgres"].start()
    await run.note_broken_sendings()
    back = time.monotonic()
    first = await _first_post(run)
    return [
        none("T4", "kept pages that could not be read", [a for a in answers if a.status != 200]),
        none("T4", "kept pages that do not say of when they are",
             [a.body[-200:] for a in answers if a.status == 200 and not STAMP.search(a.body)]),
        Finding("T4", "age of the oldest page shown", max(map(_age, answers)) / 60,
                STALE_MINUTES, "min"),
        none("T4", "posts not answered by 503 with Retry-After",
             [a.status for a in refused if a.status != 503 or not a.says("Retry-After")]),
        none("T4", "refused texts that are not in the answer",
             [p.token for p, a in zip(posts, refused, strict=True) if p.token not in a.body]),
        none("T4", "health says nothing of it",
             [] if ready.status == 503 and "postgresql" in ready.body else [ready.body]),
        Finding("T4", "writing works after its return", first - back, 5, "s"),
        none("T4", "processes that had to be started again",
             [name for name, count in _deaths(run).items() if count != deaths[name]]
             + [name for name, pids in _children(run).items() if pids != children[name]]),
    ]  # fmt: skip


def _age(answer: asking.Answer) -> float:
    """Seconds since the page was made, when it was shown; 0 where it does not say."""
    made = STAMP.search(answer.body)
    return answer.at - datetime.fromisoformat(made[1]).timestamp() if made else 0


def _children(run: Run) -> dict[str, list[int]]:
    """Of the web, its worker processes."""
    return {f"{name}'s": run.site[name].children() for name in map("web-{}".format, MACHINES)}


def _deaths(run: Run) -> dict[str, int]:
    return {name: one.deaths for name, one in run.site.programs.items() if name != "postgres"}


async def _read(run: Run, pages: list[str]) -> list[asking.Answer]:
    return [await asking.get(page, port=run.site.front, address=READER) for page in pages]


async def _write(run: Run, post: writing.Post) -> asking.Answer:
    """As it is sent, but not in the ledger: nobody has accepted it."""
    return await asking.post(
        f"/discussions/{post.discussion}/comments/",
        {"body": post.body, "submission_id": post.submission},
        port=run.site.front,
        address=post.reader.address,
        session=post.reader.session,
    )


async def _first_post(run: Run) -> float:
    """When the first one was accepted."""
    until_then = time.monotonic() + 30
    while time.monotonic() < until_then:
        if await writing.send(run, writing.make(run), attempts=1):
            return time.monotonic()
        await asyncio.sleep(0.1)
    return float("inf")
