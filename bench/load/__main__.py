"""`make load`: fills a paper's archive, sends each load, judges it. Prints a table in Markdown.

Short by default; `ARGS="--full"` is the load table's own measure: two minutes of warm-up, ten
measured, three runs of which the worst counts. `ARGS="L1 L4"` runs some.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from bench.load.judging import Finding
from bench.load.readers import paper
from bench.load.run import Run
from bench.load.scenarios import LOADS
from bench.load.site import SESSIONS, Site, site
from bench.load.soak import t16
from config.children import leave_in_order_when_told

# What takes twenty minutes is done when it is asked for.
EVERY = LOADS | {"T16": t16}
RESULTS = Path(__file__).parent.parent / "load.json"
# Beyond this share of one core the generator itself is what is measured.
MOST_OF_A_CORE = 0.4


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load ARGS=…")
    parser.add_argument("loads", nargs="*", default=list(LOADS), metavar="LOAD")
    parser.add_argument("--full", action="store_true", help="120 s warm-up, 600 s, three runs")
    parser.add_argument("--warm-up", type=float, default=15)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--comments", type=int, default=1_000_000)
    found = parser.parse_args()
    if unknown := set(found.loads) - set(EVERY):
        parser.error(f"no such load: {', '.join(sorted(unknown))}")
    if found.full:
        found.warm_up, found.seconds, found.runs = 120, 600, 3
    return found


def archive(comments: int) -> list[str]:
    """The size of everything for so many comments; a million is the paper of the table."""
    share = comments / 1_000_000
    return [
        f"--articles={int(20_000 * share)}",
        f"--comments={comments}",
        f"--readers={int(70_000 * share)}",
        f"--hot={min(36_454, comments // 3)}",
        f"--sessions={min(3_000, int(70_000 * share))}",
        f"--cases={min(50_000, comments // 4)}",
        "--moderators=10",
    ]


def worst(runs: list[list[Finding]]) -> list[Finding]:
    return [max(same, key=lambda finding: finding.value) for same in zip(*runs, strict=True)]


def measure(name: str, asked: argparse.Namespace, started: Site) -> list[Finding]:
    found = paper(started.database, started.data / SESSIONS)
    runs = []
    for number in range(asked.runs):
        run = Run(started, found, asked.warm_up, asked.seconds, Random(f"{name} {number}"))
        cpu, began = time.process_time(), time.monotonic()
        findings = EVERY[name](run)
        share = (time.process_time() - cpu) / (time.monotonic() - began)
        findings.append(
            Finding(name, "generator's share of a core", share * 100, MOST_OF_A_CORE * 100, "%")
        )
        runs.append(findings)
    return worst(runs)


def show(findings: list[Finding]) -> None:
    for finding in findings:
        digits = 0 if finding.unit in {"", "ms"} else 1
        value = f"{finding.value:.{digits}f} {finding.unit}".strip()
        bound = f"≤ {finding.bound:g} {finding.unit}".strip()
        verdict = "yes" if finding.held else "NO"
        print(f"| {finding.load} | {finding.what} | {value} | {bound} | {verdict} |", flush=True)


def main() -> int:
    asked = options()
    leave_in_order_when_told()
    data = Path(tempfile.mkdtemp(prefix="load-", dir="/var/tmp"))
    every: list[Finding] = []
    try:
        with site(data) as started:
            started.fill(*archive(asked.comments))
            started.start()
            print(
                f"\n{asked.comments:,} comments; {asked.warm_up:g} s warm-up, {asked.seconds:g} s"
                f" measured, {asked.runs} run(s), the worst counts\n\n"
                "| load | what | found | to hold | held |\n|---|---|--:|--:|---|",
                flush=True,
            )
            for name in asked.loads:
                findings = measure(name, asked, started)
                show(findings)
                every += findings
    finally:
        shutil.rmtree((data / "postgres").resolve(), ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)
    RESULTS.write_text(json.dumps([finding.as_row() for finding in every], indent=1) + "\n")
    return 0 if all(finding.held for finding in every) else 1


if __name__ == "__main__":
    sys.exit(main())
