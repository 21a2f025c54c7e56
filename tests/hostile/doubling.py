"""How much longer does twice the text take, at the length limit, wherever something reads it?"""

from collections.abc import Callable
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.text import Truncator

from forum.excerpts import excerpts
from forum.indexing import stemmed
from forum.markup import MAX_CHARACTERS, clean_body, render
from moderation.desk_rules import rule_checks
from moderation.differences import parts_of
from moderation.folding import shapes
from moderation.screening import findings_of
from tests.factories import make_comment, make_discussion
from tests.hostile.asking import Clock
from tests.hostile.counting import Counts
from tests.hostile.lines import cooked
from tests.people import person
from tests.samples import hostile

# Twice, plus 30 %.
AT_MOST = 2.6
# Less work than this says nothing about its growth.
WORTH_MEASURING = 0.002
ROUNDS = 7
LENGTHS = (MAX_CHARACTERS // 2, MAX_CHARACTERS)

Way = Callable[[str], object]


def ways() -> dict[str, Way]:
    """What is done to a text that is typed, each from the beginning: cleaned before it is shown,
    screened, made findable, found, shortened and compared as it is stored."""
    author, discussion = person("Verdoppler"), make_discussion()
    revision = make_comment(discussion, author).revisions.get()
    client = Client()
    client.force_login(author)

    def screened(text: str) -> None:
        revision.body = text
        findings_of(revision, rule_checks.rules_for([revision]))

    return {
        "render": lambda text: render(clean_body(text)),
        "preview": lambda text: client.post(
            f"/discussions/{discussion.pk}/preview/", {"body": text}
        ),
        "checks": screened,
        "folding": lambda text: list(shapes(text)),
        "index": lambda text: stemmed([render(clean_body(text))]),
        "excerpt": lambda text: excerpts([text], stems=["ufer"]),
        "desk's excerpt": lambda text: Truncator(" ".join(text.split())).chars(280),
        "difference": lambda text: parts_of(text, f"Nachtrag {text} Nachtrag"),
    }


def seconds_of(way: Way, text: str) -> float:
    """Of work for the text or its refusal, the best of several rounds."""
    taken = []
    for _round in range(ROUNDS):
        clock = Clock()
        with suppress(ValidationError):
            way(text)
        taken.append(clock.seconds)
    return min(taken)


def measure(counts: Counts) -> list[str]:
    """Each recipe at half the limit and at the limit, all the ways; lines to print: of each way
    the recipe that grows most."""
    rows, told = hostile("pathological"), []
    for name, way in ways().items():
        grown = [(growth(way, row), row["id"]) for row in rows]
        worth = [(ratio, half, whole, which) for (ratio, half, whole), which in grown if ratio]
        for ratio, half, whole, which in worth:
            line = f"{which} {half * 1000:.1f} → {whole * 1000:.1f} ms, {ratio:.2f} ×"
            if ratio > AT_MOST:
                counts.note("doubling", f"{name} {line}")
            if ratio == max(worth)[0]:
                told.append(f"doubling, {name}: at most {line} ({len(worth)} recipes measured)")
    return told


def growth(way: Way, row: dict) -> tuple[float, float, float]:
    """How many times as long; 0 where there is too little work to tell. Seconds of half and whole.

    Asked again before it is believed: a busy machine must not accuse anybody.
    """
    for _attempt in range(2):
        half, whole = (seconds_of(way, cooked(row, length=length)) for length in LENGTHS)
        if whole <= WORTH_MEASURING:
            return 0.0, half, whole
        if whole / half <= AT_MOST:
            break
    return whole / half, half, whole
