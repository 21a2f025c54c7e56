"""T15: web and worker processes are stopped in order and begun again under load: nobody notices."""

import asyncio
import signal
import time

from bench.load.judging import Finding
from bench.site import wait_until_it_answers
from tests.faults import writing
from tests.faults.judging import none
from tests.faults.load import people
from tests.faults.run import Run, Try
from tests.faults.site import MACHINES, until

ROUNDS, FULL_ROUNDS = 1, 10
RATES = {"posts": 4, "reads": 12}
LONGEST = 30  # seconds
# Posts that are being answered at the very moment.
BURST = 8
# Too fast; and of a comment's own page, that it waits or is gone.
ALLOWED, ALLOWED_OF_COMMENTS = {429}, {404, 410}


async def stopping(run: Run) -> list[Finding]:
    began, done = time.time(), asyncio.Event()
    restarting = asyncio.create_task(_restart_all(run, done))
    while not done.is_set():
        await people(run, seconds=2, kind="rolling", **RATES)
    longest, slowest = max(await restarting)
    tries = run.since(began, "rolling-post", "rolling-read")
    lost = [one for one in tries if not _is_answer(one)]
    return [
        none("T15", "requests lost while processes were replaced", lost),
        Finding("T15", f"the longest stop, of {slowest}", longest, LONGEST, "s"),
    ]


def _is_answer(one: Try) -> bool:
    is_of_comment = one.path.startswith("/comments/")
    return (
        200 <= one.status < 400
        or one.status in ALLOWED
        or (is_of_comment and one.status in ALLOWED_OF_COMMENTS)
    )


async def _restart_all(run: Run, done: asyncio.Event) -> list[tuple[float, str]]:
    """How many seconds each stop took, and of what."""
    took = []
    for _round in range(FULL_ROUNDS if run.is_full else ROUNDS):
        for machine in MACHINES:
            for program in (f"worker-{machine}", f"web-{machine}"):
                took.append((await restart(run, program), program))
            await asyncio.to_thread(wait_until_it_answers, run.site.web[machine])
    done.set()
    return took


async def restart(run: Run, name: str) -> float:
    """Seconds that it took to stop, infinite if it did not. Stopping in order breaks no sending."""
    program = run.site[name]
    program.wanted = False
    under_way = [asyncio.create_task(_write(run)) for _number in range(BURST)]
    await asyncio.sleep(0.03)  # they have been sent, and are not answered
    if run.stop_signal == signal.SIGKILL:
        program.signal_all(signal.SIGKILL)
    program.kill(run.stop_signal)
    took = await until(lambda: not program.is_alive, patience=2 * LONGEST, pause=0.05)
    await asyncio.gather(*under_way)
    program.start()
    run.faults[f"stop_{name.partition('-')[0]}"] += 1
    return float("inf") if took is None else took


async def _write(run: Run) -> None:
    await writing.send(run, writing.make(run), kind="rolling-post", attempts=1)
