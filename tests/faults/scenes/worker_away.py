"""T5: without workers comments wait unseen, and moderators decide by hand; then all drains."""

import asyncio
import re
import time
from datetime import datetime

from bench.load.judging import Finding
from tests.faults import asking, settling, writing
from tests.faults.deciding import WAITING, decide_as
from tests.faults.judging import none
from tests.faults.run import Run
from tests.faults.site import MACHINES, until

# Half an hour at two a second, in the full form.
SHARE, FULL_SHARE = 0.1, 0.36
AT_LEAST = 20  # a second
AT_ONCE = 10
BY_HAND = 3
AHEAD_SECONDS = 1
# Metrics are for nobody else.
THIS_MACHINE = "127.0.0.1"
PUBLIC = "SELECT id FROM forum_comment WHERE id = ANY(%s) AND published_at IS NOT NULL"
ORDER = """
    SELECT discussion_id, id, published_at FROM forum_comment
    WHERE id = ANY(%s) AND published_at IS NOT NULL ORDER BY discussion_id, id
"""


async def worker_away(run: Run) -> list[Finding]:
    for machine in MACHINES:
        run.site[f"worker-{machine}"].stop()
    await run.note_broken_sendings()
    run.faults["workers_off"] += 1
    # In two discussions, so that there is an order to be kept.
    places = run.cast.discussions[-2:]
    count = run.share(FULL_SHARE if run.is_full else SHARE)
    posts = [writing.make(run, discussion=places[number % 2]) for number in range(count)]
    waiting: list[int] = []
    for at in range(0, len(posts), AT_ONCE):
        some = await asyncio.gather(*(writing.send(run, p) for p in posts[at : at + AT_ONCE]))
        waiting += [comment for comment in some if comment]
    early = run.ask(PUBLIC, [waiting])
    by_hand = await _decide_by_hand(run, waiting[:BY_HAND])
    told = await asking.get("/metrics", port=run.site.web[MACHINES[0]], address=THIS_MACHINE)
    for machine in MACHINES:
        run.site[f"worker-{machine}"].start()
    # The time that a worker takes to start is not the time that it takes to work.
    read_by_hand = len(by_hand)
    await until(lambda: len(run.ask(PUBLIC, [waiting])) > read_by_hand, patience=60, pause=0.05)
    began, left = time.monotonic(), len(waiting) - len(run.ask(PUBLIC, [waiting]))
    await settling.all_screened(run)
    drained = time.monotonic() - began
    late = overtaken([row for row in run.ask(ORDER, [waiting]) if row[1] not in by_hand])
    return [
        Finding("T5", "posts that nobody took", len(posts) - len(waiting), 0, ""),
        none("T5", "published without a worker", early),
        # Twenty a second, and the second in which the last bell may hang.
        Finding("T5", f"{left} of the queue screened", drained, left / AT_LEAST + 1, "s"),
        none("T5", "newer ones published before older ones of the same discussion", late),
        Finding("T5", "texts that could not be decided by hand", BY_HAND - len(by_hand), 0, ""),
        none("T5", "metrics say nothing of it",
             [] if _waiting_told(told) >= len(waiting) - BY_HAND else [told.status]),
    ]  # fmt: skip


async def _decide_by_hand(run: Run, comments: list[int]) -> list[int]:
    """A moderator opens cases of what nobody has read, and publishes."""
    moderator = run.cast.moderators[0]
    # What a moderator presses at the desk: the oldest come to her, after a minute each.
    await until(lambda: _waited(run, comments) > 60 / run.pace, patience=90)
    await asking.post(
        "/moderation/unread/",
        {},
        port=run.site.front,
        address=moderator.address,
        session=moderator.session,
    )
    for case, comment, revision in run.ask(WAITING):
        if comment in comments:
            told = {"case": case, "comment": comment, "revision": revision}
            await decide_as(run, moderator, "publish", **told)
    return [pk for (pk,) in run.ask(PUBLIC, [comments])]


def overtaken(rows: list[tuple[int, int, datetime]]) -> list[int]:
    """Comments of rows as ORDER has them, before which any newer one of their discussion came out.

    By more than the moment that a second worker's batch may be ahead.
    """
    first: dict[int, datetime] = {}  # by discussion, of those that are newer
    late = []
    for discussion, comment, published_at in reversed(rows):
        soonest = min(first.get(discussion, published_at), published_at)
        if (published_at - soonest).total_seconds() > AHEAD_SECONDS:
            late.append(comment)
        first[discussion] = soonest
    return late


def _waited(run: Run, comments: list[int]) -> float:
    """Seconds, of the one among them that came last."""
    return float(run.count(
        "SELECT extract(epoch FROM now() - max(s.queued_at)) FROM moderation_screening s"
        " JOIN forum_revision r ON r.id = s.revision_id WHERE r.comment_id = ANY(%s)", [comments]
    ))  # fmt: skip


def _waiting_told(metrics: asking.Answer) -> float:
    found = re.search(r"^forum_screenings_waiting ([\d.]+)$", metrics.body, re.MULTILINE)
    return float(found[1]) if found else -1
