"""Does a restored cluster hold what it should, unharmed?"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
from django.conf import settings

from config.backups import counting, programs
from config.backups.private import Private
from config.backups.replaying import number_of
from config.backups.report import Finding
from config.backups.store import Copy, hash_of

ENDED = re.compile(r"^\d+\t([0-9A-F]+/[0-9A-F]+)\t", re.MULTILINE)
LATEST = re.compile(r"last completed transaction was at log time (\S+ \S+)")


def environment_for(url: str) -> dict[str, str]:
    """Of a site on that database and on no other: a file that names another one would win."""
    others = {name: value for name, value in os.environ.items() if name != "DATABASE_URL_FILE"}
    return {**others, "DATABASE_URL": url}


def manage(private: Private, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the site, on this cluster."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment_for(private.url),
        capture_output=True,
        text=True,
        check=False,
    )


def manifest(copy: Copy, binaries: Path) -> Finding:
    """Every file of the copy is the one that was copied."""
    files = sum(path.is_file() for path in copy.cluster.rglob("*"))
    complaint = programs.complaint(
        [str(binaries / "pg_verifybackup"), "--quiet", str(copy.cluster)]
    )
    return Finding(f"{files} files", [complaint] if complaint else [])


def pictures(copy: Copy) -> Finding:
    noted = copy.about()["pictures"]
    wrong = [
        f"{name} is missing or has changed"
        for name, digest in noted.items()
        if not (copy.media / name).is_file() or hash_of(copy.media / name) != digest
    ]
    return Finding(f"{len(noted)} files", wrong)


def end_of_replay(private: Private, cluster: Path, *, at_least: int | None) -> Finding:
    """at_least: a position that was received. None where somebody chose an earlier end."""
    history = max((cluster / "pg_wal").glob("*.history"), default=None)
    ends = ENDED.findall(history.read_text()) if history else []
    if not ends:
        return Finding("?", ["the server does not say where replay ended"])
    latest = LATEST.findall(private.log.read_text(errors="replace"))
    figure = f"{ends[-1]}{f', {latest[-1][:19]}' if latest else ''}"
    if at_least is not None and number_of(ends[-1]) < at_least:
        lacking = at_least - number_of(ends[-1])
        return Finding(figure, [f"{lacking} bytes that were received could not be replayed"])
    return Finding(figure)


def structure(private: Private, binaries: Path) -> Finding:
    """Tables and indexes agree with one another, every row has its entry."""
    environment = programs.environment_of(private.url)
    command = [str(binaries / "pg_amcheck"), "--no-password", "--install-missing", "--jobs=2"]
    command += ["--heapallindexed", f"--database={private.database}"]
    complaint = programs.complaint(command, environment=environment)
    with psycopg.connect(private.url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'i', 't')"
        ).fetchone()
        connection.execute("DROP EXTENSION IF EXISTS amcheck")
    return Finding(f"{row[0] if row else 0} relations", [complaint] if complaint else [])


def checksums(cluster: Path, binaries: Path) -> Finding:
    """Of a cluster that is shut down."""
    control = programs.told_by([str(binaries / "pg_controldata"), str(cluster)])
    if control["Data page checksum version"] == "0":
        return Finding("the cluster has none")
    complaint = programs.complaint([str(binaries / "pg_checksums"), "--check", "-D", str(cluster)])
    return Finding("all pages", [complaint] if complaint else [])


def log_of_decisions(private: Private, heads: list[list]) -> Finding:
    """The chain is whole, and holds the heads that lay outside the database."""
    kept = [argument for number, hash_ in heads for argument in ("--head", f"{number}:{hash_}")]
    result = manage(private, "verify_log", *kept)
    with psycopg.connect(private.url) as connection:
        decisions = counting.rows_of(connection, "moderation_decision")
    wrong = [] if result.returncode == 0 else [*result.stdout.splitlines(), *last(result.stderr)]
    return Finding(f"{decisions} decisions, {len(heads)} heads", wrong)


def rows(private: Private, *, expected: Path | None) -> Finding:
    """expected: what config/backups/counting.py counted at that very moment, as JSON."""
    with psycopg.connect(private.url, autocommit=True) as connection:
        found = counting.count(connection)
    figure = (
        f"{sum(found['rows'].values())} rows, {found['rows']['forum_comment']} comments, "
        f"{len(found['discussions'])} discussions"
    )
    if expected is None:
        return Finding(figure)
    wrong = counting.differences(json.loads(expected.read_text()), found)
    return Finding(f"{figure}, compared", wrong)


def settled(private: Private, *, closed: Path, lost_at: str) -> Finding:
    result = manage(private, "settle_restore", "--closed", str(closed), "--lost-at", lost_at)
    if result.returncode:
        return Finding("", last(result.stderr) or ["settle_restore failed"])
    told = json.loads(result.stdout.splitlines()[-1])  # after the lines of the log
    return Finding(
        f"{told['closed_again']} closed again, {len(told['mails_set_aside'])} mails set aside",
        [f"reader {pk} is staff here and was not closed" for pk in told["not_closed"]],
    )


def last(text: str) -> list[str]:
    return text.strip().splitlines()[-1:]
