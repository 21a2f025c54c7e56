"""Isso: how is it filled, started and asked?

As its documentation runs it in production: `gunicorn --preload isso.run`, two workers, SQLite. The
guard against floods is off, moderation is off by default.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

from bench import wire
from bench.peers import Peer
from bench.peers.installing import environment
from bench.site import wait_until_it_answers
from config.running import end_all, start
from config.servers import any_free_port

NAME = "Isso 0.14.0"
THREADS_SHOWN, REPLIES_SHOWN = 50, 5
SETTINGS = """\
[general]
dbpath = {data}/isso.db
host = {paper}
notify =
[server]
listen = http://127.0.0.1:{port}
[guard]
enabled = false
"""
INSERT = (
    "INSERT INTO comments (id, tid, parent, created, mode, remote_addr, text, author, voters)"
    " VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)"
)
# Isso keeps a Bloom filter of the addresses that have voted.
VOTERS = bytes(256)


@contextmanager
def running(conversation: Path, data: Path, paper: str) -> Iterator[Peer]:
    """paper: the address of the website, which Isso asks whether it is there.

    Raises NotInstallableError.
    """
    programs = environment("isso")
    port = int(any_free_port())
    settings = data / "isso.cfg"
    settings.write_text(SETTINGS.format(data=data, port=port, paper=paper))
    command = [str(programs / "gunicorn"), "--preload", "--workers", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "isso.run"]
    processes = {
        "isso": start("isso", command, data=data, environment={"ISSO_SETTINGS": str(settings)})
    }
    try:
        # The first start lays out the schema.
        wait_until_it_answers(port, "/config", host="127.0.0.1")
        fill(data / "isso.db", conversation)
        yield Peer(NAME, port, (processes["isso"].pid,), _Asking())
    finally:
        end_all(processes)


def fill(database: Path, conversation: Path) -> None:
    """Its tree has two levels: what answers a reply stands below the root, as Isso puts it."""
    threads, rows = {}, []
    with conversation.open() as lines:
        for line in map(json.loads, lines):
            threads.setdefault(line["discussion"], None)
            parent = line["root"] if line["parent"] else None
            # Anonymised to the network, as Isso does; its hash is computed once for each.
            address = f"10.0.{line['author'] % 250}.0"
            place = (line["id"], line["discussion"], parent, line["at"], address)
            rows.append((*place, line["text"], line["name"], VOTERS))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(
            "INSERT INTO threads (id, uri, title) VALUES (?, ?, ?)",
            [(one, _uri(one), f"Artikel {one}") for one in threads],
        )
        connection.executemany(INSERT, rows)


class _Asking:
    host = "127.0.0.1"

    def page(self, discussion: int) -> bytes:
        """As its own widget asks, but for the limit, without which it sends all."""
        query = f"uri={_uri(discussion)}&limit={THREADS_SHOWN}&nested_limit={REPLIES_SHOWN}"
        return wire.request("GET", f"/?{query}", host=self.host)

    def counts(self, discussions: list[int]) -> bytes:
        return self._send("/count", [_uri(one) for one in discussions])

    def news(self, discussion: int, since: float) -> bytes:
        query = f"uri={_uri(discussion)}&after={since}"
        return wire.request("GET", f"/?{query}", host=self.host)

    def replies(self, discussion: int, parents: list[int], seed: int) -> Iterator[bytes]:
        chance, number = Random(seed), 0
        while True:
            number += 1
            said = {
                "text": f"Das sehe ich anders, und zwar aus {seed}.{number} Gründen.",
                "author": f"Leserin {number}",
                "parent": chance.choice(parents),
            }
            yield self._send(f"/new?uri={_uri(discussion)}", said)

    def _send(self, path: str, said: object) -> bytes:
        kind = {"Content-Type": "application/json"}
        body = json.dumps(said).encode()
        return wire.request("POST", path, host=self.host, headers=kind, body=body)


def _uri(discussion: int) -> str:
    return f"/articles/{discussion}/"
