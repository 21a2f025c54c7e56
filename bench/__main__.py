"""`make bench`: what the first pages of a small and a large discussion cost, and how soon a
comment is published. Prints a table in Markdown; bench/README.md keeps the last one."""

# ruff: noqa: E402 - settings must see the environment of production
from bench.site import use_production_settings

DATA = use_production_settings()

import django

django.setup()

import itertools
import logging
import os
import random
import shutil
import statistics
import sys
import threading
import time
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import Redis

from accounts.models import User
from articles.models import Article
from bench.filling import fill, text
from bench.site import HOST, client, memory_mb, processor_seconds, running_site
from bench.weights import Bound, bounds, first_visit, seen_by_chromium
from forum.models import Comment, Discussion, Submission
from forum.opening import open_discussion

LARGE, SMALL = 10_000, 50
READERS = 120
ROUNDS = 40
POSTS_PER_SECOND = 5
POSTING_SECONDS = 30


def prepare(*, large: int = LARGE) -> tuple[Discussion, Discussion, list[str]]:
    """A large and a small discussion, and the sessions of readers who may write."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    joined = timezone.now() - timedelta(days=400)
    readers = User.objects.bulk_create(
        User(
            email=f"reader{n}@example.org",
            name=f"Leserin {n}",
            name_skeleton=f"leserin{n}",
            standing=User.Standing.REGULAR,
            joined_at=joined,
            published_count=10,
        )
        for n in range(READERS)
    )
    discussions = []
    for name, count in (("large", large), ("small", SMALL)):
        article = Article.objects.create(
            source="bench",
            source_id=name,
            headline=f"Eine Diskussion: {name}",
            slug=name,
            kicker="Messung",
            published_at=timezone.now(),
            paragraphs=["Ein Absatz."] * 5,
        )
        discussion = open_discussion(article=article)
        # The first reader writes nothing there: own comments cost one query more on either page.
        fill(discussion, count=count, authors=readers[1:])
        discussions.append(discussion)
    return discussions[0], discussions[1], [session_of(reader) for reader in readers]


def session_of(reader: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(reader.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = reader.get_session_auth_hash()
    session.create()
    return session.session_key or ""


def queries(discussion: Discussion, reader: User | None) -> int:
    browser = Client(HTTP_HOST=HOST, HTTP_X_FORWARDED_PROTO="https")
    if reader:
        browser.force_login(reader)
    address = discussion.get_absolute_url()
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


def forget_fragments() -> None:
    """Only the kept fragments: the bells of the worker ring in the same Redis."""
    pages = caches["pages"]
    redis = Redis.from_url(settings.REDIS_URL)
    for key in redis.scan_iter(pages.make_key("*")):
        redis.delete(key)


def first_pages(
    large: Discussion, small: Discussion, session: str, web: int, *, kept: bool
) -> dict:
    """Median wall and mean processor milliseconds of each, asked for in turn.

    kept: rendered threads are found in Redis; otherwise all are rendered anew each time.
    """
    times: dict = {}
    with client() as anonymous, client(session) as signed_in:
        rows = [
            (size, who, browser, discussion.get_absolute_url())
            for size, discussion in (("large", large), ("small", small))
            for who, browser in (("anonymous", anonymous), ("signed in", signed_in))
        ]
        for turn in range(ROUNDS + 3):
            for size, who, browser, address in rows:
                if not kept:
                    forget_fragments()
                before, start = processor_seconds(web), time.perf_counter()
                answer = browser.get(address, params={"sort": "best"})
                wall = time.perf_counter() - start
                assert answer.status_code == 200, answer.status_code
                if turn >= 3:
                    spent = processor_seconds(web) - before
                    times.setdefault((size, who), []).append((wall * 1000, spent * 1000))
    return {
        key: (statistics.median(w for w, _ in rows), statistics.mean(c for _, c in rows))
        for key, rows in times.items()
    }


def submit_and_wait(discussion: Discussion, sessions: list[str]) -> list[float]:
    """Milliseconds from sending to publication, for POSTS_PER_SECOND over POSTING_SECONDS."""
    chance = random.Random(11)
    sent: dict[str, float] = {}
    failures: list[str] = []
    turns = itertools.cycle(enumerate(sessions))
    address = f"{discussion.get_absolute_url()}comments/"

    def post(number: int, session: str, submission: str) -> None:
        body = f"{text(chance)} ({submission[:8]})"
        form = {"body": body, "submission_id": submission, "csrfmiddlewaretoken": "a" * 32}
        with client(session, address=f"10.0.{number // 250}.{number % 250 + 1}") as browser:
            answer = browser.post(address, data=form)
        if answer.status_code != 303:
            failures.append(f"{answer.status_code}: {answer.text[:300]}")

    threads = []
    start = time.monotonic()
    for turn in range(POSTS_PER_SECOND * POSTING_SECONDS):
        time.sleep(max(0.0, start + turn / POSTS_PER_SECOND - time.monotonic()))
        number, session = next(turns)
        submission = str(uuid.uuid4())
        sent[submission] = time.time()
        thread = threading.Thread(target=post, args=(number, session, submission))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    assert not failures, failures[0]
    deadline = time.monotonic() + 60
    while Comment.objects.filter(discussion=discussion, published_at=None).exists():
        assert time.monotonic() < deadline, "Comments wait for longer than a minute."
        time.sleep(0.2)
    rows = Submission.objects.filter(submission_id__in=sent).select_related("comment")
    assert len(rows) == len(sent)
    return [
        (row.comment.published_at.timestamp() - sent[str(row.submission_id)]) * 1000 for row in rows
    ]


def weigh(discussion: Discussion) -> tuple[dict[str, int], list[Bound]]:
    """The first visit by kind of file, and everything that has a bound."""
    address = discussion.get_absolute_url()
    with client() as browser:
        page = browser.get(address)
        assert page.status_code == 200, page.status_code

        def compressed(file: str) -> int:
            with browser.stream("GET", file) as answer:
                assert answer.status_code == 200, file
                return sum(len(part) for part in answer.iter_raw())

        sizes = first_visit(page.text, compressed)
    port = urlsplit(os.environ["BENCH_URL"]).port
    return sizes, bounds(sizes) + list(
        seen_by_chromium(
            f"http://{HOST}:{port}{address}",
            headers={"X-Forwarded-Proto": "https"},
            resolve=f"{HOST} 127.0.0.1",
        )
    )


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def print_weights(bytes_sent: dict[str, int], bounded: list[Bound]) -> None:
    print("\nFirst visit of the discussion of 50, compressed bytes, without pictures\n")
    row(*bytes_sent, "together")
    row(*["--:"] * (len(bytes_sent) + 1))
    row(*bytes_sent.values(), sum(bytes_sent.values()))
    print("\nBounds of that visit\n")
    row("", "measured", "to hold", "held")
    row("---", "--:", "--:", "---")
    for bound in bounded:
        digits, unit = (1, " KB") if bound.unit else (3, "")
        measured = f"{bound.measured:.{digits}f}{unit}" if bound.measured else "0"
        row(bound.what, measured, f"≤ {bound.allowed}{unit}", "yes" if bound.is_held else "NO")


def only_weights() -> None:
    """`make bench ARGS=weights`: what does not depend on how busy the machine is."""
    logging.disable(logging.INFO)
    _large, small, _sessions = prepare(large=0)
    connection.close()
    with running_site(DATA):
        print_weights(*weigh(small))


def main() -> None:
    # A line for each request would stand between the tables.
    logging.disable(logging.INFO)
    large, small, sessions = prepare()
    reader = User.objects.get(email="reader0@example.org")
    counts = {
        (size, who): queries(discussion, person)
        for size, discussion in (("large", large), ("small", small))
        for who, person in (("anonymous", None), ("signed in", reader))
    }
    connection.close()
    with running_site(DATA) as site:
        web = site["web"].pid
        pages = {
            kept: first_pages(large, small, sessions[0], web, kept=kept) for kept in (True, False)
        }
        bytes_sent, bounded = weigh(small)
        waits = submit_and_wait(large, sessions)
        memory = {name: memory_mb(site[name].pid) for name in ("web", "worker", "beat")}

    for kept, found in pages.items():
        how = "threads kept in Redis" if kept else "every thread rendered anew"
        print(f"\nFirst page, sorted by best, {how} ({ROUNDS} rounds in turn)\n")
        row("", "queries", "ms (median)", "processor ms (mean)")
        row("---", "--:", "--:", "--:")
        for (size, who), (wall, spent) in found.items():
            comments = LARGE if size == "large" else SMALL
            row(f"{comments:,} comments, {who}", counts[size, who], f"{wall:.1f}", f"{spent:.1f}")
        for who in ("anonymous", "signed in"):
            ratio = found["large", who][0] / found["small", who][0]
            row(f"ratio large ÷ small, {who}", "", f"{ratio:.2f} (to hold: ≤ 1.5)", "")
    print(f"\nSubmit → published, {POSTS_PER_SECOND} posts/s for {POSTING_SECONDS} s\n")
    row("median", "p95", "comments")
    row("--:", "--:", "--:")
    row(f"{statistics.median(waits):.0f} ms", f"{percentile(waits, 0.95):.0f} ms", len(waits))
    print_weights(bytes_sent, bounded)
    print("\nMemory after that load, MB\n")
    row("process", "RSS", "PSS")
    row("---", "--:", "--:")
    for name, (rss, pss) in memory.items():
        row(name, f"{rss:.0f}", f"{pss:.0f}")


try:
    only_weights() if sys.argv[1:] == ["weights"] else main()
finally:
    shutil.rmtree(DATA, ignore_errors=True)
