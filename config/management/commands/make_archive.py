"""How does one get a paper with a million comments, to test and measure with?"""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.archive import making, people

SESSIONS = "archive-sessions.txt"
CREW = "archive-moderators.txt"
# Of the bar that shows how far a step has come.
WIDTH = 40


class Command(BaseCommand):
    help = "Fill an empty installation with a large paper's archive, for tests and measurements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--articles", type=int, default=20_000)
        parser.add_argument("--comments", type=int, default=1_000_000, help="the hot ones included")
        parser.add_argument("--readers", type=int, default=70_000)
        parser.add_argument("--hot", type=int, default=36_454, help="under one live report")
        parser.add_argument("--cases", type=int, default=200, help="waiting for a moderator")
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument(
            "--sessions", type=int, default=0, help=f"readers signed in; keys in {SESSIONS}"
        )

        parser.add_argument("--moderators", type=int, default=0, help=f"signed in; keys in {CREW}")

    def handle(self, *, sessions: int, moderators: int, **size) -> None:
        if not making.is_untouched():
            raise CommandError(_("Somebody has written here. An archive needs an empty database."))
        began = time.monotonic()
        comments = size["comments"]

        def progress(step: str, written: int) -> None:
            done = min(written / comments, 1)
            bar = "#" * int(WIDTH * done)
            self.stdout.write(
                f"\r{time.monotonic() - began:6.1f} s  {step:16}{bar:<{WIDTH}}", ending=""
            )
            self.stdout.flush()

        archive = making.make(
            articles=size["articles"],
            comments=size["comments"],
            readers=size["readers"],
            hot=size["hot"],
            seed=size["seed"],
            cases=size["cases"],
            progress=progress,
        )
        until = timezone.now() + timedelta(days=1)
        if sessions:
            keep(people.sign_in(archive.first_reader, sessions, until=until), SESSIONS)
        if moderators:
            crew = people.moderators(moderators)
            keep(people.sign_in(crew[0].pk, moderators, until=until), CREW)
        self.stdout.write(f"\r{time.monotonic() - began:6.1f} s  ready{'':{WIDTH + 11}}")


def keep(keys: Iterator[str], name: str) -> None:
    """For load generators on this machine, and nobody else."""
    where = Path(settings.DATA_DIR) / name
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text("".join(f"{key}\n" for key in keys))
    where.chmod(0o600)
