"""How does a writer send a text, and again until he knows that it has arrived?"""

import asyncio
import re
import uuid
from dataclasses import dataclass
from hashlib import sha256

from bench.load.readers import said
from bench.wire import LETTERS
from tests.faults import asking
from tests.faults.cast import Reader
from tests.faults.run import Run

ATTEMPTS = 6
# After the first, the second … attempt; a server that restarts is away for some seconds.
PAUSES = (0.3, 1, 2, 4, 6)
# Of texts: sent twice at once, as by a double click, and once more after the answer.
AT_ONCE, AGAIN = 0.08, 0.08
COMMENT = re.compile(r"/comments/(\d+)/")
TOKEN = re.compile(r"zq[a-p]{16}")


@dataclass(frozen=True)
class Post:
    submission: str
    reader: Reader
    discussion: int
    parent: int | None
    body: str

    @property
    def token(self) -> str:
        """Stands in its text, and in no other one."""
        return token_of(self.submission)


def token_of(submission: str) -> str:
    return "zq" + hex_as_letters(submission.replace("-", "")[:16])


def hex_as_letters(digits: str) -> str:
    return digits.translate(LETTERS)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def make(
    run: Run,
    *,
    reader: Reader | None = None,
    discussion: int | None = None,
    parent: int | None = None,
    also: str = "",
) -> Post:
    """also: stands in the text besides. Written down as an intent when it is sent."""
    submission = str(uuid.UUID(int=run.random.getrandbits(128), version=4))
    return Post(
        submission=submission,
        reader=reader or run.cast.next_reader(),
        discussion=discussion or run.random.choice(run.cast.discussions),
        parent=parent,
        body=f"{said(run.random)} {also} ({token_of(submission)})".replace("  ", " "),
    )


async def send(run: Run, post: Post, *, kind: str = "post", attempts: int = ATTEMPTS) -> int | None:
    """The comment's id, once the site has accepted it; None if it never said so."""
    run.ledger.intend(
        post.submission,
        author=post.reader.id,
        discussion=post.discussion,
        parent=post.parent,
        digest=digest(post.body),
        token=post.token,
    )
    if run.random.random() < AT_ONCE:
        first, _second = await asyncio.gather(
            _send(run, post, kind, attempts), _send(run, post, kind, attempts)
        )
        return first
    accepted = await _send(run, post, kind, attempts)
    if accepted and run.random.random() < AGAIN:
        await _send(run, post, kind, 1)
    return accepted


async def _send(run: Run, post: Post, kind: str, attempts: int) -> int | None:
    for attempt in range(attempts):
        answer = await asking.post(
            f"/discussions/{post.discussion}/comments/",
            {
                "body": post.body,
                "submission_id": post.submission,
                "parent": str(post.parent or ""),
                # He has read the nudge.
                "anyway": "on",
            },
            port=run.site.front,
            address=post.reader.address,
            session=post.reader.session,
        )
        run.note(kind, answer)
        if answer.status == 303 and (named := COMMENT.search(answer.place)):
            run.ledger.accept(post.submission, comment=int(named[1]))
            return int(named[1])
        if answer.status not in {asking.LOST, 500, 502, 503, 504}:
            return None  # refused, in words
        if attempt + 1 < attempts:
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
    return None


async def recommend(run: Run, comment: int | None = None) -> None:
    reader, comment = run.cast.next_reader(), comment or run.random.choice(run.cast.votable)
    answer = await asking.post(
        f"/comments/{comment}/recommendation/",
        {},
        port=run.site.front,
        address=reader.address,
        session=reader.session,
    )
    run.note("recommend", answer)
    if answer.status == 303:
        run.ledger.recommend(reader=reader.id, comment=comment)
