"""How do people read and write at a steady rate while something is away?"""

import asyncio
from collections.abc import AsyncIterator

from bench.load.judging import percentile
from tests.faults import writing
from tests.faults.asking import LOST
from tests.faults.crawling import look
from tests.faults.run import Run, Try


async def people(
    run: Run, *, seconds: float, posts: float, reads: float, kind: str, attempts: int = 1
) -> list[writing.Post]:
    """What was written meanwhile; requests are noted as `<kind>-post` and `<kind>-read`."""
    written: list[writing.Post] = []
    under_way: list[asyncio.Task] = []

    async def write() -> None:
        async for _turn in turns(run, posts, seconds):
            post = writing.make(run)
            written.append(post)
            sending = writing.send(run, post, kind=f"{kind}-post", attempts=attempts)
            under_way.append(asyncio.create_task(sending))

    async def read() -> None:
        async for _turn in turns(run, reads, seconds):
            reading = asyncio.create_task(look(run, kind=f"{kind}-read"))
            under_way.append(reading)

    await asyncio.gather(write(), read())
    await asyncio.gather(*under_way)
    return written


async def turns(run: Run, rate: float, seconds: float) -> AsyncIterator[int]:
    for number in range(int(rate * seconds)):
        yield number
        await asyncio.sleep(run.random.expovariate(rate))


def broken(tries: list[Try]) -> list[Try]:
    """Server errors, and answers that never came."""
    return [one for one in tries if one.status >= 500 or one.status == LOST]


def p95(tries: list[Try]) -> float:
    """Milliseconds."""
    return percentile((one.seconds for one in tries), 0.95) * 1000


def slower(usual: list[Try], now: list[Try], *, times: float) -> tuple[float, float]:
    """(p95 now, what it may be): on a small machine fifty milliseconds more are noise."""
    return p95(now), max(times * p95(usual), p95(usual) + 50)
