"""How does a site come back from its store, and is it content with what came?"""

import os
import secrets
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from config import servers
from config.backups import programs, proving, replaying
from config.backups.private import Private, running
from config.backups.report import Finding, Report, megabytes
from config.backups.store import Copy, Store, size_of


def restore(
    store: Store, copy: Copy, *, to: Path, until: str = "", expected: Path | None = None
) -> Report:
    """A cluster in to/postgres/cluster, pictures in to/media: `DATA_DIR=to make run` takes them.

    until: a moment or a position, all that was received otherwise. expected: see proving.rows.
    Where the report has something wrong, nothing of it is to be used; what was laid out by then
    stays to be looked at. Exits if the directory is not empty, or the server does not come up.
    """
    refuse_unless_empty(to)
    about, report = copy.about(), Report()
    binaries = programs.directory(about["major"])
    sound = [
        report.ask("copy: pg_verifybackup", partial(proving.manifest, copy, binaries)),
        report.ask("copy: pictures", partial(proving.pictures, copy)),
        report.ask("log of changes: whole", partial(replaying.inspect, store, copy)),
    ]
    if not all(sound):
        return report
    home = servers.postgres_home(made(to))
    cluster = home / "cluster"
    report.ask("laid out", partial(lay_out, store, copy, to=to, cluster=cluster))
    server = partial(
        running,
        cluster,
        binaries=servable(binaries, home),
        owner=about["owner"],
        database=about["database"],
    )
    received = store.received()
    files = replaying.needed(store, copy)
    at_least = None if until else replaying.expected_end(store, files)
    heads = [head for head in (about["head"], None if until else received.get("head")) if head]
    with server(until=until) as private:
        report.ask("replayed", partial(proving.end_of_replay, private, cluster, at_least=at_least))
        report.ask("pg_amcheck", partial(proving.structure, private, binaries))
        report.ask("verify_log", partial(proving.log_of_decisions, private, unique(heads)))
        report.ask("rows", partial(proving.rows, private, expected=expected))
    report.ask("pg_checksums", partial(proving.checksums, cluster, binaries))
    if report.wrong:
        return report
    lost_at = received.get("at") or datetime.now(UTC).isoformat()
    with server() as private:
        settle = partial(proving.settled, private, closed=store.closed_file, lost_at=lost_at)
        report.ask("settled", settle)
        report.ask("password", partial(renew_password, private, home))
    return report


def refuse_unless_empty(to: Path) -> None:
    if to.is_symlink() or (to.exists() and (not to.is_dir() or any(to.iterdir()))):
        sys.exit(f"{to} is not empty. A restore never writes over anything.")


def made(to: Path) -> Path:
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    return to


def lay_out(store: Store, copy: Copy, *, to: Path, cluster: Path) -> Finding:
    """The copy, the log of changes and the pictures; the store itself is only read."""
    shutil.copytree(copy.cluster, cluster)
    replaying.lay_out(store, copy, cluster)
    (cluster / "backup_manifest").unlink()
    (cluster / "recovery.signal").touch(mode=0o600)
    cluster.chmod(0o700)
    if copy.media.exists():
        shutil.copytree(copy.media, to / "media")
    size = size_of(cluster)
    if os.geteuid() == 0:
        # PostgreSQL refuses to be root.
        account = servers.postgres_account(cluster.with_name("nobody's"))
        owner = f"{account['user']}:{account['group']}"
        subprocess.run(["chown", "-R", owner, cluster], check=True)
    return Finding(megabytes(size))


def servable(binaries: Path, home: Path) -> Path:
    """As root: programs that the cluster's owner may read, too."""
    is_wheels = servers.SITE_PACKAGES in binaries.parents
    return servers.postgres_binaries(home) if is_wheels else binaries


def renew_password(private: Private, home: Path) -> Finding:
    """Of local servers from wheels, whose password was lost with the machine. Others' roles have
    theirs in the cluster, and in the files of the service manager."""
    if private.owner != servers.NAME:
        return Finding("as it was")
    password = servers.remembered(home / "password", partial(secrets.token_urlsafe, 24))
    with psycopg.connect(private.url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(private.owner), sql.Literal(password)
            )
        )
    return Finding("new, beside the cluster")


def unique(heads: list[list]) -> list[list]:
    return [head for place, head in enumerate(heads) if head not in heads[:place]]
