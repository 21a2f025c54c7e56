"""T11: the mail server stalls, the classifier is slow, names are not found: who posts sees none.

Nor does who reads, or asks for a new password: the web processes send that mail themselves, and
T15 has them stop while many of those wait.
"""

import asyncio
import time

from bench.load.judging import Finding
from tests.faults import asking, settling
from tests.faults.judging import none
from tests.faults.load import broken, people, slower, turns
from tests.faults.post_office import PATIENT, STALLED
from tests.faults.run import Run
from tests.faults.scenes.stopping import LONGEST, restart
from tests.faults.site import until

RATES = {"posts": 5, "reads": 5}
# A second; more than the threads that answer can wait for.
FORGOTTEN = 2
# Codes: some for each process, and each stalls for ten seconds.
WAITING = 24
HOOKS = ("classifier-slow", "no-names")
SOON = 15  # seconds


async def slow_world(run: Run) -> list[Finding]:
    began, lasts = time.time(), 60 if run.is_full else 6
    emails = dict(run.ask("SELECT id, email FROM accounts_user"))
    await _people(run, emails, seconds=lasts, kind="fast")
    run.site.post_office.become(STALLED)
    for name in HOOKS:
        run.site.hook(name, is_on=True)
    run.faults["slow_world"] += 1
    await _people(run, emails, seconds=lasts, kind="slow")
    stopped = await _stop_while_codes_wait(run, emails)
    # Stalled longer than a lease lasts here, a mail may be taken from two senders.
    await run.note_broken_sendings()
    for name in HOOKS:
        run.site.hook(name, is_on=False)
    run.site.post_office.become(PATIENT)
    took = await _code_comes(run, emails)
    await settling.all_screened(run)
    slow, asked = run.since(began, "slow-post"), run.since(began, "slow-forgotten")
    posting, posting_bound = slower(run.since(began, "fast-post"), slow, times=1.2)
    reads = run.since(began, "slow-read")
    reading, reading_bound = slower(run.since(began, "fast-read"), reads, times=1.2)
    return [
        Finding("T11", "posting p95 in a slow world", posting, posting_bound, "ms"),
        none("T11", "posts that failed", [one for one in slow if one.status != 303]),
        Finding("T11", "posts too few to say so", max(0, lasts - len(slow)), 0, ""),
        Finding("T11", "reading p95 in a slow world", reading, reading_bound, "ms"),
        none("T11", "pages that could not be read", broken(reads)),
        none("T11", "new passwords that could not be asked for",
             [one for one in asked if one.status != 302]),
        Finding("T11", "a new password's code comes afterwards", took, SOON, "s"),
        Finding("T15", "the stop of web-a while the mail server stalls", stopped, LONGEST, "s"),
    ]  # fmt: skip


async def _people(run: Run, emails: dict[int, str], *, seconds: float, kind: str) -> None:
    async def forget() -> None:
        async for _turn in turns(run, FORGOTTEN, seconds):
            forgetting.append(asyncio.create_task(_forget(run, emails, kind=f"{kind}-forgotten")))

    forgetting: list[asyncio.Task] = []
    await asyncio.gather(people(run, seconds=seconds, kind=kind, **RATES), forget())
    await asyncio.gather(*forgetting)


async def _forget(run: Run, emails: dict[int, str], *, kind: str) -> str:
    """The address that a code is to be sent to."""
    reader = run.cast.next_reader()
    email = emails[reader.id]
    answer = await asking.post(
        "/account/password/reset/",
        {"email": email},
        port=run.site.front,
        address=reader.address,
        session="",
    )
    run.note(kind, answer)
    return email


async def _stop_while_codes_wait(run: Run, emails: dict[int, str]) -> float:
    """Seconds that it took."""
    await asyncio.gather(*(_forget(run, emails, kind="waiting") for _number in range(WAITING)))
    return await restart(run, "web-a")


async def _code_comes(run: Run, emails: dict[int, str]) -> float:
    """Seconds until the code that is asked for now is there; infinite if it never comes."""
    began = time.time()
    email = await _forget(run, emails, kind="forgotten")

    def has_come() -> bool:
        return any(
            one.to == email and one.is_code and one.at >= began
            for one in run.site.post_office.received
        )

    took = await until(has_come, patience=2 * SOON)
    return float("inf") if took is None else took
