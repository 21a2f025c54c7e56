"""What can somebody see who is not signed in, five times a second, and when?"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import quote

from bench.load.readers import said
from tests.faults import asking
from tests.faults.run import Run
from tests.faults.writing import TOKEN

PAUSE = 0.2
READER = "127.1.0.1"
# Fifty reads a second are no one person's: the front would slow him down.
READERS = [f"127.1.0.{number}" for number in range(1, 51)]
LATELY = 40
SOUGHT = 0.05


@contextlib.asynccontextmanager
async def crawling(run: Run) -> AsyncIterator[None]:
    task = asyncio.create_task(_crawl(run))
    try:
        yield
    finally:
        task.cancel()


async def _crawl(run: Run) -> None:
    """Each read is a task of its own: a page that hangs does not close the crawler's eyes."""
    reads: set[asyncio.Task[None]] = set()
    while True:
        reads.add(task := asyncio.create_task(look(run)))
        task.add_done_callback(reads.discard)
        await asyncio.sleep(PAUSE)


async def look(run: Run, path: str = "", *, kind: str = "read") -> asking.Answer:
    """Through the front mostly, and at each web process, where nothing is kept for a second."""
    port = run.random.choice([run.site.front, run.site.front, *run.site.web.values()])
    answer = await asking.get(
        path or _somewhere(run), port=port, address=run.random.choice(READERS)
    )
    if port == run.site.front:
        run.note(kind, answer)
    run.sights += [(answer.at, token) for token in set(TOKEN.findall(answer.body))]
    return answer


def _somewhere(run: Run) -> str:
    discussion = run.random.choice(run.cast.discussions)
    lately = [comment for _submission, comment in run.ledger.answers[-LATELY:]]
    places = [
        f"/discussions/{discussion}/?sort=newest",
        f"/discussions/{discussion}/?sort=newest",
        f"/discussions/{discussion}/feed/",
        run.random.choice(run.cast.articles),
        "/",
    ]
    if lately:
        # A comment's own page, also while it waits: then there is to be nothing.
        places += [f"/comments/{run.random.choice(lately)}/"] * 2
        places.append(f"/comments/{run.random.choice(lately)}/replies/")
        ids = ",".join(f"comment-{comment}" for comment in lately)
        places.append(f"/discussions/{discussion}/news/shown/?ids={ids}")
    if run.random.random() < SOUGHT:  # searching is limited
        return f"/search/?q={quote(max(said(run.random).split(), key=len))}"
    return run.random.choice(places)
