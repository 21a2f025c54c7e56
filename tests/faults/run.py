"""What does one run of the rig know?"""

import signal
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import psycopg

from tests.faults.asking import Answer
from tests.faults.cast import Cast
from tests.faults.ledger import Ledger
from tests.faults.site import Site, until

UNDER_WAY = """
    SELECT id, attempts FROM notifications_mail WHERE attempts > 0 AND sent_at IS NULL
    AND dropped_at IS NULL AND set_aside_at IS NULL
"""


@dataclass(frozen=True)
class Try:
    """One request of one kind, and what came of it."""

    kind: str
    path: str
    at: float
    seconds: float
    status: int


@dataclass
class Run:
    """posts: how many the whole run sends, about; each scene takes its share of them."""

    site: Site
    cast: Cast
    ledger: Ledger
    random: Random
    posts: int
    # What is broken, and when: drawn from a sequence of its own, or each answer that comes a moment
    # later would change all the faults after it.
    fate: Random = field(default_factory=Random)
    tries: list[Try] = field(default_factory=list)
    # (when it was seen, token of the text), by the crawler.
    sights: list[tuple[float, str]] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    # (mail, which attempt) begun and not marked as sent when something was broken.
    sendings_broken: set[tuple[int, int]] = field(default_factory=set)
    # Names of the faults that a storm is to draw from; all, if none is named.
    only: tuple[str, ...] = ()
    # Seconds in which everything is to be screened once nothing is broken any more.
    patience: float = 120
    # Whether what is late has failed.
    is_timed: bool = True
    # How processes are stopped that are to stop in order.
    stop_signal: int = signal.SIGTERM

    @property
    def pace(self) -> int:
        return self.site.pace

    @property
    def is_full(self) -> bool:
        """With the leases of production, and as much as the table of promises names."""
        return self.pace == 1

    def share(self, part: float) -> int:
        return max(int(self.posts * part), 8)

    def note(self, kind: str, answer: Answer) -> None:
        self.tries.append(Try(kind, answer.path, answer.at, answer.seconds, answer.status))

    def since(self, at: float, *kinds: str) -> list[Try]:
        return [one for one in self.tries if one.at >= at and one.kind in kinds]

    def ask(self, query: str, values: list | dict | None = None) -> list[tuple]:
        """Rows; raises psycopg.OperationalError while the database is away."""
        with psycopg.connect(self.site.database, connect_timeout=5, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    async def note_broken_sendings(self) -> None:
        """Once the database can say which mails whoever was broken had under way."""

        def counted() -> bool:
            self.sendings_broken.update(self.ask(UNDER_WAY))
            return True

        # One question: a server that is about to fall may still answer a first, and no second.
        if await until(counted, patience=60) is None:
            raise RuntimeError("the database does not say which mails are under way")

    def count(self, query: str, values: list | None = None) -> int:
        return self.ask(query, values)[0][0]
