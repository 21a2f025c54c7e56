"""Is the log of changes that was received all there, as it was received?

PostgreSQL takes the first record that it cannot read for the end of the log, and opens the
database: what is missing or damaged has to be found before, or by how far it came.
"""

import shutil
from pathlib import Path

from config.backups.report import Finding, megabytes
from config.backups.store import FINISHED, Copy, Store, hash_of

FILE_BYTES = 16 * 1024**2
FILES_A_LOG = 0x1_0000_0000 // FILE_BYTES


def place_of(name: str) -> int:
    """Where a file stands in the log of its life (timeline)."""
    return int(name[8:16], 16) * FILES_A_LOG + int(name[16:24], 16)


def number_of(lsn: str) -> int:
    """A position in bytes: "0/3000148"."""
    high, low = lsn.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def needed(store: Store, copy: Copy) -> dict[str, Path]:
    """What replay may ask for, by name: the copy's own, and all that was received since.

    The last file is taken as far as it was written.
    """
    first = copy.about()["first_wal"]
    own = (path for path in (copy.cluster / "pg_wal").glob("*") if FINISHED.fullmatch(path.name))
    files = {path.name: path for path in own}
    if partial := store.partial():
        files.setdefault(partial.stem, partial)
    files |= {path.name: path for path in store.finished()}
    return {
        name: path
        for name, path in sorted(files.items())
        if name >= first and name[:8] == first[:8]
    }


def inspect(store: Store, copy: Copy) -> Finding:
    """No file is missing between the first and the last, none has changed."""
    files = needed(store, copy)
    wrong = [*gaps(files, first=copy.about()["first_wal"]), *changes(store, files)]
    received = store.received()
    if received and number_of(received["lsn"]) > end_of(files):
        wrong.append(f"the last files are missing: {received['lsn']} had been received")
    size = sum(path.stat().st_size for path in files.values())
    return Finding(f"{len(files)} files, {megabytes(size)}", wrong)


def gaps(files: dict[str, Path], *, first: str) -> list[str]:
    places = [place_of(name) for name in files]
    if not places or places[0] != place_of(first):
        return [f"{first} is missing, with which replay begins"]
    return [
        f"{after - before - 1} missing after {name}"
        for name, before, after in zip(files, places, places[1:], strict=False)
        if after != before + 1
    ]


def changes(store: Store, files: dict[str, Path]) -> list[str]:
    """Of finished ones; the newest may not have its hash yet."""
    sums = store.sums()
    newest = max(sums, default="")
    received = [path for path in files.values() if path.parent == store.wal]
    wrong = []
    for path in received:
        if FINISHED.fullmatch(path.name) is None:
            continue
        digest = sums.get(path.name)
        if digest is None and path.name < newest:
            wrong.append(f"{path.name} has no hash")
        elif digest is not None and digest != hash_of(path):
            wrong.append(f"{path.name} has changed since it was received")
        elif path.stat().st_size != FILE_BYTES:
            wrong.append(f"{path.name} is cut off")
    return wrong


def end_of(files: dict[str, Path]) -> int:
    """The last position that they could hold."""
    return (place_of(max(files)) + 1) * FILE_BYTES if files else 0


def lay_out(store: Store, copy: Copy, cluster: Path) -> None:
    """Beside what the copy brought along: the server replays what lies there."""
    for name, path in needed(store, copy).items():
        target = cluster / "pg_wal" / name
        if path != target and path.parent == store.wal:
            shutil.copyfile(path, target)
            target.chmod(0o600)


def expected_end(store: Store, files: dict[str, Path]) -> int:
    """Replay that ends before this has met something that it could not read."""
    last_begins = place_of(max(files)) * FILE_BYTES
    received = store.received()
    return max(last_begins, number_of(received["lsn"]) if received else 0)
