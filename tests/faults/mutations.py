"""`make faults-mutations`: is each promise seen to be broken once its safeguard is taken away?

python -m tests.faults.mutations [MUTATION …]
"""

import argparse
import asyncio
import contextlib
import io
import signal
import sys
import time
from dataclasses import dataclass
from random import Random

import psycopg

from bench.load.judging import Finding
from tests.faults import cast
from tests.faults.ledger import Ledger
from tests.faults.playing import SCENES, begun, play, site_of_its_own, working_site
from tests.faults.run import Run
from tests.faults.site import Site

FILLED = "filled"
POSTS, PACE, PATIENCE = 260, 10, 25
DROP_CLEARANCE = (
    "ALTER TABLE forum_clearance DROP CONSTRAINT IF EXISTS clearance_screening_names_revision"
)
DROP_TRIGGER = "DROP TRIGGER moderation_decision_append_only ON moderation_decision"
NOT_TO_DISK = (
    "ALTER DATABASE {database} SET synchronous_commit = off",
    "ALTER SYSTEM SET wal_writer_delay = '10s'",
    "ALTER SYSTEM SET wal_writer_flush_after = '1GB'",
    "SELECT pg_reload_conf()",
)


@dataclass(frozen=True)
class Mutation:
    """promise: which it must break; scene: where that is tried ("" is no scene at all).

    only: the faults of a storm that matter; inside: its name is one of inside/mutations.py; sql:
    before the site starts; stop_signal: of processes that are to stop in order; by: the finding
    that has to notice it ("" is any of the promise).
    """

    name: str
    promise: str
    scene: str
    only: tuple[str, ...] = ()
    inside: bool = True
    sql: tuple[str, ...] = ()
    stop_signal: int = signal.SIGTERM
    by: str = ""

    def is_noticed_by(self, failed: Finding) -> bool:
        return failed.load == self.promise and failed.what.startswith(self.by)


MUTATIONS = [
    Mutation("forget_forms", "T1", "storm", only=("kill_web",)),
    Mutation("commit_without_the_disk", "T1", "storm", only=("kill_postmaster",), inside=False,
             sql=NOT_TO_DISK),
    Mutation("ring_once_only", "T3", "redis_away"),
    Mutation("publish_unread", "T1", "worker_away"),
    Mutation("mark_mails_first", "T2", "storm", only=("refuse_mails",)),
    Mutation("name_mails_anew", "T2", "thrice"),
    Mutation("send_unclaimed_mails", "T2", "thrice"),
    Mutation("tell_no_replies", "T2", "thrice"),
    Mutation("ring_in_the_transaction", "T3", "redis_away"),
    Mutation("call_it_an_error", "T4", "database_away"),
    Mutation("read_newest_first", "T5", "worker_away", by="newer ones published before"),
    Mutation("count_no_attempts", "T6", "poison"),
    Mutation("remove_as_often_as_told", "T7", "thrice"),
    Mutation("pass_what_is_newest", "T8", "races", sql=(DROP_CLEARANCE,)),
    Mutation("screen_at_once", "T11", "slow_world"),
    Mutation("let_decisions_be_changed", "T14", "", inside=False, sql=(DROP_TRIGGER,)),
    Mutation("prove_nothing", "T14", ""),
    Mutation("kill_instead_of_stopping", "T15", "stopping", inside=False,
             stop_signal=signal.SIGKILL),
    Mutation("count_nothing", "T18", "thrice"),
    Mutation("fail_open", "T19", "closed"),
]  # fmt: skip


async def try_all(site: Site, chosen: list[Mutation]) -> int:
    """How many were not noticed. The filled database is the template of each."""
    people = await begun(site, posts=POSTS)
    _execute(site, "postgres", [f"ALTER DATABASE {site.name} RENAME TO {FILLED}"])
    unnoticed = 0
    for mutation in chosen:
        began = time.monotonic()
        findings = await _try(site, mutation, people)
        failed = [one for one in findings if not one.held]
        caught = any(mutation.is_noticed_by(one) for one in failed)
        unnoticed += not caught
        print(
            f"{'passed' if caught else 'FAILED'}  {mutation.name}: {mutation.promise}"
            f" {'noticed' if caught else 'kept'} ({time.monotonic() - began:.0f} s)",
            *(f"          {one.load} {one.what}: {one.value:g}" for one in failed),
            sep="\n",
            flush=True,
        )
    return unnoticed


async def _try(site: Site, mutation: Mutation, people: cast.Cast) -> list[Finding]:
    site.name = f"mutated_{MUTATIONS.index(mutation)}"
    _execute(site, "postgres", [f"CREATE DATABASE {site.name} TEMPLATE {FILLED}"])
    _execute(site, site.name, [each.format(database=site.name) for each in mutation.sql])
    site.mutation = mutation.name if mutation.inside else ""
    site.forget_pages()
    site.post_office.received.clear()
    ledger = Ledger(site.data / f"{mutation.name}.jsonl")
    run = Run(site, people, ledger, Random(mutation.name), POSTS, only=mutation.only)
    run.patience = PATIENCE
    run.stop_signal = mutation.stop_signal
    async with working_site(site):
        with contextlib.redirect_stdout(io.StringIO()):
            findings = await play(run, [SCENES[mutation.scene]] if mutation.scene else [])
    _execute(site, "postgres", ["ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()"])
    return findings


def _execute(site: Site, database: str, statements: list[str]) -> None:
    with psycopg.connect(site.database_url(database), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mutations")
    names = [mutation.name for mutation in MUTATIONS]
    parser.add_argument("mutations", nargs="*", default=names, metavar="MUTATION")
    asked = parser.parse_args().mutations
    chosen = [mutation for mutation in MUTATIONS if mutation.name in asked]
    began = time.monotonic()
    with site_of_its_own(pace=PACE) as site:
        unnoticed = asyncio.run(try_all(site, chosen))
    print(
        f"\n{len(chosen) - unnoticed} passed, {unnoticed} failed ({time.monotonic() - began:.0f} s)"
    )
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
