"""How are requests sent at the moments they were planned for, however slow the answers are?

An open model: arrivals do not wait for answers, and latency counts from the planned moment, so that
a stall is not hidden. Each reader comes from an address of his own in 127.0.0.0/8, since the site's
limits stay on.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from random import Random

TIMEOUT = 30.0
LOST = 0


@dataclass(frozen=True)
class Ask:
    """One request, as it goes over the wire, and the address it comes from."""

    raw: bytes
    address: str


@dataclass(frozen=True)
class Stream:
    """So many requests a second of one kind."""

    name: str
    rate: float
    make: Callable[[Random], Ask]


@dataclass(frozen=True)
class Hit:
    """What came of one request. seconds: from the planned moment to the last byte."""

    name: str
    planned: float
    seconds: float
    status: int
    size: int
    has_retry_after: bool


def planned(streams: list[Stream], *, seconds: float, random: Random) -> Iterator[tuple]:
    """(moment, number of the stream), in order; gaps are exponential, as of people who do not
    know of one another."""

    def moments(number: int, stream: Stream) -> Iterator[tuple[float, int]]:
        at = random.expovariate(stream.rate)
        while at < seconds:
            yield at, number
            at += random.expovariate(stream.rate)

    return merge(*(moments(number, stream) for number, stream in enumerate(streams)))


async def fire(
    streams: list[Stream],
    *,
    seconds: float,
    port: int,
    random: Random,
    halfway: Callable[[], None] | None = None,
) -> list[Hit]:
    """Every planned request, each sent when it is due. halfway: called once, in another thread."""
    hits: list[Hit] = []
    under_way: set[asyncio.Task[None]] = set()
    start = time.monotonic()
    disturbed: asyncio.Future[None] | None = None

    async def one(stream: Stream, ask: Ask, at: float) -> None:
        status, size, has_retry_after = await answer_to(ask, port)
        took = time.monotonic() - start - at
        hits.append(Hit(stream.name, at, took, status, size, has_retry_after))

    for at, number in planned(streams, seconds=seconds, random=random):
        ask = streams[number].make(random)
        if (wait := start + at - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        if halfway and disturbed is None and at > seconds / 2:
            disturbed = asyncio.get_running_loop().run_in_executor(None, halfway)
        task = asyncio.create_task(one(streams[number], ask, at))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    if disturbed:
        await disturbed
    await asyncio.gather(*under_way)
    return hits


async def answer_to(ask: Ask, port: int) -> tuple[int, int, bool]:
    """(status, bytes, whether it says when to come again). LOST: no answer, or half of one."""
    writer = None
    try:
        async with asyncio.timeout(TIMEOUT):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=(ask.address, 0)
            )
            writer.write(ask.raw)
            answer = await reader.read(-1)
    except (OSError, TimeoutError):
        return LOST, 0, False
    finally:
        if writer:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    head, _blank, _body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 "):
        return LOST, 0, False
    return int(head[9:12]), len(answer), b"\r\nretry-after:" in head.lower()
