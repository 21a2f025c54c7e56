"""What does a store get between two copies? All changes as they are made, and who has left."""

import signal
import sys
import time
from datetime import UTC, datetime
from typing import Any

import psycopg

from config.backups import programs
from config.backups.store import Store, hash_of
from config.backups.taking import HEAD
from config.children import end, spawn

PAUSE = 2  # seconds between two notes; the log of changes itself comes as it is written
PATIENCE = 10
CATCHING_UP = 2
# His account was closed, as the forum's job of seeing to his texts says (forum_departure).
CLOSED = """SELECT d.reader_id, u.joined_at, d.left_at, d.keeps_texts
    FROM forum_departure d JOIN accounts_user u ON u.id = d.reader_id
    WHERE d.left_at > coalesce(%s::timestamptz - interval '1 hour', '-infinity')
    ORDER BY d.left_at"""
# Of a slot from which files are received that is as far as they are on the disk.
RECEIVED = """SELECT restart_lsn::text, restart_lsn >= %s::pg_lsn
    FROM pg_replication_slots WHERE slot_name = %s AND active"""


def follow(store: Store, *, url: str, slot: str) -> int:
    """Until it is told to end, or the receiver fails; its exit code.

    A server that is away is waited for: it keeps for the slot what was not received.
    """
    with psycopg.connect(url) as connection:
        binaries = programs.directory(connection.info.server_version // 10_000)
    receive = [str(binaries / "pg_receivewal"), f"--slot={slot}", "--no-password"]
    environment = programs.environment_of(url)
    if complaint := programs.complaint(
        [*receive, "--create-slot", "--if-not-exists"], environment=environment
    ):
        raise SystemExit(f"Nothing can be received: {complaint}")
    receiver = spawn(
        [*receive, f"--directory={store.wal}", "--synchronous", "--status-interval=1"],
        stop_signal=signal.SIGINT,
        env=environment,
    )
    try:
        while receiver.poll() is None:
            note(store, url=url, slot=slot)
            time.sleep(PAUSE)
        return receiver.returncode
    finally:
        end(receiver, stop_signal=signal.SIGINT, patience=PATIENCE)
        hash_finished(store)


def note(store: Store, *, url: str, slot: str) -> None:
    """What a restore will ask for. While the server is away there is nothing to note, but to say
    so: what it has written by then stays with it for the slot."""
    hash_finished(store)
    try:
        with psycopg.connect(url, connect_timeout=PATIENCE, autocommit=True) as connection:
            note_closed(store, connection)
            note_progress(store, connection, slot=slot)
    except psycopg.Error as error:
        # The first line only: it names no address and no password.
        print(f"nothing noted: {str(error).splitlines()[0]}", file=sys.stderr, flush=True)


def hash_finished(store: Store) -> None:
    """Each once, when the receiver has given it its final name."""
    known = store.sums()
    for path in store.finished():
        if path.name not in known:
            store.add_sum(path.name, hash_of(path))


def note_closed(store: Store, connection: psycopg.Connection[tuple]) -> None:
    """Who is new among those who have left; the last hour is asked for again, as transactions
    that began earlier may end later."""
    known = store.closed()
    latest = max((row["closed_at"] for row in known), default=None)
    seen = {(row["reader"], row["joined_at"]) for row in known}
    rows: list[dict[str, Any]] = [
        {
            "reader": reader,
            "joined_at": joined_at.astimezone(UTC).isoformat(),
            "closed_at": left_at.astimezone(UTC).isoformat(),
            "keeps_texts": keeps_texts,
        }
        for reader, joined_at, left_at, keeps_texts in connection.execute(CLOSED, [latest])
    ]
    store.add_closed([row for row in rows if (row["reader"], row["joined_at"]) not in seen])


def note_progress(store: Store, connection: psycopg.Connection[tuple], *, slot: str) -> None:
    """How far the receiver is, with a head of the log of decisions that lies before that."""
    head = connection.execute(HEAD).fetchone()
    written = connection.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
    asked = [*(written or ()), slot]
    until = time.monotonic() + CATCHING_UP
    received, is_past = connection.execute(RECEIVED, asked).fetchone() or (None, False)
    while not is_past and time.monotonic() < until:
        time.sleep(0.1)
        received, is_past = connection.execute(RECEIVED, asked).fetchone() or (None, False)
    if received is None:
        return
    known = list(head) if head and is_past else store.received().get("head")
    store.note_received(lsn=received, at=datetime.now(UTC).isoformat(), head=known)
