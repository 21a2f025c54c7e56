"""How does a run go? A site is begun, its scenes are played, its history is judged."""

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from math import isfinite
from pathlib import Path

from bench.load.judging import Finding
from bench.site import wait_until_it_answers
from config.children import leave_in_order_when_told
from config.translations import compile_catalogues
from tests.faults import cast, judging, settling
from tests.faults.crawling import crawling
from tests.faults.run import Run
from tests.faults.scenes.closed import closed
from tests.faults.scenes.database_away import database_away
from tests.faults.scenes.poison import poison
from tests.faults.scenes.races import races
from tests.faults.scenes.redis_away import redis_away
from tests.faults.scenes.slow_world import slow_world
from tests.faults.scenes.stopping import stopping
from tests.faults.scenes.storm import storm
from tests.faults.scenes.thrice import thrice
from tests.faults.scenes.trail import trail
from tests.faults.scenes.worker_away import worker_away
from tests.faults.site import Site

Scene = Callable[[Run], Awaitable[list[Finding]]]
SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        storm, redis_away, database_away, worker_away, poison, thrice, races, slow_world,
        stopping, closed,
    )
}  # fmt: skip


@contextlib.contextmanager
def site_of_its_own(*, pace: int, keep: bool = False) -> Iterator[Site]:
    """In a directory of its own, which goes with it unless it is to be kept."""
    leave_in_order_when_told()
    compile_catalogues()
    data = Path(tempfile.mkdtemp(prefix="faults-", dir="/var/tmp"))
    site = Site(data, pace=pace)
    try:
        yield site
    finally:
        site.end()
        if not keep:
            shutil.rmtree((data / "postgres").resolve(), ignore_errors=True)
            shutil.rmtree(data, ignore_errors=True)


async def begun(site: Site, *, posts: int) -> cast.Cast:
    """Its stores run and are filled."""
    await site.start_stores()
    return cast.fill(site, posts=posts)


@contextlib.asynccontextmanager
async def working_site(site: Site) -> AsyncIterator[None]:
    """All runs and is looked after; afterwards only the stores do."""
    site.lay_out()
    site.start()
    for port in (*site.web.values(), site.front):
        await asyncio.to_thread(wait_until_it_answers, port)
    site.look_after_all()
    try:
        yield
    finally:
        site.stop()


async def play(run: Run, scenes: list[Scene]) -> list[Finding]:
    findings: list[Finding] = []
    async with crawling(run):
        for scene in scenes:
            began = time.monotonic()
            told = await scene(run)
            show(told, run, note=f"{scene.__name__}, {time.monotonic() - began:.0f} s")
            findings += told
        left = await settling.all_done(run)
    told = [Finding("T1", "all work done after everything", left, 2 * run.patience, "s")]
    told += judging.everything(run)
    told += await trail(run)
    show(told, run, note="the whole history")
    return findings + told


def verdict(one: Finding, *, is_timed: bool) -> str:
    """Where time is not judged, on a machine that others use, only what never comes has failed."""
    if one.held:
        return "passed"
    is_late = one.unit in {"s", "ms"} and isfinite(one.value)
    return "slower" if is_late and not is_timed else "FAILED"


def show(findings: list[Finding], run: Run, *, note: str) -> None:
    print(f"\n{note}", flush=True)
    for one in findings:
        figure = f"{one.value:g}" if isinstance(one.value, int) else f"{one.value:.2f}"
        unit = f"{one.unit} " if one.unit else ""
        said = verdict(one, is_timed=run.is_timed)
        print(f"  {said}  {one.load:4} {one.what}: {figure} {unit}(≤ {one.bound:g})")
        if not one.held:
            print(*(f"          {each}" for each in judging.EXAMPLES.get(one.what, [])), sep="\n")
