"""What can an operator ask for?

    python -m config.backups take | follow | restore --to DIRECTORY | list

The store is BACKUP_DIR, or `backups` below DATA_DIR: for a trial only, since it is lost with the
machine. The database is that of BACKUP_DATABASE_URL (the backup role), or of DATABASE_URL.
"""

import argparse
import os
import sys
from pathlib import Path

from django.conf import settings

from config.backups import SLOT
from config.backups.following import follow
from config.backups.report import megabytes
from config.backups.restoring import restore
from config.backups.store import Store
from config.backups.taking import take
from config.children import leave_in_order_when_told


def command_take(store: Store, _options: argparse.Namespace) -> int:
    copy = take(
        store.make(),
        url=settings.BACKUP_DATABASE_URL,
        media=Path(settings.MEDIA_ROOT),
        slot=SLOT,
        kept=settings.BACKUPS_KEPT,
    )
    about = copy.about()
    print(f"{copy.path}: {megabytes(about['bytes'])} in {about['seconds']} s, verified.")
    if not about["is_streamed"]:
        print(
            "Nobody receives what changes from now on: a loss would cost all since this copy. "
            "Keep `python -m config.backups follow` running."
        )
    return 0


def command_follow(store: Store, _options: argparse.Namespace) -> int:
    leave_in_order_when_told()
    return follow(store.make(), url=settings.BACKUP_DATABASE_URL, slot=SLOT)


def command_restore(store: Store, options: argparse.Namespace) -> int:
    copy = store.copy(options.copy)
    report = restore(store, copy, to=options.to, until=options.until, expected=options.expected)
    print(report.table())
    if report.wrong:
        print(f"Not restored: use nothing of {options.to}.")
        return 1
    print(
        f"Restored: {options.to / 'postgres' / 'cluster'}, for PostgreSQL {copy.about()['major']}."
    )
    return 0


def command_list(store: Store, _options: argparse.Namespace) -> int:
    for copy in store.copies():
        print(f"{copy.path.name}  {megabytes(copy.about()['bytes'])}")
    received = store.received()
    print(
        f"Changes received up to {received.get('lsn', 'nowhere')}, {received.get('at', 'never')}."
    )
    return 0


COMMANDS = {
    "take": command_take,
    "follow": command_follow,
    "restore": command_restore,
    "list": command_list,
}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    parser = argparse.ArgumentParser(prog="python -m config.backups")
    parser.add_argument("--store", type=Path, default=None)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("take", "follow", "list"):
        commands.add_parser(name)
    back = commands.add_parser("restore")
    back.add_argument("--to", type=Path, required=True, help="an empty directory")
    back.add_argument("--copy", default="", help="which one; the newest, if not given")
    back.add_argument("--until", default="", help="a moment (2026-11-28 14:00+01) or a position")
    back.add_argument("--expected", type=Path, help="rows and hashes at that very position")
    options = parser.parse_args()
    store = Store((options.store or settings.BACKUP_DIR).resolve())
    return COMMANDS[options.command](store, options)


if __name__ == "__main__":
    sys.exit(main())
