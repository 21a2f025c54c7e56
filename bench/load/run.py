"""Where is a load sent, and for how long?"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from bench.load.generator import Hit, Stream, fire
from bench.load.readers import Paper
from bench.load.site import Site


@dataclass
class Run:
    """Where it is measured, and for how long (seconds)."""

    site: Site
    paper: Paper
    warm_up: float
    measured: float
    random: Random

    def send(
        self,
        streams: list[Stream],
        *,
        seconds: float | None = None,
        halfway: Callable[[], None] | None = None,
    ) -> list[Hit]:
        """The hits of the measured part: for `seconds` without warm-up, if they are given."""
        warm_up = self.warm_up if seconds is None else 0
        hits = asyncio.run(
            fire(
                streams,
                seconds=warm_up + (seconds or self.measured),
                port=self.site.port,
                random=self.random,
                halfway=halfway,
            )
        )
        return [
            replace(hit, planned=hit.planned - warm_up) for hit in hits if hit.planned >= warm_up
        ]
