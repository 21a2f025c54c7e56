"""What goes on at a site while a drill copies and loses it? Writing, deciding, leaving."""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction
from django.utils import timezone

from accounts.leaving import close_account, request_closing
from accounts.models import User
from config.running import end_all, processes, start
from forum.models import Discussion
from forum.posting import post_comment
from moderation.deciding import decide, latest_revision
from moderation.models import Case

WRITERS = 2
A_SECOND = 10  # comments of all writers
LEAVING = 12
# What somebody does again when another was faster, or the text was there already.
LOST = (ValidationError, PermissionDenied)


@dataclass
class Ledger:
    """What the site has confirmed: the truth that a restore is measured by."""

    posted: list[tuple[int, float]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    decided: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@dataclass
class Load:
    """Threads that write, and the site's own worker and clock, as a role of the database."""

    ledger: Ledger = field(default_factory=Ledger)
    gate: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)
    others: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, *, database: str, data: Path, seed: int) -> None:
        """database: the worker's address."""
        self.others = site(database=database, data=data)
        places = list(Discussion.objects.filter(closed_at=None).values_list("pk", flat=True)[:500])
        readers = list(
            User.objects.filter(is_active=True, is_staff=False, closing_at=None)
            .order_by("pk")
            .values_list("pk", flat=True)[:500]
        )
        moderator = User.objects.filter(is_staff=True).latest("pk")
        dice = [random.Random(seed + each) for each in range(WRITERS)]  # noqa: S311 - no secret
        jobs: list[Callable[[], None]] = [partial(self.write, places, readers, own) for own in dice]
        jobs.append(partial(self.moderate, moderator))
        self.gate.set()
        for job in jobs:
            thread = threading.Thread(target=self.do, args=[job], daemon=True)
            thread.start()
            self.threads.append(thread)

    def do(self, job: Callable[[], None]) -> None:
        """Whatever fails before the loss is a failure of the drill."""
        try:
            job()
        except Error as error:
            if not self.stopped.is_set():
                self.ledger.failed.append(f"{type(error).__name__} while the site was up")
        finally:
            connection.close()

    def write(self, places: list[int], readers: list[int], dice: random.Random) -> None:
        number = 0
        while self.goes_on(WRITERS / A_SECOND):
            number += 1
            discussion = Discussion.objects.get(pk=dice.choice(places))
            author = User.objects.get(pk=dice.choice(readers))
            body = f"Dazu habe ich Punkt {number} von {dice.getrandbits(40)} zu sagen."
            with suppress(*LOST):
                comment = post_comment(discussion, author=author, body=body)
                self.ledger.posted.append((comment.pk, time.time()))

    def moderate(self, moderator: User) -> None:
        while self.goes_on(1):
            case = Case.objects.open().filter(comment__isnull=False).order_by("?").first()
            if case is None or case.comment is None:
                continue
            with suppress(*LOST):
                decision = decide(
                    case,
                    moderator=moderator,
                    measure="publish",
                    revision=latest_revision(case.comment),
                )
                self.ledger.decided.append(decision.pk)

    def goes_on(self, pause: float) -> bool:
        """Waits for its turn; False once the database is lost."""
        time.sleep(pause)
        connection.close_if_unusable_or_obsolete()
        self.gate.wait()
        return not self.stopped.is_set()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nobody writes, and nothing that was begun is still going on."""
        self.gate.clear()
        self.signal_others(signal.SIGSTOP)
        try:
            while busy():
                time.sleep(0.1)
            yield
        finally:
            self.signal_others(signal.SIGCONT)
            self.gate.set()

    def signal_others(self, received: int) -> None:
        for process in self.others.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, received)

    def end(self) -> None:
        """As the machine goes: at once."""
        self.stopped.set()
        self.gate.set()
        self.signal_others(signal.SIGKILL)
        for process in self.others.values():
            process.wait()
        for thread in self.threads:
            thread.join(60)


def site(*, database: str, data: Path) -> dict[str, subprocess.Popen[bytes]]:
    """Worker and clock, by name; each a process group of its own."""
    commands = processes(port="0", data=data)
    del commands["web"]
    environment = {"DATABASE_URL": database, "DATA_DIR": str(data)}
    return {
        name: start(name, command, data=data, environment=environment)
        for name, command in commands.items()
    }


@contextmanager
def site_runs(*, database: str, data: Path) -> Iterator[None]:
    running = site(database=database, data=data)
    try:
        yield
    finally:
        end_all(running)


def busy() -> bool:
    """Whether anybody else is in a transaction that could still be committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND state = 'active' AND pid <> pg_backend_pid() AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def people_with_addresses() -> list[User]:
    """Those who leave during a drill: they are written to, so they need addresses."""
    made = []
    for number in range(LEAVING):
        email = f"geht-{number}@example.org"
        reader = User.objects.create_user(
            email, name=f"Wer geht {number}", standing="regular", published_count=9,
            joined_at=timezone.now() - timedelta(days=400),
        )  # fmt: skip
        EmailAddress.objects.create(user=reader, email=email, verified=True, primary=True)
        made.append(reader)
    return made


def ask_to_leave(readers: list[User]) -> None:
    """Each gets a mail about it."""
    for reader in readers:
        request_closing(reader, keeps_texts=False)


def close(readers: list[User], ledger: Ledger) -> None:
    """As if their two weeks were over."""
    for reader in readers:
        with transaction.atomic():
            User.objects.filter(pk=reader.pk).update(closing_at=timezone.now(), keeps_texts=False)
            if close_account(reader):
                ledger.closed.append(reader.pk)
