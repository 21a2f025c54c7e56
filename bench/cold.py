"""What does it cost where nothing has been kept?

Of ours: the web processes are started anew in each round and warmed up with other pages (code,
templates, connections), rendered fragments are taken out of Redis, and an address that nobody has
asked for yet misses every kept page. Peers keep nothing.
"""

import html
import re
import time
from itertools import count

from django.conf import settings
from django.core.cache import caches
from django.db.models import F
from django.urls import reverse
from redis import Redis

from bench import asking, generator
from bench.asking import Writers
from bench.generator import Load, drive, once
from bench.paper import Paper
from bench.peers import Peer
from bench.readings import Reading, Spent, reading, spending
from bench.site import Site
from bench.steady import DIRECT
from bench.writing import wait_until_published
from forum.models import Comment, Discussion
from forum.reading import THREADS_PER_PAGE

ARTICLE_COLD = "article with 50, cold"
WHOLE = "all of 10,000 comments, cold"
AFTER_REPLY, AFTER_REPLY_MANY = "first read after a reply", "16 first reads after a reply"
FIRST = "hot, uncached: first page"
OTHERS = {
    name: f"hot, uncached: {name}" for name in ("oldest", "best", "last page", "last permalink")
}
ARTICLES_A_ROUND, TURNS, REPLIES_A_ROUND = 20, 5, 6
LINKS_ON = re.compile(r'<more-comments><a [^>]*hx-get="([^"]+)"')
SHOWN = re.compile(r'<article[^>]* id="comment-(\d+)"|id="comment-(\d+)"')
MOST_SHOWN = 120
# After an answer its server may still be keeping what it built.
SETTLING = 0.06
NONCES = count(1)


def unasked(path: str) -> bytes:
    """The page under an address that nobody has asked for."""
    return asking.page(f"{path}{'&' if '?' in path else '?'}unasked={next(NONCES)}")


def forget_kept() -> None:
    """Only kept pages and fragments: the bells of the worker ring in the same Redis."""
    redis = Redis.from_url(settings.REDIS_URL)
    for key in redis.scan_iter(caches["pages"].make_key("*")):
        redis.delete(key)


def begin(site: Site, paper: Paper) -> None:
    """Fresh processes that have done everything once, elsewhere."""
    site.restart_web()
    for one in paper.small[:12]:
        for path in (one.get_absolute_url(), one.article.get_absolute_url()):
            once(site.port, unasked(path), at_once=2)
    for pk in Comment.objects.filter(discussion=paper.small[0]).values_list("pk", flat=True)[:8]:
        once(site.port, unasked(reverse("forum:comment", args=[pk])), at_once=2)
        once(site.port, unasked(reverse("forum:replies", args=[pk])))
    forget_kept()


def articles(site: Site, paper: Paper, number: int) -> list[Reading]:
    """Twenty articles that nobody has read since the start, one after the other."""
    begin(site, paper)
    chosen = [unasked(one.article.get_absolute_url()) for one in _of_round(paper, number)]
    return [_one_by_one(DIRECT, site.port, site.servers, chosen)]


def articles_of(peer: Peer, paper: Paper, number: int) -> list[Reading]:
    chosen = [peer.asking.page(one.pk) for one in _of_round(paper, number)]
    return [_one_by_one(peer.name, peer.port, peer.servers, chosen)]


def _of_round(paper: Paper, number: int) -> list[Discussion]:
    half = len(paper.small) // 2
    begin = half + number * ARTICLES_A_ROUND % half
    return paper.small[begin : begin + ARTICLES_A_ROUND]


def _one_by_one(name: str, port: int, servers: tuple[int, ...], requests: list[bytes]) -> Reading:
    with spending(*servers) as spent:
        load = drive(port, iter(requests), connections=1)
    return reading(ARTICLE_COLD, name, load, spent, expected=200)


def pages_of_hot(site: Site, paper: Paper) -> dict[str, str]:
    """Scenario -> address of the places in the large discussion that ought to cost the same."""
    address = paper.hot.get_absolute_url()
    comments = Comment.objects.published().filter(discussion=paper.hot).order_by("pk")
    # From the last page but one a link leads to the last one.
    begun = comments.filter(depth=0)[2 * THREADS_PER_PAGE - 1]
    page = asking.fetched(site, f"{address}?sort=newest&around={begun.pk}").text
    links = (html.unescape(link) for link in LINKS_ON.findall(page))
    return {
        FIRST: address,
        OTHERS["oldest"]: f"{address}?sort=oldest",
        OTHERS["best"]: f"{address}?sort=best",
        OTHERS["last page"]: next(link for link in links if link.startswith(address)),
        OTHERS["last permalink"]: comments.reverse()[0].get_absolute_url(),
    }


def places(site: Site, paper: Paper, pages: dict[str, str]) -> list[Reading]:
    """Each place in turn, everything forgotten before each."""
    loads: dict[str, tuple[Load, Spent]] = {name: (Load(), Spent()) for name in pages}
    for _turn in range(TURNS):
        for name, path in pages.items():
            Discussion.objects.filter(pk=paper.hot.pk).update(version=F("version") + 1)
            forget_kept()
            time.sleep(SETTLING)
            load, spent = loads[name]
            with spending(*site.servers) as one:
                answered = once(site.port, unasked(path))
                time.sleep(SETTLING)
            _add(load, answered)
            spent.processor += one.processor
            spent.others += one.others / TURNS
    return [
        reading(name, DIRECT, load, spent, expected=200) for name, (load, spent) in loads.items()
    ]


def after_replies(site: Site, paper: Paper, writers: Writers) -> list[Reading]:
    """One reader, or sixteen at the same moment, just after a reply has been published."""
    address = paper.hot.get_absolute_url()
    parents = asking.parents_in(paper.hot)[:1]
    totals = {name: (Load(), Spent()) for name in (AFTER_REPLY, AFTER_REPLY_MANY)}
    for turn in range(REPLIES_A_ROUND):
        for name, readers in ((AFTER_REPLY, 1), (AFTER_REPLY_MANY, 16)):
            # New threads and replies in the first thread of the page, in turn.
            reply = writers.reply(paper.hot, parents if turn % 2 else [])
            assert generator.send(site.port, reply).status == 303
            wait_until_published(paper.hot)
            # Its worker is done, and so is what tells others of it.
            time.sleep(2 * SETTLING)
            load, spent = totals[name]
            with spending(*site.servers) as one:
                answered = once(site.port, asking.page(address), at_once=readers)
                time.sleep(SETTLING)
            _add(load, answered)
            spent.processor += one.processor
            spent.others += one.others / REPLIES_A_ROUND
    found = [reading(name, DIRECT, *totals[name], expected=200) for name in totals]
    # Of the sixteen it counts what their moment cost, not what each of them cost.
    found[1].processor_ms *= 16
    return found


def whole_of_ours(site: Site, paper: Paper) -> list[Reading]:
    """Every page of the discussion of 10,000 and every folded thread, as their links lead."""
    load, seen, known = Load(), set(), set()
    waiting = [paper.large.get_absolute_url()]
    most = 0
    with spending(*site.servers) as spent:
        while waiting:
            page = _body(site, waiting.pop(), load)
            shown = {first or second for first, second in SHOWN.findall(page)}
            seen |= shown
            most = max(most, len(shown))
            links = {html.unescape(link) for link in LINKS_ON.findall(page)} - known
            known |= links
            waiting += links
    assert most <= MOST_SHOWN, f"An answer of {most} comments."
    expected = Comment.objects.published().filter(discussion=paper.large).count()
    assert len(seen) >= expected, f"{len(seen)} of {expected} comments were found."
    whole = reading(WHOLE, DIRECT, load, spent, expected=200)
    # The whole is one thing to be had, in however many answers.
    whole.processor_ms *= load.count
    whole.rate /= load.count
    whole.p50 = whole.p95 = whole.p99 = load.seconds * 1000
    whole.bytes = load.bytes
    whole.note = f"in {load.count} answers of at most {most} comments"
    return [whole]


def whole_of_xtd(xtd: Peer, paper: Paper) -> list[Reading]:
    """The thread in one answer, as its template tag gives it."""
    with spending(*xtd.servers) as spent:
        load = once(xtd.port, xtd.asking.page(paper.large.pk))
    return [reading(WHOLE, xtd.name, load, spent, expected=200)]


def _body(site: Site, path: str, load: Load) -> str:
    begun = time.perf_counter()
    answer = asking.fetched(site, path)
    took = time.perf_counter() - begun
    load.seconds += took
    load.latencies.append(took)
    load.statuses[answer.status_code] += 1
    load.bytes += answer.num_bytes_downloaded
    return answer.text


def _add(load: Load, answered: Load) -> None:
    load.seconds += answered.seconds
    load.latencies.extend(answered.latencies)
    load.statuses.update(answered.statuses)
    load.bytes += answered.bytes
