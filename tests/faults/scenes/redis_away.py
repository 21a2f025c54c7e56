"""T3: Redis is emptied again and again, and then gone: who reads, writes or signs in goes on."""

import asyncio
import time

from bench.load.judging import Finding
from tests.faults import asking, settling, writing
from tests.faults.cast import EMAIL, PASSWORD, STRANGER
from tests.faults.crawling import look
from tests.faults.faults import flush_redis
from tests.faults.judging import none
from tests.faults.load import broken, people, slower
from tests.faults.run import Run

FLUSHES = 10
RATES, FULL_RATES = {"posts": 3, "reads": 12}, {"posts": 5, "reads": 50}
ROOM = "/account/comments/"
# Of a new account in ten minutes.
AT_MOST = 3
PUBLIC = (
    "SELECT submission_id::text FROM forum_submission s JOIN forum_comment c"
    " ON c.id = s.comment_id WHERE c.published_at IS NOT NULL AND submission_id::text = ANY(%s)"
)


async def redis_away(run: Run) -> list[Finding]:
    began, away = time.time(), 300 if run.is_full else 8
    rates = FULL_RATES if run.is_full else RATES
    await people(run, seconds=4, kind="usual", **rates)
    flushing = asyncio.create_task(_flush(run))
    await people(run, seconds=4, kind="flushed", **rates)
    await flushing
    run.site["redis"].stop()
    written = await people(run, seconds=away, kind="away", **rates)
    came_in = await sign_in(run)
    is_limited = await _is_limited(run)
    signed_out = [one.id for one in run.cast.readers[:10] if not await _is_known(run, one)]
    told = await look(run, "/health/ready")
    early = run.ask(PUBLIC, [[post.submission for post in written]])
    run.site["redis"].start()
    screened = await settling.all_screened(run)
    usual, without = run.since(began, "usual-read"), run.since(began, "away-read", "flushed-read")
    now, bound = slower(usual, without, times=2)
    posted = run.since(began, "away-post", "flushed-post")
    return [
        Finding("T3", "reading p95 without Redis", now, bound, "ms"),
        none("T3", "pages that could not be read", broken(without)),
        none("T3", "posts that failed", [one for one in posted if one.status != 303]),
        none("T3", "posts that were not held meanwhile", early),
        none("T3", "limits that nobody counted", [] if is_limited else ["posts"]),
        none("T3", "could not sign in", [] if came_in else ["status"]),
        none("T3", "readers who were signed out", signed_out),
        none("T3", "health says nothing of it", [] if "redis" in told.body else [told.body]),
        Finding("T3", "all screened after its return", screened, 120, "s"),
    ]


async def _flush(run: Run) -> None:
    for _time in range(FLUSHES):
        run.faults["flush_redis"] += 1
        await flush_redis(run)
        await asyncio.sleep(0.3)


async def _is_limited(run: Run) -> bool:
    """Whether a new account may write so many posts, and not one more."""
    began, newcomer = time.time(), run.cast.newcomers[2]
    accepted = [
        await writing.send(run, writing.make(run, reader=newcomer), kind="newcomer", attempts=1)
        for _number in range(AT_MOST + 1)
    ]
    *allowed, one_more = accepted
    return all(allowed) and not one_more and run.since(began, "newcomer")[-1].status == 429


async def sign_in(run: Run) -> bool:
    answer = await asking.post(
        "/account/login/",
        {"login": EMAIL, "password": PASSWORD},
        port=run.site.front,
        address=STRANGER,
        session="",
    )
    return answer.status in {302, 303} and "__Host-session=" in answer.head


async def _is_known(run: Run, reader) -> bool:
    answer = await asking.get(
        ROOM, port=run.site.front, address=reader.address, session=reader.session
    )
    return answer.status == 200
