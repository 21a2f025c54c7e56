"""How many replies are taken in a second, and how soon is one published?"""

import time
import uuid
from itertools import islice

from bench.asking import Writers, parents_in
from bench.generator import drive, send_steadily
from bench.paper import Paper
from bench.peers import Peer
from bench.readings import Reading, percentile, reading, spending
from bench.site import Site
from bench.steady import DIRECT
from forum.models import Comment, Discussion, Submission

ONE, EIGHT, SPREAD = "reply, 1 client", "reply, 8 clients", "reply, 8 clients, many articles"
PUBLISHED = "submit → published"
ALONE, TOGETHER = 30, 160
SECONDS = 1.5
PER_SECOND, POSTING_SECONDS = 20, 8
PATIENCE = 120


def wait_until_published(discussion: Discussion | None = None) -> None:
    waiting = Comment.objects.filter(status=Comment.Status.PENDING)
    if discussion:
        waiting = waiting.filter(discussion=discussion)
    deadline = time.monotonic() + PATIENCE
    while waiting.exists():
        assert time.monotonic() < deadline, f"{waiting.count()} comments still wait."
        time.sleep(0.02 if discussion else 0.2)


def of_ours(site: Site, paper: Paper, writers: Writers) -> list[Reading]:
    """Rate and times are of the answer to the writer; the processor time is all that is spent
    until the last comment is published, as with the peers."""
    hot, parents = paper.hot, parents_in(paper.hot)
    many = [(one, parents_in(one)) for one in paper.small]
    on_hot = (writers.reply(hot, parents) for _ in iter(int, 1))
    on_many = (writers.reply(*writers.chance.choice(many)) for _ in iter(int, 1))
    found = []
    for scenario, replies, clients, number in (
        (ONE, on_hot, 1, ALONE),
        (EIGHT, on_hot, 8, TOGETHER),
        (SPREAD, on_many, 8, TOGETHER),
    ):
        with spending(*site.writing) as spent:
            with spending(site.web) as in_web:
                load = drive(site.port, islice(replies, number), connections=clients)
            wait_until_published()
        one = reading(scenario, DIRECT, load, spent, expected=303)
        one.note = f"{in_web.processor / number * 1000:.1f} ms of it in the web processes"
        found.append(one)
    return found


def of_peer(peer: Peer, paper: Paper, number: int) -> list[Reading]:
    """Below threads that have room for another level."""
    parents = parents_in(paper.large)
    expected = 201 if peer.name.startswith("Isso") else 302
    found = []
    for scenario, clients in ((ONE, 1), (EIGHT, 8)):
        replies = peer.asking.replies(paper.large.pk, parents, 10 * number + clients)
        with spending(*peer.servers) as spent:
            load = drive(peer.port, replies, connections=clients, seconds=SECONDS)
        found.append(reading(scenario, peer.name, load, spent, expected=expected))
    return found


def until_published(site: Site, paper: Paper, writers: Writers) -> Reading:
    """Waits in milliseconds, from sending the form to the worker's time of publication."""
    parents, sent = parents_in(paper.hot), {}

    def replies() -> object:
        while True:
            submission = uuid.uuid4()
            sent[submission] = time.time()
            yield writers.reply(paper.hot, parents, submission)

    with spending(*site.writing) as spent:
        answers = send_steadily(
            site.port, replies(), per_second=PER_SECOND, seconds=POSTING_SECONDS
        )
        wait_until_published()
    refused = [one.status for one in answers if one.status != 303]
    assert not refused, f"Replies were answered {set(refused)}."
    rows = Submission.objects.filter(submission_id__in=sent).select_related("comment")
    waits = sorted(
        (row.comment.published_at.timestamp() - sent[row.submission_id]) * 1000 for row in rows
    )
    assert len(waits) == len(sent)
    return Reading(
        PUBLISHED,
        DIRECT,
        rate=PER_SECOND,
        processor_ms=spent.processor / len(waits) * 1000,
        p50=percentile(waits, 0.5),
        p95=percentile(waits, 0.95),
        p99=percentile(waits, 0.99),
        others=spent.others,
    )
