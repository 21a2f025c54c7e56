"""`make hostile`: every hostile line goes all ways, is seen wherever it is shown, and nothing of it
runs; ends with 1 on any break.

ARGS: `--every 10` for one line in ten, `--singly 1` for the pages about one comment of each;
`--part 1/2` and `--part 2/2` at the same time, in two terminals, take two cores.
"""

# ruff: noqa: E402 - settings must see the environment of a test
import os

os.environ |= {
    "DEBUG": "1",
    "STAFF_SECOND_FACTOR": "off",
    "RATE_LIMITS": "off",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import argparse
import gc
import logging
import sys
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.test.utils import setup_test_environment
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from forum import posting
from tests.browser import CHROMIUM, QUIET
from tests.hostile import doubling
from tests.hostile.asking import Asking
from tests.hostile.counting import Counts
from tests.hostile.lines import hostile_lines
from tests.hostile.naming import picture_names
from tests.hostile.papers import Paper, handfuls, learn
from tests.hostile.reading import Judge
from tests.hostile.showing import NARROW, WIDE, Stage
from tests.hostile.trapping import trap_connections

SINGLY = "the pages about one comment alone, and its removal, for one in so many (default 4)"
BEGUN = time.monotonic()


def say(line: str) -> None:
    print(f"{time.monotonic() - BEGUN:5.0f} s  {line}", flush=True)


def prepare() -> None:
    """Settings and database of a test: nothing is kept, no mail leaves; errors have our pages."""
    setup_test_environment(debug=False)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    logging.disable(logging.CRITICAL)
    connection.creation.create_test_db(verbosity=0)


def show(paper: Paper, stage: Stage, *, singly: int) -> tuple[int, int]:
    """Send it all the ways and look at it in the browser; events sent, boxes looked at."""
    paper.go_in()
    events = sum(stage.provoke(*opened) for opened in paper.addresses())
    boxes = sum(stage.measure(paper.address, width=width) for width in (WIDE, NARROW))
    stage.obey(None, [paper.address])
    if paper.posted:
        stage.obey(paper.staff.moderator, [paper.case])
    paper.be_judged(singly=singly)
    events += sum(stage.provoke(*opened) for opened in paper.judged_addresses())
    return events + stage.provoke_texts(paper.loose), boxes


def main() -> None:
    parser = argparse.ArgumentParser(prog="make hostile")
    parser.add_argument("--every", type=int, default=1, help="of so many lines of a kind, one")
    parser.add_argument("--singly", type=int, default=4, help=SINGLY)
    parser.add_argument("--part", default="1/1", help="which of so many parts of the lines")
    asked = parser.parse_args()
    part, parts = map(int, asked.part.split("/"))
    prepare()
    counts = Counts()
    trap_connections(counts)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        asking = Asking(Judge(browser.new_page()), counts)
        site = LiveServer("127.0.0.1")
        stage = Stage(browser, site.url, counts)
        house = learn(asking)
        # Two of five lawful lines say the same as another, but for signs that nobody sees; what
        # becomes of a text that somebody has just written has been learnt.
        posting.REPETITION_WINDOW = timedelta(0)
        say("learnt what harmless texts lead to")
        lines = hostile_lines(every=asked.every)[part - 1 :: parts]
        names = picture_names(lines, stage)
        say(f"{names} names pictured")
        events = boxes = 0
        # Between the handfuls alone: the collector takes a second for this large process, which
        # belongs to no answer.
        gc.disable()
        for some in handfuls(lines):
            gc.collect()
            known = len(counts.breaks)
            paper = Paper(asking, some, house)
            sent, measured = show(paper, stage, singly=asked.singly)
            events, boxes = events + sent, boxes + measured
            say(f"{counts.tried} tried, {len(counts.breaks)} breaks")
            for kind, what in counts.breaks[known:]:
                print(f"         {kind}: {what}", flush=True)
        site.stop()
        browser.close()
    print(f"events sent in the browser {events}, boxes looked at {boxes}, names pictured {names}")
    print("\n".join(doubling.measure(counts)))
    print("\n".join(counts.told()))
    sys.exit(0 if counts.is_sound else 1)


if __name__ == "__main__":
    main()
