"""Was a promise of the load table kept?"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from bench.load.generator import LOST, Hit
from bench.readings import percentile as in_order_at


@dataclass(frozen=True)
class Finding:
    """One figure of one load: what was found, what was promised, and whether that was kept."""

    load: str
    what: str
    value: float
    bound: float
    unit: str = "ms"

    @property
    def held(self) -> bool:
        return self.value <= self.bound

    def as_row(self) -> dict[str, object]:
        return asdict(self) | {"held": self.held}


def percentile(values: Iterable[float], share: float) -> float:
    """The value that so many stay below; 0 of nothing."""
    found = sorted(values)
    return in_order_at(found, share) if found else 0.0


def milliseconds(hits: Iterable[Hit], share: float) -> float:
    return percentile((hit.seconds for hit in hits), share) * 1000


def latency(load: str, what: str, hits: list[Hit], **bounds: float) -> list[Finding]:
    """bounds: p95=300, p99=1000 in milliseconds. Nothing measured is nothing held."""
    if not hits:
        return [Finding(load, f"{what}: requests measured", 1, 0, "missing")]
    return [
        Finding(load, f"{what} {name}", milliseconds(hits, int(name[1:]) / 100), bound)
        for name, bound in bounds.items()
    ]


def failures(load: str, hits: list[Hit]) -> Finding:
    """Server errors and answers that never came."""
    broken = sum(hit.status >= 500 or hit.status == LOST for hit in hits)
    return Finding(load, "5xx and lost answers", broken, 0, "")


def refusals(load: str, hits: list[Hit]) -> Finding:
    """A simulated reader keeps to what people do: each limit that he meets was hit by mistake."""
    return Finding(load, "limits hit by mistake", sum(hit.status == 429 for hit in hits), 0, "")


def others(load: str, hits: list[Hit], *, expected: set[int]) -> Finding:
    """Answers that the load did not ask for: then something else was measured."""
    strange = [
        hit.status for hit in hits if hit.status not in expected | {429, LOST} and hit.status < 500
    ]
    told = f" ({', '.join(map(str, sorted({*strange})))})" if strange else ""
    return Finding(load, f"unexpected answers{told}", len(strange), 0, "")
