"""Does the way back work? A site is copied under load, lost, and restored from what was kept."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg

from config import servers
from config.backups import programs
from config.backups.damage import DAMAGES, clone
from config.backups.load import Load, site_runs
from config.backups.losing import PREFIX, Mark, Site, lived_through
from config.backups.private import Private, running
from config.backups.report import Finding, Report, megabytes
from config.backups.store import Store, size_of

RPO_SECONDS, RTO_SECONDS = 60, 15 * 60  # reliability.md T12
RESUMING = 180
MESSAGE_ID = re.compile(r"^Message-ID: (<[^>]+>)", re.MULTILINE)
WAITING = """SELECT (SELECT count(*) FROM moderation_screening
        WHERE decided_at IS NULL AND set_aside_at IS NULL)
    + (SELECT count(*) FROM notifications_mail WHERE sent_at IS NULL AND dropped_at IS NULL
        AND set_aside_at IS NULL AND not_before <= now())"""


def run(site: Site, *, seconds: int, seed: int) -> Report:
    """The table; its `wrong` says what did not hold."""
    report, load = Report(), Load()
    mark, lost_at = lived_through(site, load, seconds=seconds, seed=seed)
    report.ask("load", partial(what_was_done, site, load, mark))
    report.ask("copy under load", partial(what_was_copied, site))
    to_mark, to_end = site.data / "to-mark", site.data / "to-end"
    earlier = ["--until", mark.lsn, "--expected", str(mark.counted)]
    try:
        if report.ask("restore to a moment", partial(restored, site, to_mark, *earlier)):
            report.ask("  and its life goes on", partial(lives_on, site, to_mark, load))
        if report.ask("restore of all", partial(restored, site, to_end)):
            report.ask("  lost since the last change", partial(lost, site, to_end, load, lost_at))
            report.ask("  and its life goes on", partial(lives_on, site, to_end, load))
        report.ask("not over what is there", partial(refused, site.store, site, to_mark))
        for name, harm in DAMAGES.items():
            report.ask(f"finds {name}", partial(finds, site, harm))
    finally:
        for directory in (to_mark, to_end):
            discard(directory)
    return report


def what_was_done(site: Site, load: Load, mark: Mark) -> Finding:
    """Also mails, due at the mark and sent since: a restore to it could send them twice."""
    ledger = load.ledger
    left = {*mark.due}.intersection(mails(site.data))
    figure = (
        f"{len(ledger.posted)} comments, {len(ledger.decided)} decisions, "
        f"{len(ledger.closed)} accounts closed, {len(left)} of {len(mark.due)} mails sent"
    )
    went_on = ledger.posted and ledger.decided and ledger.closed
    missing = [
        *([] if went_on else ["nothing went on"]),
        *([] if left else ["no mail was sent that was due at the mark"]),
    ]
    return Finding(figure, ledger.failed + missing)


def what_was_copied(site: Site) -> Finding:
    about = site.store.copy().about()
    wrong = [] if about["is_streamed"] else ["nobody received the changes meanwhile"]
    received = size_of(site.store.wal)
    return Finding(
        f"{megabytes(about['bytes'])} in {about['seconds']} s, {megabytes(received)} received",
        wrong,
    )


def restored(site: Site, to: Path, *options: str) -> Finding:
    """By the command an operator types, with what it prints."""
    began = time.monotonic()
    result = restore(site.store, site, to, *options)
    seconds = time.monotonic() - began
    print(result.stdout, flush=True)
    wrong = [] if result.returncode == 0 else result.stderr.splitlines()[-3:] or ["see above"]
    if seconds > RTO_SECONDS:
        wrong.append(f"took longer than {RTO_SECONDS} s")
    return Finding(f"{seconds:.0f} s, goal {RTO_SECONDS}", wrong)


def restore(store: Store, site: Site, to: Path, *options: str) -> subprocess.CompletedProcess[str]:
    there = Site(site.data, store, site.owner, site.address)
    return subprocess.run(
        there.command("restore", "--to", str(to), *options),
        env=site.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def lost(site: Site, to: Path, load: Load, lost_at: float) -> Finding:
    """Comments that somebody was told were stored, and that are not there."""
    with opened(site, to) as private, psycopg.connect(private.url) as connection:
        there = {pk for (pk,) in connection.execute("SELECT id FROM forum_comment")}
    missing = [at for pk, at in load.ledger.posted if pk not in there]
    seconds = lost_at - min(missing) if missing else 0.0
    wrong = [f"more than {RPO_SECONDS} s are lost"] if seconds > RPO_SECONDS else []
    return Finding(
        f"{len(missing)} of {len(load.ledger.posted)} comments, {seconds:.1f} s, "
        f"goal {RPO_SECONDS}",
        wrong,
    )


def lives_on(site: Site, to: Path, load: Load) -> Finding:
    """Worker and clock do what waits; nobody is mailed again, who has left stays away."""
    with opened(site, to) as private:
        role = private.url_as(f"{PREFIX}_worker")
        with (
            site_runs(database=role, data=to),
            psycopg.connect(private.url, autocommit=True) as connection,
        ):
            resumed_from = number(connection, WAITING)
            left = wait_until_done(connection)
            open_ = number(
                connection,
                "SELECT count(*) FROM accounts_user WHERE id = ANY(%s) AND closed_at IS NULL",
                load.ledger.closed,
            )
            aside = number(
                connection, "SELECT count(*) FROM notifications_mail WHERE set_aside_at IS NOT NULL"
            )
    before, after = mails(site.data), mails(to)
    twice = len(before) + len(after) - len({*before, *after})
    wrong = [
        *([] if resumed_from else ["no job was waiting"]),
        *([f"{left} jobs were not done"] if left else []),
        *([f"{open_} closed accounts are open"] if open_ else []),
        *([f"{twice} mails went out twice"] if twice else []),
    ]
    return Finding(
        f"{resumed_from} jobs done, {len(before)} + {len(after)} mails, {twice} twice, "
        f"{aside} aside",
        wrong,
    )


def number(connection: psycopg.Connection[tuple], query: str, *values: object) -> int:
    row = connection.execute(query, values).fetchone()
    return row[0] if row else 0


def wait_until_done(connection: psycopg.Connection[tuple]) -> int:
    """What still waits once there was time enough."""
    deadline = time.monotonic() + RESUMING
    while (left := number(connection, WAITING)) and time.monotonic() < deadline:
        time.sleep(1)
    return left


def mails(data: Path) -> list[str]:
    """Message-IDs of all that left from there."""
    files = (data / "mail").glob("*")
    return [found for file in files for found in MESSAGE_ID.findall(file.read_text())]


def refused(store: Store, site: Site, to: Path) -> Finding:
    result = restore(store, site, to)
    is_refused = result.returncode != 0 and "not empty" in result.stderr
    return Finding(f"exit {result.returncode}", [] if is_refused else ["it was written over"])


def finds(site: Site, harm: Callable[[Store], None]) -> Finding:
    """A restore from a damaged store has to fail, and to say why."""
    damaged = clone(site.store, site.data / "damaged")
    to = site.data / "from-damaged"
    try:
        harm(damaged)
        result = restore(damaged, site, to)
    finally:
        shutil.rmtree(damaged.root)
        discard(to)
    said = [line.strip() for line in result.stdout.splitlines() if line.startswith("  FAIL")]
    told = f"{said[0].split('  ')[1].strip()}" if said else "?"
    is_found = result.returncode == 1 and bool(said)
    return Finding(f"by {told}", [] if is_found else ["the damage was not noticed"])


@contextmanager
def opened(site: Site, to: Path) -> Iterator[Private]:
    about = site.store.copy().about()
    home = servers.postgres_home(to)
    binaries = programs.directory(about["major"])
    if servers.SITE_PACKAGES in binaries.parents:
        binaries = servers.postgres_binaries(home)
    with running(
        home / "cluster", binaries=binaries, owner=about["owner"], database=about["database"]
    ) as private:
        yield private


def discard(to: Path) -> None:
    """Root's cluster lies behind a link."""
    shutil.rmtree((to / "postgres").resolve(), ignore_errors=True)
    shutil.rmtree(to, ignore_errors=True)
