"""T8: the text is edited while its first wording is read: that never lets the second one pass."""

import asyncio

from bench.load.judging import Finding
from tests.faults import settling, writing
from tests.faults.judging import none
from tests.faults.run import Run
from tests.faults.scenes.thrice import HELD_TEXT, edit

SHARE, FULL = 0.04, 1_000
# A text that was read in a batch before it was edited is no race: a few may be.
MET_AT_LEAST = 0.9
AT_ONCE = 10
WRONG = """
    SELECT c.id FROM forum_comment c JOIN forum_revision r ON r.id = c.visible_revision_id
    WHERE c.id = ANY(%s) AND r.number > 1
"""
SHOWN = (
    "SELECT count(*) FROM moderation_screening s JOIN forum_revision r ON r.id = s.revision_id"
    " WHERE r.comment_id = ANY(%s) AND s.outcome = 'stale'"
)


async def races(run: Run) -> list[Finding]:
    """The second wording has an address in it, with which no check lets it pass."""
    count = FULL if run.is_full else run.share(SHARE)
    run.site.hook("dawdling", is_on=True)
    raced: list[int] = []
    for _at in range(0, count, AT_ONCE):
        raced += await asyncio.gather(*(_race(run) for _number in range(AT_ONCE)))
    await settling.all_screened(run)
    run.site.hook("dawdling", is_on=False)
    run.faults["edited_while_read"] += len(raced)
    met = run.count(SHOWN, [raced])
    return [
        none("T8", "second wordings shown by the first one's screening", run.ask(WRONG, [raced])),
        Finding("T8", f"of {len(raced)} races not met", len(raced) - met,
                int(len(raced) * (1 - MET_AT_LEAST)), ""),
    ]  # fmt: skip


async def _race(run: Run) -> int:
    post = writing.make(run)
    comment = await writing.send(run, post)
    await asyncio.sleep(run.random.uniform(0.1, 0.5))  # it is read, and the check waits for this
    again = writing.make(run, also=HELD_TEXT)  # another token: nobody may ever see it
    await edit(run, post, comment, body=again.body)
    return comment or 0
