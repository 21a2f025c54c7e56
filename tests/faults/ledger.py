"""What was meant, and what was answered? On disk before sending, and once the answer is there."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Ledger:
    """Lines of JSON, each flushed to the disk before the writer goes on.

    intents: by submission id; answers: (submission id, comment id) of each answer that accepted.
    """

    file: Path
    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[tuple[str, int]] = field(default_factory=list)
    # Of moderators: what the site has accepted.
    decided: list[dict[str, Any]] = field(default_factory=list)
    recommended: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def intend(self, submission: str, **post: Any) -> None:
        self._write("intent", submission=submission, **post)
        self.intents[submission] = post

    def accept(self, submission: str, *, comment: int) -> None:
        self._write("accepted", submission=submission, comment=comment)
        self.answers.append((submission, comment))

    def decide(self, **decision: Any) -> None:
        self._write("decided", **decision)
        self.decided.append(decision)

    def recommend(self, *, reader: int, comment: int) -> None:
        self._write("recommended", reader=reader, comment=comment)
        self.recommended.append((reader, comment))

    def accepted(self) -> dict[str, int]:
        """By submission id the comment that was named first."""
        return dict(reversed(self.answers))

    def _write(self, what: str, **told: Any) -> None:
        line = json.dumps({"at": time.time(), "what": what, **told}, ensure_ascii=False)
        os.write(self._handle, line.encode() + b"\n")
        os.fsync(self._handle)
