"""What is our site asked, as bytes on the wire?"""

import gzip
import itertools
import uuid
from collections.abc import Iterator
from random import Random

import httpx

from bench import wire
from bench.paper import Paper
from bench.site import HOST, PASSED_ON, TOKEN, Site, client, signed_in
from forum.models import Comment, Discussion

FRONT_PAGE = 30
# Parents to answer to.
PARENTS = 300


def page(path: str, *, session: str = "", tag: str = "") -> bytes:
    headers = {**PASSED_ON, **signed_in(session)}
    if tag:
        headers["If-None-Match"] = tag
    return wire.request("GET", path, host=HOST, headers=headers)


def fetched(site: Site, path: str, session: str = "") -> httpx.Response:
    with client(site, session) as browser:
        answer = browser.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer


def counts_path(discussions: list[Discussion]) -> str:
    return "/counts/?" + "&".join(f"article={one.article_id}" for one in discussions)


def counts(discussions: list[Discussion]) -> bytes:
    return page(counts_path(discussions))


def some_articles(paper: Paper, seed: int) -> Iterator[list[Discussion]]:
    """Thirty of them, others each time."""
    chance = Random(seed)
    while True:
        yield chance.sample(paper.small, FRONT_PAGE)


def news(discussion: Discussion) -> bytes:
    """Asked by somebody who has everything there is."""
    discussion.refresh_from_db(fields=["version"])
    return page(f"{discussion.get_absolute_url()}news/?since={discussion.version}")


def parents_in(discussion: Discussion) -> list[int]:
    roots = Comment.objects.published().filter(discussion=discussion, depth=0)
    return list(roots.order_by("-pk").values_list("pk", flat=True)[:PARENTS])


class Writers:
    """Readers who write one after the other, so that nobody writes too often."""

    def __init__(self, paper: Paper) -> None:
        self.turns = itertools.cycle(enumerate(paper.sessions))
        self.chance = Random(11)

    def reply(
        self, discussion: Discussion, parents: list[int], submission: uuid.UUID | None = None
    ) -> bytes:
        """parents: one of them is answered; none of them: a new thread."""
        number, session = next(self.turns)
        submission = submission or uuid.uuid4()
        reasons = submission.hex[:12].translate(wire.LETTERS)
        fields: dict[str, object] = {
            "body": f"Das sehe ich anders, und zwar aus {reasons} guten Gründen.",
            "submission_id": submission,
            "csrfmiddlewaretoken": TOKEN,
        }
        if parents:
            fields["parent"] = self.chance.choice(parents)
        address = f"10.{number // 62_500}.{number // 250 % 250}.{number % 250 + 1}"
        headers = {**PASSED_ON, **signed_in(session), "X-Forwarded-For": address}
        return wire.form(
            f"{discussion.get_absolute_url()}comments/", fields, host=HOST, headers=headers
        )


def as_a_file(site: Site, path: str) -> str:
    """Lay the page as nginx sends it among the static files; its address there."""
    request = httpx.Request(
        "GET",
        f"http://127.0.0.1:{site.front}{path}",
        headers={"Host": HOST, "Accept-Encoding": "gzip"},
    )
    with httpx.Client() as browser:
        answer = browser.send(request, stream=True)
        sent = b"".join(answer.iter_raw())
        answer.close()
    assert answer.headers["content-encoding"] == "gzip"
    file = site.data / "static" / "bench-page.html"
    file.with_suffix(".html.gz").write_bytes(sent)
    file.write_bytes(gzip.decompress(sent))
    return f"/static/{file.name}"
