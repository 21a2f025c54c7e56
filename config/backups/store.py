"""What lies in a store, and what may be thrown away?

copies/20261128T030000Z/   cluster/ (with backup_manifest), media/, about.json
wal/                       what was received since, as pg_receivewal names it
wal.sha256                 a line for each finished file of it
received.json              how far, when, and the head of the log of decisions there
closed.jsonl               who has closed his account: not to come back with a copy
"""

import hashlib
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NAMED = "%Y%m%dT%H%M%SZ"
FINISHED = re.compile(r"[0-9A-F]{24}")
PARTIAL = re.compile(r"[0-9A-F]{24}\.partial")


@dataclass(frozen=True)
class Copy:
    """One finished copy of the cluster, and what was noted of it."""

    path: Path

    @property
    def cluster(self) -> Path:
        return self.path / "cluster"

    @property
    def media(self) -> Path:
        return self.path / "media"

    @property
    def taken_at(self) -> datetime:
        return datetime.strptime(self.path.name, NAMED).replace(tzinfo=UTC)

    def about(self) -> dict[str, Any]:
        return json.loads((self.path / "about.json").read_text())


@dataclass(frozen=True)
class Store:
    """A directory, best on another machine than the database's."""

    root: Path

    def make(self) -> "Store":
        for each in (self.root, self.copies_in, self.wal):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    @property
    def copies_in(self) -> Path:
        return self.root / "copies"

    @property
    def wal(self) -> Path:
        return self.root / "wal"

    def copies(self) -> list[Copy]:
        """The oldest first; drafts have other names."""
        found = self.copies_in.glob("[0-9]*Z") if self.copies_in.exists() else ()
        return [Copy(path) for path in sorted(found)]

    def copy(self, name: str = "") -> Copy:
        """That one, or the newest."""
        wanted = [each for each in self.copies() if name in {"", each.path.name}]
        if not wanted:
            sys.exit(f"There is no copy {name} in {self.root}.".replace("  ", " "))
        return wanted[-1]

    def finished(self) -> list[Path]:
        """Received files that are full, in their order."""
        return sorted(path for path in self.wal.glob("*") if FINISHED.fullmatch(path.name))

    def partial(self) -> Path | None:
        """The one that is being received."""
        found = [path for path in self.wal.glob("*") if PARTIAL.fullmatch(path.name)]
        return max(found, default=None)

    def sums(self) -> dict[str, str]:
        """Hash of each finished file of the log of changes, by name."""
        file = self.root / "wal.sha256"
        lines = file.read_text().splitlines() if file.exists() else []
        return {name: digest for digest, name in (line.split() for line in lines)}

    def add_sum(self, name: str, digest: str) -> None:
        append(self.root / "wal.sha256", f"{digest}  {name}\n")

    def received(self) -> dict[str, Any]:
        """lsn, at, and head if there are decisions; empty where nothing was ever received."""
        file = self.root / "received.json"
        return json.loads(file.read_text()) if file.exists() else {}

    def note_received(self, **noted: Any) -> None:
        replace(self.root / "received.json", json.dumps(noted))

    @property
    def closed_file(self) -> Path:
        return self.root / "closed.jsonl"

    def closed(self) -> list[dict[str, Any]]:
        """reader, joined_at, closed_at, keeps_texts of each."""
        if not self.closed_file.exists():
            return []
        return [json.loads(line) for line in self.closed_file.read_text().splitlines()]

    def add_closed(self, rows: list[dict[str, Any]]) -> None:
        append(self.closed_file, "".join(f"{json.dumps(row)}\n" for row in rows))

    def forget(self, *, kept: timedelta, now: datetime) -> list[str]:
        """Copies older than that, except the newest, and all that only they need; their names."""
        *older, newest = self.copies()
        old = [each for each in older if each.taken_at < now - kept]
        for each in old:
            shutil.rmtree(each.path)
        first = min([each for each in [*older, newest] if each not in old], key=lambda c: c.path)
        needed_from = first.about()["first_wal"]
        for path in self.finished():
            if path.name < needed_from:
                path.unlink()
        sums = self.sums()
        replace(
            self.root / "wal.sha256",
            "".join(f"{digest}  {name}\n" for name, digest in sums.items() if name >= needed_from),
        )
        since = (first.taken_at - timedelta(days=1)).isoformat()
        staying = [row for row in self.closed() if row["closed_at"] >= since]
        replace(self.closed_file, "".join(f"{json.dumps(row)}\n" for row in staying))
        return [each.path.name for each in old]


def append(file: Path, text: str) -> None:
    """On the disk before it returns."""
    if not text:
        return
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as end:
        end.write(text)
        end.flush()
        os.fsync(end.fileno())


def replace(file: Path, text: str) -> None:
    """All of it or nothing, whoever is killed meanwhile."""
    draft = file.with_name(f".{file.name}")
    draft.unlink(missing_ok=True)
    append(draft, text)
    draft.touch(mode=0o600)
    draft.rename(file)


def hash_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def size_of(directory: Path) -> int:
    """Bytes of all files below it."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
