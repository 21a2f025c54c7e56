"""What do four hundred comments on one article say? Reads voices.toml."""

import tomllib
from collections import deque
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from random import Random

from config.demo.people import READERS
from config.demo.scripts import Remark

VOICES = Path(__file__).with_name("voices.toml")
DEEPEST = 7
# Of one hundred answers: to the other side, to the own side, by somebody undecided.
KINDS, SHARES = ("objections", "assents", "remarks"), (58, 24, 18)
OTHER_SIDE = {"pro": "contra", "contra": "pro"}


class Voices:
    """Every text is used once; then readers come back to the subject with new sentences."""

    def __init__(self, random: Random) -> None:
        self.random = random
        texts = tomllib.loads(VOICES.read_text())
        self.texts = {
            (side, kind): deque(random.sample(lines, len(lines)))
            for side, kinds in texts.items()
            for kind, lines in kinds.items()
            if isinstance(lines, list)
        }
        self.parts = {side: texts[side]["parts"] for side in OTHER_SIDE}
        self.arguments = {
            side: cycle(random.sample(parts["arguments"], len(parts["arguments"])))
            for side, parts in self.parts.items()
        }
        self.used: set[tuple[str, str] | str] = set()
        self.names = {
            side: cycle(random.sample(names, len(names))) for side, names in READERS.items()
        }

    def say(self, side: str, kind: str, *, but: str = "") -> tuple[Remark, str]:
        """Somebody else than `but` says the next thing of that kind; for which side?"""
        if texts := self.texts[side, kind]:
            return Remark(self.somebody(side, but=but), texts.popleft()), side
        side = side if side in OTHER_SIDE else self.random.choice(list(OTHER_SIDE))
        argument = next(self.arguments[side])
        name = self.somebody(side, but=but)
        text = self.put_together(side, argument)
        # Nobody repeats himself, or another word for word: screening would notice.
        while (name, argument) in self.used:
            name = self.somebody(side, but=but)
        while text in self.used:
            text = self.put_together(side, argument)
        self.used |= {(name, argument), text}
        return Remark(name, text), side

    def put_together(self, side: str, argument: str) -> str:
        parts, random = self.parts[side], self.random
        said = [argument]
        if random.random() < 0.6:
            said.insert(0, random.choice(parts["openings"]))
        if random.random() < 0.6:
            said.append(random.choice(parts["closings"]))
        return " ".join(said)

    def somebody(self, side: str, *, but: str) -> str:
        name = next(self.names[side])
        return name if name != but else next(self.names[side])


def long_discussion(count: int, *, random: Random) -> list[Remark]:
    """So many comments, in threads: most short, some long, one very long and some deep."""
    voices = Voices(random)
    threads: list[Remark] = []
    spoken: list[tuple[Remark, str, int]] = []
    for number in range(count):
        if number < 12 or random.random() < 0.33:
            side = random.choices(("pro", "contra", "open"), (42, 42, 16))[0]
            remark, side = voices.say(side, "opinions")
            depth = 0
            threads.append(remark)
        else:
            above, its_side, its_depth = answered(spoken, random=random)
            remark, side = answer(above, its_side, voices=voices)
            above.replies.append(remark)
            depth = its_depth + 1
        remark.marks["+"] = str(min(30, int(random.expovariate(0.45))))
        spoken.append((remark, side, depth))
    return threads


def answered(spoken: list[tuple[Remark, str, int]], *, random: Random) -> tuple[Remark, str, int]:
    """Whom one answers: often the fifth speaker, mostly somebody who spoke a moment ago."""
    if random.random() < 0.14:
        return spoken[4]
    candidates = [each for each in spoken[-40:] if each[2] < DEEPEST]
    return random.choice(candidates)


def answer(above: Remark, its_side: str, *, voices: Voices) -> tuple[Remark, str]:
    kind = voices.random.choices(KINDS, SHARES)[0]
    if kind == "remarks" or its_side == "open":
        side, kind = "open", "remarks"
    else:
        side = OTHER_SIDE[its_side] if kind == "objections" else its_side
    remark, side = voices.say(side, kind, but=above.name)
    if kind == "objections" and voices.random.random() < 0.15:
        remark.text = f"> {first_sentence(above.text)}\n\n{remark.text}"
    return remark, side


def first_sentence(text: str) -> str:
    """Of what he wrote himself, not of what he quotes."""
    own = text.rpartition("\n\n")[2]
    return next(sentences(own), own)


def sentences(text: str) -> Iterator[str]:
    for mark in (". ", "? ", "! "):
        head, found, _rest = text.partition(mark)
        if found and len(head) > 20:
            yield head + mark.strip()
