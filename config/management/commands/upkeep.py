"""How is the work by the clock done where no beat runs, or right now?

Here, not in a worker; but what waits to be screened or mailed is only rung for, as by beat.
"""

import logging
import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils.module_loading import import_string

from config.schedule import SCHEDULE
from forum import recounting, reranking

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Do all work of config/schedule.py once, or again and again; or mend counters and ranks; "
        "or put the search in order."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="each at its time, until stopped")
        parser.add_argument(
            "--recount", action="store_true", help="prove counters equal to their rows; mend them"
        )
        parser.add_argument(
            "--rerank",
            action="store_true",
            help="write anew what differs from the formula of forum/ranking.py",
        )
        parser.add_argument(
            "--reindex", action="store_true", help="make findable what search does not know"
        )

    def handle(self, *, watch: bool, recount: bool, rerank: bool, reindex: bool, **options) -> None:
        if recount:
            self.prove_counters()
        elif rerank:
            self.stdout.write(f"Ranks that differed from the formula: {reranking.rerank()}.")
        elif reindex:
            self.make_findable()
        elif watch:
            watch_the_clock()
        else:
            run_due({}, now=time.monotonic())

    def prove_counters(self) -> None:
        wrong = recounting.recount()
        for found in wrong:
            self.stdout.write(str(found))
        if wrong:
            raise CommandError(f"{len(wrong)} counters differed from their rows and were mended.")
        self.stdout.write("All counters equal their rows.")

    def make_findable(self) -> None:
        self.stdout.write(f"{recounting.reindex()} comments are found by other words than before.")


def watch_the_clock() -> None:
    due: dict[str, float] = {}
    while True:
        close_old_connections()
        run_due(due, now=time.monotonic())
        time.sleep(1)


def run_due(due: dict[str, float], *, now: float) -> None:
    """Run what is due, here and not in a worker, and note when it is due again."""
    for name, task, seconds in SCHEDULE:
        if due.get(name, now) > now:
            continue
        due[name] = now + seconds
        try:
            import_string(task)()
        except Exception:
            # A broken task, or a database that restarts, does not stop the other work.
            logger.exception("upkeep failed", extra={"task": task})
