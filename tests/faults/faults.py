"""What is broken, and in which order? Drawn from the seed that the run prints."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from random import Random

from tests.faults.post_office import DYING, PATIENT, REFUSING, STALLED
from tests.faults.run import Run
from tests.faults.site import MACHINES, Program

# How long something is frozen, cut or refusing, in seconds.
SHORT, LONG = 2, 3
Fault = Callable[[Run], Awaitable[None]]


def either(run: Run, kind: str) -> Program:
    return run.site[f"{kind}-{run.fate.choice(MACHINES)}"]


def kill_child(random: Random, program: Program, received: int = signal.SIGKILL) -> None:
    if children := program.children():
        try:
            os.kill(random.choice(children), received)
        except ProcessLookupError:
            return


async def kill_web(run: Run) -> None:
    either(run, "web").kill()


async def kill_web_child(run: Run) -> None:
    kill_child(run.fate, either(run, "web"))


async def kill_worker(run: Run) -> None:
    either(run, "worker").kill()


async def kill_worker_child(run: Run) -> None:
    kill_child(run.fate, either(run, "worker"))


async def kill_clock(run: Run) -> None:
    run.site["clock"].kill()


async def kill_redis(run: Run) -> None:
    run.site["redis"].kill()


async def flush_redis(run: Run) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", run.site.redis_port)
    writer.write(b"FLUSHALL\r\n")
    await reader.readline()
    writer.close()


async def stop_postgres_at_once(run: Run) -> None:
    """What `pg_ctl stop -m immediate` sends."""
    run.site["postgres"].kill(signal.SIGQUIT)


async def kill_postmaster(run: Run) -> None:
    run.site["postgres"].kill()


async def kill_backend(run: Run) -> None:
    """One of its processes; the server restarts all of them then."""
    kill_child(run.fate, run.site["postgres"])


async def a_while(run: Run) -> None:
    await asyncio.sleep(LONG if run.is_full else SHORT)


async def _frozen(run: Run, program: Program) -> None:
    program.signal_all(signal.SIGSTOP)
    if program.name.startswith("worker"):
        await run.note_broken_sendings()  # while they are under way
    await a_while(run)
    program.signal_all(signal.SIGCONT)


async def freeze_web(run: Run) -> None:
    await _frozen(run, either(run, "web"))


async def freeze_worker(run: Run) -> None:
    """It may be frozen longer than its leases last: then somebody else sends its mails."""
    await _frozen(run, either(run, "worker"))


async def freeze_redis(run: Run) -> None:
    await _frozen(run, run.site["redis"])


async def freeze_postgres(run: Run) -> None:
    await _frozen(run, run.site["postgres"])


async def cut_network(run: Run) -> None:
    """Machine B loses its stores; what it had asked is never answered."""
    wires = run.site.wires.values()
    for wire in wires:
        wire.cut()
    await run.note_broken_sendings()
    await a_while(run)
    for wire in wires:
        wire.join()


async def mute_network(run: Run) -> None:
    for wire in run.site.wires.values():
        wire.mute()
    await run.note_broken_sendings()
    await a_while(run)
    for wire in run.site.wires.values():
        wire.join()


async def _mails(run: Run, mood: str) -> None:
    run.site.post_office.become(mood)
    await a_while(run)
    run.site.post_office.become(PATIENT)


async def stall_mails(run: Run) -> None:
    await _mails(run, STALLED)


async def refuse_mails(run: Run) -> None:
    await _mails(run, REFUSING)


async def die_after_mails(run: Run) -> None:
    """Mails are taken, and the sender is not told."""
    await _mails(run, DYING)


# What the table of promises names, and how often in ten thousand posts; the others once as often.
FAULTS: dict[Fault, int] = {
    kill_web: 3, kill_web_child: 2, kill_worker: 3, kill_worker_child: 2, kill_clock: 5,
    kill_redis: 5, flush_redis: 2, stop_postgres_at_once: 2, kill_postmaster: 1, kill_backend: 1,
    freeze_web: 1, freeze_worker: 1, freeze_redis: 1, freeze_postgres: 1,
    cut_network: 1, mute_network: 1, stall_mails: 1, refuse_mails: 1, die_after_mails: 1,
}  # fmt: skip


def drawn(run: Run) -> list[Fault]:
    """All kinds once, or as often as the table wants, in an order of the seed's."""
    faults = [
        fault for fault, often in FAULTS.items() for _time in range(often if run.is_full else 1)
    ]
    faults = [fault for fault in faults if not run.only or fault.__name__ in run.only]
    run.fate.shuffle(faults)
    return faults


# Whoever sends a mail may not live, or not be heard, to mark it as sent.
BREAKS_SENDING = {
    kill_worker, kill_worker_child, stop_postgres_at_once, kill_postmaster, kill_backend,
    freeze_postgres,
}  # fmt: skip


async def break_now(run: Run, fault: Fault) -> None:
    run.faults[fault.__name__] += 1
    await fault(run)
    if fault in BREAKS_SENDING:
        await run.note_broken_sendings()
