"""`make faults`: breaks a site of its own in every way it knows and says which promises held.

    python -m tests.faults [SCENE …] [--posts 1000] [--seed N] [--pace 15]

Pace 15 divides the leases and pauses of the product by fifteen, so that a thousand posts and all
faults take less than four minutes; pace 1 leaves production's own.
"""

import argparse
import asyncio
import secrets
import sys
import time
from random import Random

from bench.load.judging import Finding
from config import fronting
from tests.faults.ledger import Ledger
from tests.faults.playing import SCENES, begun, play, site_of_its_own, verdict, working_site
from tests.faults.run import Run
from tests.faults.site import Site


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("scenes", nargs="*", default=list(SCENES), metavar="SCENE")
    parser.add_argument("--posts", type=int, default=1_000)
    parser.add_argument("--seed", type=int, help="the same faults as in the run that printed it")
    parser.add_argument("--seeds", type=int, default=1, help="so many runs, one after the other")
    parser.add_argument("--pace", type=int, default=15)
    parser.add_argument("--untimed", action="store_true", help="late is no failure, never is one")
    parser.add_argument("--if-possible", action="store_true", help="no failure without nginx")
    parser.add_argument("--keep", action="store_true", help="the directory, with its logs")
    found = parser.parse_args()
    if unknown := set(found.scenes) - set(SCENES):
        parser.error(f"no such scene: {', '.join(sorted(unknown))}")
    return found


async def run_on(site: Site, asked: argparse.Namespace, seed: int) -> list[Finding]:
    people = await begun(site, posts=asked.posts)
    ledger = Ledger(site.data / "ledger.jsonl")
    run = Run(site, people, ledger, Random(seed), asked.posts, fate=Random(f"faults {seed}"))
    run.is_timed = not asked.untimed
    async with working_site(site):
        findings = await play(run, [SCENES[name] for name in asked.scenes])
    print(
        f"\n{len(run.ledger.intents)} posts sent, {len(run.ledger.accepted())} accepted,"
        f" {len(run.tries)} requests, {len(run.sights)} sights of texts,"
        f" {len(run.ledger.decided)} decisions, {len(site.post_office.received)} mails"
    )
    print("faults: " + ", ".join(f"{name} {count}" for name, count in sorted(run.faults.items())))
    return findings


def main() -> int:
    asked = options()
    if not fronting.nginx():
        print("The faults are not tried: there is no nginx.")
        return 0 if asked.if_possible else 1
    failures = 0
    for number in range(asked.seeds):
        seed = secrets.randbelow(1_000_000) if asked.seed is None else asked.seed + number
        began = time.monotonic()
        with site_of_its_own(pace=asked.pace, keep=asked.keep) as site:
            print(
                f"seed {seed}, {asked.posts} posts, pace {asked.pace}, in {site.data}", flush=True
            )
            findings = asyncio.run(run_on(site, asked, seed))
        failed = sum(verdict(one, is_timed=not asked.untimed) == "FAILED" for one in findings)
        failures += failed
        print(
            f"\n{len(findings) - failed} passed, {failed} failed"
            f" (seed {seed}, {time.monotonic() - began:.0f} s)",
            flush=True,
        )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
