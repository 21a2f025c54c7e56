"""How is a copy of a busy cluster taken, and is it whole?"""

import json
import re
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from config.backups import programs
from config.backups.store import NAMED, Copy, Store, hash_of, size_of

HEAD = "SELECT number, hash FROM moderation_decision ORDER BY number DESC LIMIT 1"
# Whoever owns the cluster: by that name it is opened when it is restored.
OWNER = "SELECT rolname FROM pg_roles WHERE oid = 10"
STREAMED = "SELECT active FROM pg_replication_slots WHERE slot_name = %s"
FIRST_WAL = re.compile(r"START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)")


def take(store: Store, *, url: str, media: Path, slot: str, kept: timedelta) -> Copy:
    """A verified copy, under a name that it gets at the very end. Exits in words if it fails."""
    began = time.monotonic()
    name = datetime.now(UTC).strftime(NAMED)
    draft = Copy(store.copies_in / f".{name}")
    with psycopg.connect(url) as connection:
        major = connection.info.server_version // 10_000
        # Asked before: whatever is restored from this copy has at least this decision.
        head = connection.execute(HEAD).fetchone()
        owner = connection.execute(OWNER).fetchone()
        streamed = connection.execute(STREAMED, [slot]).fetchone()
        database = connection.info.dbname
    binaries = programs.directory(major)
    try:
        copy_cluster(draft, binaries=binaries, url=url)
        control = programs.told_by([str(binaries / "pg_controldata"), str(draft.cluster)])
        first_wal = first_wal_of(draft)
        refuse_mixture(store, first_wal=first_wal, system=control["Database system identifier"])
        pictures = copy_pictures(media, draft.media)
    except BaseException:
        shutil.rmtree(draft.path, ignore_errors=True)
        raise
    about = {
        "system": control["Database system identifier"],
        "major": major,
        "database": database,
        "owner": owner[0] if owner else "postgres",
        "first_wal": first_wal,
        "head": list(head) if head else None,
        "pictures": pictures,
        "bytes": size_of(draft.path),
        "seconds": round(time.monotonic() - began, 1),
        "is_streamed": bool(streamed and streamed[0]),
    }
    (draft.path / "about.json").write_text(json.dumps(about))
    copy = Copy(draft.path.rename(store.copies_in / name))
    store.forget(kept=kept, now=datetime.now(UTC))
    return copy


def copy_cluster(draft: Copy, *, binaries: Path, url: str) -> None:
    """Beside readers and writers; pages with wrong checksums are refused while they are read."""
    steps = [
        [str(binaries / "pg_basebackup"), f"--pgdata={draft.cluster}", "--checkpoint=fast"]
        + ["--wal-method=stream", "--manifest-checksums=SHA256", "--no-password"],
        [str(binaries / "pg_verifybackup"), "--quiet", str(draft.cluster)],
    ]
    draft.path.mkdir(mode=0o700)
    for step in steps:
        if complaint := programs.complaint(step, environment=programs.environment_of(url)):
            sys.exit(f"No copy was taken: {complaint}")


def first_wal_of(copy: Copy) -> str:
    """With which file of the log of changes replay begins."""
    found = FIRST_WAL.search((copy.cluster / "backup_label").read_text())
    if found is None:
        sys.exit("No copy was taken: it does not say where it begins.")
    return found[1]


def refuse_mixture(store: Store, *, first_wal: str, system: str) -> None:
    """After a restore the database lives another life (timeline): its numbers mean other things."""
    former = {each.about()["system"] for each in store.copies()}
    lives = {path.name[:8] for path in store.finished()}
    if former - {system} or lives - {first_wal[:8]}:
        sys.exit(
            f"{store.root} belongs to another database, or to this one before it was restored. "
            "Take a new directory, and keep that one as long as its copies count."
        )


def copy_pictures(media: Path, target: Path) -> dict[str, str]:
    """Hash of each, by its path; pictures never change once they are written."""
    if media.exists():
        shutil.copytree(media, target)
    return {
        str(path.relative_to(target)): hash_of(path)
        for path in sorted(target.rglob("*"))
        if path.is_file()
    }
