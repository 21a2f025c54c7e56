"""Does the load generator send when it planned to, and judge what came of it?"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

import pytest

from bench.load.__main__ import worst
from bench.load.generator import LOST, Ask, Hit, Stream, fire, planned
from bench.load.judging import Finding, failures, latency, percentile, refusals
from bench.load.readers import get
from bench.load.scenarios import _most_at_once


def fired(work: Coroutine[Any, Any, list[Hit]]) -> list[Hit]:
    """In a thread of its own: browser tests before this one leave a loop running in theirs."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def hit(status: int = 200, seconds: float = 0.1, name: str = "views") -> Hit:
    return Hit(name, 0, seconds, status, 100, False)


class PlanTests:
    def test_so_many_a_second_in_the_order_of_time(self):
        streams = [Stream("a", 50, None), Stream("b", 10, None)]
        plan = list(planned(streams, seconds=20, random=Random(3)))
        assert plan == sorted(plan)
        assert 850 < sum(number == 0 for _at, number in plan) < 1150
        assert 140 < sum(number == 1 for _at, number in plan) < 260


class FireTests:
    def test_latency_counts_from_the_planned_moment(self):
        """A server that is never there: nothing is lost silently."""
        ask = Ask(b"GET / HTTP/1.1\r\n\r\n", "127.0.0.9")
        streams = [Stream("views", 200, lambda _random: ask)]
        hits = fired(fire(streams, seconds=0.1, port=9, random=Random(1)))
        assert hits
        assert {one.status for one in hits} == {LOST}
        assert all(one.seconds >= 0 for one in hits)

    def test_each_reader_comes_from_his_own_address(self):
        seen = []

        class Asked(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                seen.append(self.client_address[0])
                self.send_response(503)
                self.send_header("Retry-After", "30")
                self.send_header("Connection", "close")
                self.end_headers()

            def log_message(self, *args):
                """Tests need no log."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            number = iter(range(1, 250))
            streams = [
                Stream("views", 100, lambda _random: get("/", address=f"127.0.3.{next(number)}"))
            ]
            port = server.server_address[1]
            called = []
            hits = fired(
                fire(
                    streams,
                    seconds=0.2,
                    port=port,
                    random=Random(1),
                    halfway=lambda: called.append(1),
                )
            )
            server.shutdown()
        assert sorted(seen) == sorted(set(seen))
        assert {(one.status, one.has_retry_after) for one in hits} == {(503, True)}
        assert called == [1]


class JudgingTests:
    def test_percentiles(self):
        assert percentile(range(1, 101), 0.95) == 96
        assert percentile([], 0.95) == 0

    def test_server_errors_and_lost_answers_fail(self):
        assert failures("L1", [hit(), hit(500), hit(LOST)]).value == 2
        assert not failures("L1", [hit(502)]).held
        assert failures("L1", [hit(), hit(303), hit(404)]).held

    def test_limits_met_are_mistakes(self):
        assert refusals("L1", [hit(429), hit()]).value == 1

    def test_nothing_measured_is_nothing_held(self):
        (finding,) = latency("L1", "views", [], p95=300)
        assert not finding.held

    def test_latency_in_milliseconds(self):
        slow, fast = hit(seconds=0.4), hit(seconds=0.01)
        finding, _p50 = latency("L1", "views", [slow, slow, fast], p95=300, p50=500)
        assert finding.value == pytest.approx(400)
        assert not finding.held

    def test_the_worst_of_several_runs_counts(self):
        runs = [[Finding("L1", "x", value, 3)] for value in (1, 5, 2)]
        assert [finding.value for finding in worst(runs)] == [5]

    def test_rebuilds_at_the_same_time_are_read_from_the_log(self):
        def line(ended: float, took: float, kept: str, source: str = "built") -> str:
            return f"2026-11-24T10:00:00+00:00 {ended} GET / 200 10 {took} {kept} {source} abc\n"

        log = [
            line(10, 2, "MISS"),
            line(9.5, 1, "EXPIRED"),
            line(12, 1, "MISS"),
            # What nginx or a process had is no rebuild, whatever its header said when it was made.
            line(9.5, 5, "HIT"),
            line(9.5, 5, "REVALIDATED"),
            line(9.5, 1, "EXPIRED", "memory"),
            line(9.5, 1, "MISS", "former"),
            line(9.5, 1, "-", "-"),
        ]
        assert _most_at_once(log) == 2
