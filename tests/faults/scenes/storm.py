"""T1, T2, T18: many write while everything is killed, frozen and cut, one thing after the other."""

import asyncio
import time

import psycopg

from bench.load.judging import Finding
from tests.faults import faults, settling, writing
from tests.faults.deciding import moderating
from tests.faults.run import Run

SHARE, FULL_SHARE = 0.5, 1
REPLIES, HELD = 0.4, 0.1
# Posts a second; and how far apart faults lie at least, in seconds.
RATE, FULL_RATE = 12, 20
APART, FULL_APART = 1.6, 5
PARENTS = """
    SELECT c.id, c.discussion_id FROM forum_comment c WHERE c.status = 'published'
    ORDER BY c.id DESC LIMIT 60
"""


async def storm(run: Run) -> list[Finding]:
    count = run.share(FULL_SHARE if run.is_full else SHARE)
    rate = FULL_RATE if run.is_full else RATE
    parents: list[tuple[int, int]] = []
    under_way: set[asyncio.Task] = set()
    breaking = asyncio.create_task(_break_all(run, lasts=count / rate))
    async with moderating(run):
        for number in range(count):
            if number % (2 * rate) == 0:
                under_way.add(asyncio.create_task(_look_for_parents(run, parents)))
            under_way.add(asyncio.create_task(_write(run, parents)))
            if number % 3 == 0:
                under_way.add(asyncio.create_task(writing.recommend(run)))
            await asyncio.sleep(run.random.expovariate(rate))
        last_fault_at = await breaking
        await asyncio.gather(*under_way)
        screened = await settling.all_screened(run)
    since_fault = screened + max(time.monotonic() - screened - last_fault_at, 0)
    return [Finding("T1", "all screened after the last fault", since_fault, 120, "s")]


async def _write(run: Run, parents: list[tuple[int, int]]) -> None:
    answered, discussion = None, None
    if parents and run.random.random() < REPLIES:
        answered, discussion = run.random.choice(parents)
    # An address in it is held for a person, always.
    also = "Schreiben an anna.zeuge@example.org bitte." if run.random.random() < HELD else ""
    post = writing.make(run, discussion=discussion, parent=answered, also=also)
    await writing.send(run, post)


async def _look_for_parents(run: Run, parents: list[tuple[int, int]]) -> None:
    try:
        parents[:] = await asyncio.to_thread(run.ask, PARENTS)
    except psycopg.OperationalError:
        return  # those known so far will do


async def _break_all(run: Run, *, lasts: float) -> float:
    """Spread over the time that writing lasts; when the last one was over."""
    drawn = faults.drawn(run)
    apart = max(FULL_APART if run.is_full else APART, lasts / (len(drawn) + 1))
    for fault in drawn:
        await asyncio.sleep(apart * run.fate.uniform(0.8, 1.0))
        await faults.break_now(run, fault)
    return time.monotonic()
