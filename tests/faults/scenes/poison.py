"""T6: texts that kill, hang or swell who reads them do not hold up the others."""

import asyncio

from bench.load.judging import Finding, percentile
from tests.faults import settling, writing
from tests.faults.judging import none
from tests.faults.run import Run
from tests.faults.site import until

# One in so many is poison; of a short run's few, one of each kind.
SHARE, FULL_SHARE, POISONED = 0.06, 0.1, 50
RATE, FULL_RATE = 8, 4
WORDS = ["Giftmord", "Giftsturz", "Giftschlaf", "Giftschwall"]
SET_ASIDE = """
    SELECT count(*) FROM forum_comment c JOIN forum_revision r ON r.comment_id = c.id
    JOIN moderation_screening s ON s.revision_id = r.id
    JOIN moderation_case k ON k.comment_id = c.id AND k.closed_at IS NULL
    WHERE c.id = ANY(%s) AND c.status = 'held' AND s.set_aside_at IS NOT NULL AND s.attempts <= 5
"""
WAITED = """
    SELECT extract(epoch FROM published_at - submitted_at) FROM forum_comment
    WHERE id = ANY(%s) AND published_at IS NOT NULL
"""


async def poison(run: Run) -> list[Finding]:
    harmless: list[int] = []
    deadly: list[int] = []
    count = run.share(FULL_SHARE if run.is_full else SHARE)
    poisoned = max(count // POISONED, len(WORDS))
    among = count // poisoned
    rate = FULL_RATE if run.is_full else RATE
    under_way = []
    for number in range(count):
        turn, place = divmod(number, among)
        word = WORDS[turn % len(WORDS)] if place == 0 and turn < poisoned else ""
        kept = deadly if word else harmless
        under_way.append(asyncio.create_task(_write(run, word, kept)))
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*under_way)
    run.faults["poison"] += poisoned
    # Five attempts, each with the whole lease of a worker that did not come back.
    aside = await until(
        lambda: run.count(SET_ASIDE, [deadly]) == len(deadly), patience=60 + 600 / run.pace
    )
    await settling.all_screened(run)
    waited = [float(seconds) for (seconds,) in run.ask(WAITED, [harmless])]
    return [
        Finding("T6", "the others' screening p95", percentile(waited, 0.95), 10, "s"),
        Finding("T6", "harmless ones that are not published", len(harmless) - len(waited), 0, ""),
        Finding("T6", "poison that nobody took", poisoned - len(deadly), 0, ""),
        none("T6", "poison not set aside, held and on the desk", [] if aside is not None else [1]),
    ]


async def _write(run: Run, word: str, kept: list[int]) -> None:
    if comment := await writing.send(run, writing.make(run, also=word)):
        kept.append(comment)
