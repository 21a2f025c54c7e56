"""What can happen to a store, that a restore has to notice?"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from config.backups.store import Store


def clone(store: Store, root: Path) -> Store:
    """The same files under other names; what is damaged is written anew first."""
    shutil.copytree(store.root, root, copy_function=os.link)
    return Store(root)


def rewrite(file: Path, content: bytes) -> None:
    """Not into the file that both names mean."""
    file.unlink()
    file.write_bytes(content)


def flip(file: Path, place: int) -> None:
    """One bit of one byte."""
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    rewrite(file, bytes(content))


def byte_of_a_table(store: Store) -> None:
    tables = (store.copy().cluster / "base").rglob("[0-9]*")
    largest = max(tables, key=lambda path: (path.stat().st_size, path.name))
    flip(largest, largest.stat().st_size // 2)


def file_of_the_copy(store: Store) -> None:
    (store.copy().cluster / "global" / "pg_control").unlink()


def byte_of_the_manifest(store: Store) -> None:
    flip(store.copy().cluster / "backup_manifest", 2_000)


def byte_of_the_changes(store: Store) -> None:
    flip(middle(store), 5_000_000)


def file_of_the_changes(store: Store) -> None:
    middle(store).unlink()


def last_file_of_the_changes(store: Store) -> None:
    if partial := store.partial():
        partial.unlink()


def end_of_the_changes(store: Store) -> None:
    """Never written, as after a power cut of a disk that lied: the last file is zeros."""
    if partial := store.partial():
        rewrite(partial, bytes(partial.stat().st_size))


def middle(store: Store) -> Path:
    """A finished file that only was received: the copy brings the first ones itself."""
    own = {path.name for path in (store.copy().cluster / "pg_wal").iterdir()}
    received = [path for path in store.finished() if path.name not in own]
    received = [path for path in received if path.name > store.copy().about()["first_wal"]]
    return received[len(received) // 2 - 1]


DAMAGES: dict[str, Callable[[Store], None]] = {
    "a bit of a table": byte_of_a_table,
    "a file of the copy gone": file_of_the_copy,
    "a bit of the manifest": byte_of_the_manifest,
    "a bit of the changes": byte_of_the_changes,
    "a file of the changes gone": file_of_the_changes,
    "the last file gone": last_file_of_the_changes,
    "the last file empty": end_of_the_changes,
}
