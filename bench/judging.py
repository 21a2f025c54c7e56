"""When is a goal held? If every figure that it names is, and each of them was measured."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.readings import Key, Row, ratio
from bench.weights import SEEN

AT_LEAST, AT_MOST = "at least", "at most"


@dataclass
class Part:
    """One figure of a goal. value and held are None where it could not be measured: see why."""

    what: str
    value: float | None
    bound: float
    sense: str
    unit: str = "×"
    why: str = ""
    held: bool | None = field(init=False)

    def __post_init__(self) -> None:
        self.held = None if self.value is None else self.margin >= 1

    @property
    def margin(self) -> float:
        """At least 1 where the bound is held; the smaller, the further missed."""
        assert self.value is not None
        if self.sense == AT_LEAST:
            return self.value / self.bound
        # Nothing at all is within every bound.
        return self.bound / self.value if self.value > 0 else 2


@dataclass
class Goal:
    """A row of the table of goals; it is held if all its parts are."""

    id: int
    what: str
    parts: list[Part]

    @property
    def decisive(self) -> Part:
        """What stands for the whole: the part furthest from its bound, measured ones first."""
        measured = [part for part in self.parts if part.value is not None]
        return min(measured, key=lambda part: part.margin) if measured else self.parts[0]

    @property
    def held(self) -> bool | None:
        """None: what was measured is held, but not all of it was measured."""
        verdicts = [part.held for part in self.parts]
        if False in verdicts:
            return False
        return None if None in verdicts else True

    def as_json(self) -> dict[str, Any]:
        part = self.decisive
        return {
            "id": self.id,
            "what": self.what,
            "value": part.value,
            "bound": part.bound,
            "sense": part.sense,
            "unit": part.unit,
            "held": self.held,
            "parts": [asdict(one) for one in self.parts],
        }


@dataclass
class Measured:
    """All that the goals are computed from. missing: by scenario and target, why not."""

    rows: dict[Key, Row]
    missing: dict[str, str] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    memory: tuple[float, float] | None = None

    def part(
        self, what: str, bound: float, sense: str, find: Callable[[], float], *, unit: str = "×"
    ) -> Part:
        """find: computes the figure; where a row is missing the part says why."""
        try:
            return Part(what, find(), bound, sense, unit)
        except KeyError as missing:
            return Part(what, None, bound, sense, unit, self._why(missing.args[0]))

    def _why(self, row: Key | str) -> str:
        """A target is missing altogether, or in one scenario."""
        names = [row] if isinstance(row, str) else [f"{row.scenario}, {row.target}", row.target]
        return next(
            (self.missing[name] for name in names if name in self.missing),
            "not measured in this run",
        )

    def over(self, above: tuple[str, str], below: tuple[str, str], figure: str) -> float:
        return ratio(self.rows[Key(*above)], self.rows[Key(*below)], figure)

    def weight(self, what: str) -> float:
        """In KB. What is not known without a browser was not seen in one."""
        if what not in self.weights:
            raise KeyError(SEEN)
        return self.weights[what]

    def queries_of(self, page: str) -> int:
        if page not in self.queries:
            raise KeyError(f"queries, {page}")
        return self.queries[page]

    def figure(self, scenario: str, target: str, figure: str) -> float:
        return self.rows[Key(scenario, target)].median(figure)
