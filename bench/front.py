"""`python -m config.embedded --throwaway -- python -m bench.front`: processor time per request of
public pages that are answered before Django, and of the server alone, in turn."""

# ruff: noqa: E402 - settings must see the environment of production
from bench.site import use_production_settings

DATA = use_production_settings()

import django

django.setup()

import contextlib
import http.client
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from django.core.management import call_command

from articles.models import Article
from bench.site import HOST, free_port, processor_seconds, running_site

ROUNDS = 5
REQUESTS = 3_000
PAPER = {"articles": 60, "comments": 3_000, "readers": 300, "hot": 900, "seed": 7}
ASKED = {"Host": HOST, "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}


@contextlib.contextmanager
def bare_server(body: bytes) -> Iterator[tuple[int, int]]:
    """(process, port) of granian with the smallest application, set up as the site's is."""
    (DATA / "body").write_bytes(body)
    port = free_port()
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "4", "--no-ws"]
    with (DATA / "bare.log").open("ab") as log:
        running = subprocess.Popen(
            [*command, "--log-level", "warning", "bench.bare:application"],
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | {"BENCH_BODY": str(DATA / "body")},
        )
    try:
        yield running.pid, port
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(20)


def connect(port: int) -> http.client.HTTPConnection:
    for _attempt in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        with contextlib.suppress(OSError):
            connection.connect()
            return connection
        time.sleep(0.1)
    raise TimeoutError("The bare server did not start.")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(connection: http.client.HTTPConnection, address: str, tag: str = "") -> Answer:
    known = {"If-None-Match": tag} if tag else {}
    connection.request("GET", address, headers=ASKED | known)
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read())
    assert answer.status in {200, 304}, (address, answer.status, answer.body[:500])
    return answer


def spent(
    process: int, connection: http.client.HTTPConnection, address: str, tag: str = ""
) -> float:
    """Processor milliseconds of the server for each of many requests."""
    for _number in range(50):
        ask(connection, address, tag)
    before = processor_seconds(process)
    for _number in range(REQUESTS):
        ask(connection, address, tag)
    return (processor_seconds(process) - before) * 1000 / REQUESTS


def prepare() -> list[Article]:
    """A small paper; the hot discussion is that of its newest article."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("make_archive", **PAPER, stdout=StringIO())
    return list(Article.objects.newest_first().select_related("discussion")[:30])


def measure(articles: list[Article]) -> dict[str, list[float]]:
    page = articles[0].discussion.get_absolute_url()
    counts = "/counts/?" + "&".join(f"article={each.pk}" for each in articles)
    rows: dict[str, list[float]] = {}
    with running_site(DATA) as running:
        web = running["web"].pid
        site = connect(urlsplit(os.environ["BENCH_URL"]).port or 0)
        with bare_server(ask(site, page).body) as (bare, port):
            server = connect(port)
            for _round in range(ROUNDS):
                tag = ask(site, page).headers["ETag"]
                for name, cost in {
                    "granian alone": spent(bare, server, "/"),
                    "page from the cache": spent(web, site, page),
                    "304": spent(web, site, page, tag),
                    "front page": spent(web, site, "/"),
                    "counts of 30 articles": spent(web, site, counts),
                }.items():
                    rows.setdefault(name, []).append(cost)
    return rows


def main() -> None:
    try:
        rows = measure(prepare())
    finally:
        shutil.rmtree(DATA, ignore_errors=True)
    alone = statistics.median(rows["granian alone"])
    print(f"Processor time of the server for each of {REQUESTS} requests, median of {ROUNDS}.\n")
    print("| answer | ms (least–most) | ÷ granian alone |\n| --- | --: | --: |")
    for name, each in rows.items():
        median = statistics.median(each)
        print(f"| {name} | {median:.3f} ({min(each):.3f}–{max(each):.3f}) | {median / alone:.1f} |")


if __name__ == "__main__":
    main()
