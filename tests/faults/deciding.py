"""What does a moderator do while the site is being broken? She decides what waits for her."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import psycopg

from bench.load.readers import GROUND, WORDS
from tests.faults import asking
from tests.faults.cast import Reader
from tests.faults.run import Run

PAUSE = 0.4
AT_ONCE = 5
WAITING = """
    SELECT k.id, k.comment_id, max(r.id) FROM moderation_case k
    JOIN forum_revision r ON r.comment_id = k.comment_id
    WHERE k.closed_at IS NULL GROUP BY k.id ORDER BY k.id
"""


@contextlib.asynccontextmanager
async def moderating(run: Run) -> AsyncIterator[None]:
    task = asyncio.create_task(_moderate(run))
    try:
        yield
    finally:
        task.cancel()


async def _moderate(run: Run) -> None:
    while True:
        await asyncio.sleep(PAUSE)
        with contextlib.suppress(psycopg.OperationalError):
            for case, comment, revision in (await asyncio.to_thread(run.ask, WAITING))[:AT_ONCE]:
                await decide(run, case=case, comment=comment, revision=revision)


async def decide(run: Run, *, case: int, comment: int, revision: int) -> asking.Answer:
    """Half of them are published, half removed."""
    measure = run.random.choice(["publish", "remove"])
    moderator = run.random.choice(run.cast.moderators)
    return await decide_as(run, moderator, measure, case=case, comment=comment, revision=revision)


async def decide_as(
    run: Run, moderator: Reader, measure: str, *, case: int, comment: int, revision: int
) -> asking.Answer:
    """In the ledger once the site has said yes."""
    form = {"measure": "publish", "revision": str(revision)}
    if measure == "remove":
        form |= {"measure": "remove", "ground": GROUND, "explanation": WORDS[0]}
    answer = await asking.post(
        f"/moderation/cases/{case}/decision/",
        form,
        port=run.site.front,
        address=moderator.address,
        session=moderator.session,
    )
    run.note("decide", answer)
    if answer.status == 303:
        run.ledger.decide(case=case, comment=comment, measure=measure)
    return answer
