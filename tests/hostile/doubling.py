"""How much longer does twice the text take, at the length limit?"""

import time
from contextlib import suppress

from django.core.exceptions import ValidationError

from forum.markup import MAX_CHARACTERS, clean_body, render
from tests.hostile.counting import Counts
from tests.hostile.lines import cooked
from tests.samples import hostile

# Twice, plus 30 %.
AT_MOST = 2.6
# Less work than this says nothing about its growth.
WORTH_MEASURING = 0.002
ROUNDS = 7
LENGTHS = (MAX_CHARACTERS // 2, MAX_CHARACTERS)


def seconds_of(text: str) -> float:
    """Processor time from the typed text to HTML or refusal, the best of several rounds."""
    taken = []
    for _round in range(ROUNDS):
        started = time.process_time()
        with suppress(ValidationError):
            render(clean_body(text))
        taken.append(time.process_time() - started)
    return min(taken)


def measure(counts: Counts) -> list[str]:
    """Each recipe at half the limit and at the limit, as lines to print."""
    told = []
    for row in hostile("pathological"):
        half, whole = (
            seconds_of(cooked(row, length=length))
            for length in (MAX_CHARACTERS // 2, MAX_CHARACTERS)
        )
        ratio = whole / max(half, WORTH_MEASURING)
        told.append(f"{row['id']} {half * 1000:6.1f} → {whole * 1000:6.1f} ms, {ratio:.2f} ×")
        if ratio > AT_MOST:
            counts.note("doubling", told[-1])
    return told
