"""What is counted, and what of it is a break?"""

from collections import Counter
from dataclasses import dataclass, field

SHOWN_AT_LEAST = 0.95
# Of each kind of break so many are printed.
PRINTED = 30


@dataclass
class Counts:
    # Texts sent, refused in words, and found as typed where they were to be shown.
    tried: int = 0
    blocked: int = 0
    shown: int = 0
    executed: int = 0
    injected: int = 0
    slow: int = 0
    failed: int = 0
    violations: int = 0
    pages: int = 0
    slowest: tuple[float, str] = (0.0, "")
    ways: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    # Names of lawful lines that were sent, and of those refused or once not found as typed.
    lawful: set[str] = field(default_factory=set)
    altered: set[str] = field(default_factory=set)
    breaks: list[tuple[str, str]] = field(default_factory=list)

    def note(self, kind: str, what: str, *, times: int = 1) -> None:
        """A break: executed, injected, slow, failed, violations or other."""
        if hasattr(self, kind):
            setattr(self, kind, getattr(self, kind) + times)
        self.breaks.append((kind, what))

    @property
    def lawful_share(self) -> float:
        return 1 - len(self.altered) / len(self.lawful) if self.lawful else 1.0

    def told(self) -> list[str]:
        """Line by line, as it is printed."""
        ways = ", ".join(
            f"{way} {count} ({self.refused[way]} refused)" for way, count in self.ways.items()
        )
        told = [
            f"ways: {ways}",
            f"{self.pages} answers read, slowest {self.slowest[0]:.2f} s: {self.slowest[1]}",
            f"lawful odd text as typed: {self.lawful_share:.2%} of {len(self.lawful)}",
        ]
        for kind in dict.fromkeys(kind for kind, _what in self.breaks):
            found = [what for each, what in self.breaks if each == kind]
            told += [f"BREAK {kind}: {what}" for what in found[:PRINTED]]
            if len(found) > PRINTED:
                told.append(f"BREAK {kind}: {len(found) - PRINTED} more")
        told.append(
            f"tried {self.tried}, blocked {self.blocked}, shown {self.shown}, "
            f"executed {self.executed}, injected {self.injected}, slow {self.slow}, "
            f"5xx {self.failed}, violations {self.violations}"
        )
        return told

    @property
    def is_sound(self) -> bool:
        # One of a small sample says nothing about a share.
        is_shown = len(self.altered) <= 1 or self.lawful_share >= SHOWN_AT_LEAST
        return is_shown and not self.breaks
