"""How does one find out that the way back works, before one needs it?"""

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.backups import drill, losing
from config.embedded import THROWAWAY


class Command(BaseCommand):
    help = (
        "Copy a made-up site under load, lose it, restore it, and damage copies on purpose. Needs "
        "servers of its own, which it kills: `make restore-drill`. Exits with 1 if anything that "
        "is promised did not hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--comments", type=int, default=50_000)
        parser.add_argument("--seconds", type=int, default=30, help="of load, beside the copying")
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args: Any, comments: int, seconds: int, seed: int, **options: Any) -> None:
        data = Path(settings.DATA_DIR)
        if not data.name.startswith(THROWAWAY):
            raise CommandError("A drill kills its database. Start it by `make restore-drill`.")
        logging.disable(logging.INFO)  # each bell is a line, and the table is what is asked for
        site = losing.prepare(data, comments=comments, seed=seed)
        report = drill.run(site, seconds=seconds, seed=seed)
        self.stdout.write(f"\nseed {seed}, {comments} comments in the archive\n{report.table()}")
        if report.wrong:
            raise CommandError("The drill has failed.")
