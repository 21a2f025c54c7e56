"""Which clauses of the house rules hold now, and which held when something was decided?

Editions are append-only and never begin in the past: what held at a moment that is past never
changes. So each process keeps the list, and asks again only about moments after its last look.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from moderation.laws import clause_for
from moderation.models import Decision, Edition


@dataclass(frozen=True)
class Clause:
    """One clause. The noun is what tombstones and statements say; a clause without one asks for
    something, and nothing is removed because of it."""

    code: str
    number: int
    noun_de: str
    noun_en: str
    text_de: str
    text_en: str

    @property
    def noun(self) -> str:
        return self.noun_en if is_english() else self.noun_de

    @property
    def text(self) -> str:
        return self.text_en if is_english() else self.text_de

    @property
    def is_ground(self) -> bool:
        return bool(self.noun_de)


@dataclass(frozen=True)
class Rules:
    """One edition's clauses, by number; `grounds` are those that a text can break, by code."""

    version: str
    valid_from: datetime
    clauses: list[Clause]
    grounds: dict[str, Clause] = field(default_factory=dict)

    def address_of(self, clause: Clause | None) -> str:
        address = reverse("moderation:netiquette_version", args=[self.version])
        return f"{address}#punkt-{clause.number}" if clause else address


@dataclass(frozen=True)
class Broken:
    """A clause, and where it can be read as it was then."""

    number: int
    noun: str
    address: str


@dataclass(frozen=True)
class _Known:
    asked_at: datetime
    editions: list[Rules]


_known: _Known | None = None


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def current() -> Rules:
    """One small query."""
    return held_at(timezone.now())


def held_lately() -> Rules:
    """As this process saw them last; no query once it has looked, in the same request say."""
    return held_at(_known.asked_at) if _known else current()


def held_at(moment: datetime) -> Rules:
    """No query about a moment before this process's last look at the table."""
    known = _known if _known and _known.editions and moment <= _known.asked_at else _ask()
    held = [rules for rules in known.editions if rules.valid_from <= moment]
    return held[-1] if held else known.editions[0]


def of_version(version: str) -> Rules | None:
    """Asks the table only for a version that this process has not met."""
    for known in (_known, None):
        for rules in (known or _ask()).editions:
            if rules.version == version:
                return rules
    return None


def broken_clause(code: str, *, at: datetime | None = None, version: str = "") -> Broken | None:
    """The clause as it was in that version, or at that moment."""
    if not code:
        return None
    rules = of_version(version) if version else held_at(at or timezone.now())
    clause = rules.grounds.get(code) if rules else None
    if rules is None or clause is None:
        return None
    return Broken(clause.number, clause.noun, rules.address_of(clause))


def clause_of(decision: Decision) -> Broken | None:
    return broken_clause(decision.ground, version=decision.rules_version)


def noun_of(code: str) -> str:
    """As the newest edition has it, for the desk and for lists: of those that this process knows,
    and only if none of them has the code, of all. Of a law the clause that stands for all laws."""
    code = clause_for(code)
    for known in (_known, None):
        for rules in reversed((known or _ask()).editions):
            if code in rules.grounds:
                return rules.grounds[code].noun
    return ""


def clauses_of(edition: Edition) -> list[Clause]:
    return sorted((Clause(**clause) for clause in edition.clauses), key=lambda one: one.number)


def _ask() -> _Known:
    global _known  # noqa: PLW0603 - a cache whose truth is the table
    asked_at = timezone.now()
    rows: Any = (
        Edition.objects.filter(page=Edition.Page.NETIQUETTE)
        .order_by("valid_from")
        .defer("text_de", "text_en")
    )
    _known = _Known(asked_at, [_rules_of(edition) for edition in rows])
    return _known


def _rules_of(edition: Edition) -> Rules:
    clauses = clauses_of(edition)
    grounds = {clause.code: clause for clause in clauses if clause.is_ground}
    return Rules(edition.version, edition.valid_from, clauses, grounds)
