"""How is a site set up to be lost, and lost? The first half of a drill."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from config.backups import counting
from config.backups.load import Load, ask_to_leave, close, people_with_addresses
from config.backups.store import Store
from config.children import end, spawn
from forum.models import Discussion
from forum.posting import post_comment
from notifications.letters import message_id
from notifications.models import Mail

PREFIX = "forum"
CATCHING_UP = 60


@dataclass
class Site:
    """What will be lost: its directory, its addresses by role, and its store."""

    data: Path
    store: Store
    owner: str
    address: dict[str, str]

    def environment(self) -> dict[str, str]:
        """Of the commands an operator runs."""
        return {**os.environ, "BACKUP_DATABASE_URL": self.address["backup"]}

    def command(self, *arguments: str) -> list[str]:
        store = f"--store={self.store.root}"
        return [sys.executable, "-m", "config.backups", store, *arguments]


@dataclass
class Mark:
    """A position at which everything was counted while nobody wrote."""

    lsn: str
    counted: Path
    # Message-IDs of the mails that were due there, to somebody who is there to the end.
    due: list[str]


def prepare(data: Path, *, comments: int, seed: int) -> Site:
    """A paper with an archive, and the roles that worker and backup are in production."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    size = {"comments": comments, "articles": max(comments // 50, 40), "seed": seed}
    call_command(
        "make_archive", **size, readers=max(comments // 15, 600), hot=comments // 30, cases=200
    )
    moderator = User.objects.create_user(
        "drill@example.org", name="Probe Moderation", standing="regular", is_staff=True
    )
    moderator.groups.add(Group.objects.get(name="moderator"))
    files = data / "roles"
    call_command("create_database_roles", addresses=files, prefix=PREFIX, verbosity=0)
    address = {
        role: (files / f"{PREFIX}_{role}").read_text().strip() for role in ("worker", "backup")
    }
    return Site(
        data, Store(data / "store").make(), owner=os.environ["DATABASE_URL"], address=address
    )


@contextmanager
def followed(site: Site) -> Iterator[None]:
    """The store receives all changes while the block lasts."""
    follower = spawn(site.command("follow"), stop_signal=signal.SIGTERM, env=site.environment())
    try:
        wait_for(site.store.received, "nothing is received")
        yield
    finally:
        end(follower, stop_signal=signal.SIGTERM, patience=CATCHING_UP)


def wait_for(happened: Callable[[], object], complaint: str) -> None:
    deadline = time.monotonic() + CATCHING_UP
    while not happened():
        if time.monotonic() > deadline:
            sys.exit(f"The drill cannot go on: {complaint}.")
        time.sleep(0.2)


def copied(site: Site) -> None:
    """While the load goes on."""
    subprocess.run(site.command("take"), env=site.environment(), check=True)


def marked(site: Site, load: Load, *, asking: list[User]) -> Mark:
    """Count everything at a position of the log; mails about those who ask to leave are due there
    and sent afterwards, as it happens before a loss. The last of them never goes: what he writes
    waits there to be screened."""
    file = site.data / "counted.json"
    with load.paused():
        write(asking[-1])
        ask_to_leave(asking)
        mails = Mail.objects.due(timezone.now()).filter(recipient=asking[-1])
        due = [message_id(mail) for mail in mails]
        with psycopg.connect(site.owner, autocommit=True) as asked:
            row = asked.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
            file.write_text(json.dumps(counting.count(asked)))
    return Mark(row[0] if row else "", file, due)


def write(reader: User) -> None:
    for discussion in Discussion.objects.filter(closed_at=None).order_by("-pk")[:3]:
        post_comment(discussion, author=reader, body=f"Zum Abschied, in {discussion.pk}.")


def fill_files(files: int) -> None:
    """So that the log of changes has files between the first and the last."""
    with connection.cursor() as cursor:
        for _each in range(files):
            cursor.execute("SELECT pg_logical_emit_message(false, 'drill', 'x'), pg_switch_wal()")


def goes_on(load: Load, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not load.ledger.failed:
        time.sleep(0.2)


def falls_behind(load: Load) -> None:
    """The worker stands still while people write: something waits to be done, and is received."""
    load.signal_others(signal.SIGSTOP)
    goes_on(load, seconds=1)


def lose(site: Site, load: Load) -> float:
    """All processes of the site at once, as with the power; when it was."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        cluster = Path(cursor.fetchone()[0])
    postmaster = int((cluster / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    load.stopped.set()
    at = time.time()
    for pid in [postmaster, *map(int, children)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    load.end()
    connections.close_all()
    return at


def lived_through(site: Site, load: Load, *, seconds: int, seed: int) -> tuple[Mark, float]:
    """The whole first half: load, copy, mark, people who leave, loss."""
    leaving = people_with_addresses()
    half = len(leaving) // 2
    with followed(site):
        load.begin(database=site.address["worker"], data=site.data, seed=seed)
        copied(site)
        ask_to_leave(leaving[:half])
        close(leaving[: half // 2], load.ledger)
        goes_on(load, seconds=seconds / 2)
        fill_files(3)
        mark = marked(site, load, asking=leaving[half:])
        goes_on(load, seconds=seconds / 4)  # until the mails that were due have left
        close(leaving[half:-1], load.ledger)
        goes_on(load, seconds=seconds / 4)
        noted = {row["reader"] for row in site.store.closed()}
        wait_for(lambda: len(site.store.closed()) >= len(load.ledger.closed), f"only {noted} noted")
        falls_behind(load)
        at = lose(site, load)
    return mark, at
