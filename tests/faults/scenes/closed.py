"""T19: with classifier, Redis and workers dead, each and together, nothing new is ever public."""

import asyncio

from bench.load.judging import Finding
from tests.faults import asking, settling, writing
from tests.faults.crawling import READER
from tests.faults.judging import none
from tests.faults.run import Run
from tests.faults.site import MACHINES

CLASSIFIER, REDIS, WORKERS = "classifier", "Redis", "workers"
# Each differs from the one before in one thing, so that little has to be started anew.
DEAD = (
    {CLASSIFIER}, {CLASSIFIER, REDIS}, {REDIS}, {REDIS, WORKERS},
    {CLASSIFIER, REDIS, WORKERS}, {CLASSIFIER, WORKERS}, {WORKERS},
)  # fmt: skip
POSTS = 2
SECONDS = 2
PUBLIC = "SELECT id FROM forum_comment WHERE id = ANY(%s) AND published_at IS NOT NULL"
UNREAD = f"""{PUBLIC} AND NOT EXISTS (
    SELECT FROM moderation_screening s JOIN moderation_verdict v ON v.screening_id = s.id
    WHERE s.revision_id = forum_comment.visible_revision_id AND s.outcome = 'pass')
"""


async def closed(run: Run) -> list[Finding]:
    public: list[str] = []
    newcomers = list(run.cast.newcomers)
    refused = 0
    for dead in DEAD:
        await _kill(run, dead)
        posts = [writing.make(run, reader=newcomers.pop()) for _number in range(POSTS)]
        ids = [comment for post in posts if (comment := await writing.send(run, post))]
        refused += POSTS - len(ids)
        await asyncio.sleep(SECONDS)
        seen = [one for one in ids if await _is_seen(run, one)]
        # Without Redis alone, upkeep may get it read; then the screening is there that cleared it.
        may_be_read = not {CLASSIFIER, WORKERS} & dead
        shown = {pk for (pk,) in run.ask(UNREAD if may_be_read else PUBLIC, [ids])}
        public += [f"{pk} without {dead}" for pk in shown]
        public += [f"{pk} seen without {dead}" for pk in seen if not may_be_read or pk in shown]
    await _kill(run, set())
    screened = await settling.all_screened(run)
    return [
        none("T19", "texts that became public while somebody was dead", public),
        Finding("T19", "texts that nobody took", refused, 0, ""),
        Finding("T19", "all screened after that", screened, 120, "s"),
    ]


async def _kill(run: Run, dead: set[str]) -> None:
    """Exactly these are dead from now on."""
    run.faults["dead_together"] += bool(dead)
    run.site.hook("classifier-dead", is_on=CLASSIFIER in dead)
    for name, is_dead in [
        ("redis", REDIS in dead),
        *((f"worker-{machine}", WORKERS in dead) for machine in MACHINES),
    ]:
        program = run.site[name]
        if is_dead and program.wanted:
            program.stop()
        elif not is_dead and not program.wanted:
            program.start()
    if WORKERS in dead:
        await run.note_broken_sendings()


async def _is_seen(run: Run, comment: int) -> bool:
    answer = await asking.get(f"/comments/{comment}/", port=run.site.web["a"], address=READER)
    return answer.status == 200
