"""T11: the mail server stalls, the classifier is slow, names are not found: who posts sees none."""

import time

from bench.load.judging import Finding
from tests.faults import settling
from tests.faults.judging import none
from tests.faults.load import people, slower
from tests.faults.post_office import PATIENT, STALLED
from tests.faults.run import Run

RATES = {"posts": 5, "reads": 5}
HOOKS = ("classifier-slow", "no-names")


async def slow_world(run: Run) -> list[Finding]:
    began, lasts = time.time(), 60 if run.is_full else 6
    await people(run, seconds=lasts, kind="fast", **RATES)
    run.site.post_office.become(STALLED)
    for name in HOOKS:
        run.site.hook(name, is_on=True)
    run.faults["slow_world"] += 1
    await people(run, seconds=lasts, kind="slow", **RATES)
    # Stalled longer than a lease lasts here, a mail may be taken from two senders.
    await run.note_broken_sendings()
    for name in HOOKS:
        run.site.hook(name, is_on=False)
    run.site.post_office.become(PATIENT)
    await settling.all_screened(run)
    slow = run.since(began, "slow-post")
    now, bound = slower(run.since(began, "fast-post"), slow, times=1.2)
    return [
        Finding("T11", "posting p95 in a slow world", now, bound, "ms"),
        none("T11", "posts that failed", [one for one in slow if one.status != 303]),
        Finding("T11", "posts too few to say so", max(0, lasts - len(slow)), 0, ""),
    ]
