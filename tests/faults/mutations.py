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
LET_BE_CHANGED = (
    "DROP TRIGGER moderation_decision_append_only ON moderation_decision",
    "GRANT UPDATE ON moderation_decision TO forum_web",
)
NOT_TO_DISK = (
    "ALTER DATABASE {database} SET synchronous_commit = off",
    "ALTER SYSTEM SET wal_writer_delay = '10s'",
    "ALTER SYSTEM SET wal_writer_flush_after = '1GB'",
    "SELECT pg_reload_conf()",
)


@dataclass(frozen=True)
class Mutation:
    """promise: which it must break; scene: where that is tried ("" is no scene at all); by: the
    finding that has to notice it.

    only: the faults of a storm that matter; inside: its name is one of inside/mutations.py; sql:
    before the site starts; stop_signal: of processes that are to stop in order. There the front
    asks nobody else for what it has sent, or it would hide what was lost.
    """

    name: str
    promise: str
    scene: str
    by: str
    only: tuple[str, ...] = ()
    inside: bool = True
    sql: tuple[str, ...] = ()
    stop_signal: int = signal.SIGTERM

    @property
    def title(self) -> str:
        return f"{self.name}-{self.scene}"

    def is_noticed_by(self, failed: Finding) -> bool:
        return failed.load == self.promise and failed.what.startswith(self.by)


MUTATIONS = [
    Mutation("forget_forms", "T1", "storm", "texts stored twice", only=("kill_web",)),
    Mutation("commit_without_the_disk", "T1", "storm", "accepted posts that are lost",
             only=("kill_postmaster",), inside=False, sql=NOT_TO_DISK),
    Mutation("publish_unread", "T1", "worker_away", "texts seen before they were cleared"),
    Mutation("mark_mails_first", "T2", "storm", "mails marked as sent and never received",
             only=("refuse_mails",)),
    Mutation("name_mails_anew", "T2", "thrice", "mails received under an unknown"),
    Mutation("send_unclaimed_mails", "T2", "thrice", "mails repeated"),
    Mutation("tell_no_replies", "T2", "thrice", "facts that nobody was told"),
    Mutation("write_no_mails", "T2", "thrice", "facts without a mail"),
    Mutation("ring_once_only", "T3", "redis_away", "all screened after its return"),
    Mutation("ring_in_the_transaction", "T3", "redis_away", "posts that failed"),
    Mutation("call_it_an_error", "T4", "database_away", "posts not answered by 503"),
    Mutation("read_newest_first", "T5", "worker_away", "newer ones published before"),
    Mutation("count_no_attempts", "T6", "poison", "poison not set aside"),
    Mutation("remove_as_often_as_told", "T7", "thrice", "states that differ"),
    Mutation("pass_what_is_newest", "T8", "races", "second wordings shown", sql=(DROP_CLEARANCE,)),
    Mutation("screen_at_once", "T11", "slow_world", "posting p95"),
    Mutation("answer_after_the_mail", "T11", "slow_world", "reading p95"),
    Mutation("wait_for_every_code", "T15", "slow_world", "the stop of web-a"),
    Mutation("let_decisions_be_changed", "T14", "", "changes of the log", inside=False,
             sql=LET_BE_CHANGED),
    Mutation("prove_nothing", "T14", "", "a row removed behind its back"),
    Mutation("kill_instead_of_stopping", "T15", "stopping", "requests lost", inside=False,
             stop_signal=signal.SIGKILL),
    Mutation("count_nothing", "T18", "thrice", "counters that differ"),
    Mutation("fail_open", "T19", "closed", "texts that became public"),
    Mutation("publish_unread", "T19", "closed", "texts that became public"),
]  # fmt: skip
# The same scenes with nothing taken away: a finding that fails there notices nothing.
CONTROLS = [
    Mutation("nothing", "", scene, "", only=("kill_web", "kill_postmaster", "refuse_mails"),
             inside=False)
    for scene in dict.fromkeys(one.scene for one in MUTATIONS)
]  # fmt: skip


async def try_all(site: Site, chosen: list[Mutation]) -> int:
    """How many were not noticed, or failed without one. Each begins with the same database."""
    people = await begun(site, posts=POSTS)
    _execute(site, "postgres", [f"ALTER DATABASE {site.name} RENAME TO {FILLED}"])
    wrong = 0
    for mutation in chosen:
        began = time.monotonic()
        findings = await _try(site, mutation, people)
        failed = [one for one in findings if not one.held]
        if mutation in CONTROLS:
            noticing = [one for one in MUTATIONS if one.scene == mutation.scene]
            false = any(one.is_noticed_by(each) for one in noticing for each in failed)
            is_as_it_must, found = not false, "failed" if false else "held"
        else:
            is_as_it_must = any(mutation.is_noticed_by(one) for one in failed)
            found = f"{mutation.promise} {'noticed' if is_as_it_must else 'kept'}"
        wrong += not is_as_it_must
        print(
            f"{'passed' if is_as_it_must else 'FAILED'}  {mutation.title}: {found}"
            f" ({time.monotonic() - began:.0f} s)",
            *(f"          {one.load} {one.what}: {one.value:g}" for one in failed),
            sep="\n",
            flush=True,
        )
    return wrong


async def _try(site: Site, mutation: Mutation, people: cast.Cast) -> list[Finding]:
    site.name = mutation.title.replace("-", "_")
    # The copy's sequences promise numbers in the template's log: without a checkpoint, what a crash
    # takes back of them would be given twice.
    _execute(site, "postgres", [f"CREATE DATABASE {site.name} TEMPLATE {FILLED}", "CHECKPOINT"])
    _execute(site, site.name, [each.format(database=site.name) for each in mutation.sql])
    site.mutation = mutation.name if mutation.inside else ""
    site.asks_once = mutation.scene == "stopping"
    site.forget_pages()
    site.post_office.received.clear()
    ledger = Ledger(site.data / f"{mutation.title}.jsonl")
    fate = Random(f"faults {mutation.name}")
    run = Run(site, people, ledger, Random(mutation.name), POSTS, fate=fate, only=mutation.only)
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
    parser.add_argument("mutations", nargs="*", metavar="MUTATION")
    asked = parser.parse_args().mutations
    chosen = [one for one in [*CONTROLS, *MUTATIONS] if not asked or one.name in asked]
    began = time.monotonic()
    with site_of_its_own(pace=PACE) as site:
        wrong = asyncio.run(try_all(site, chosen))
    print(f"\n{len(chosen) - wrong} passed, {wrong} failed ({time.monotonic() - began:.0f} s)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
