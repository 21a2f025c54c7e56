"""What do the people of the demo say to one another? Reads conversations.txt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).with_name("conversations.txt")
HEADING = re.compile(r"# ((?:topic )?[a-z]+)")
LINE = re.compile(r"(?P<indent> *)- (?P<name>[^\[:]+?)(?: \[(?P<marks>[^\]]*)\])?: (?P<text>.+)")


@dataclass
class Remark:
    """A comment to be written, with what becomes of it and what is answered."""

    name: str
    text: str
    marks: dict[str, str] = field(default_factory=dict)
    edited_text: str = ""
    reasons: str = ""
    replies: list["Remark"] = field(default_factory=list)

    @property
    def recommendations(self) -> int:
        return int(self.marks.get("+", 0))

    def with_replies(self) -> Iterator["Remark"]:
        yield self
        for reply in self.replies:
            yield from reply.with_replies()


def conversations() -> dict[str, list[Remark]]:
    """The threads by what they are about: the key of an article, or "topic" and its key."""
    found: dict[str, list[Remark]] = {}
    threads: list[Remark] = []
    above: list[Remark] = []
    for line in SCRIPT.read_text().splitlines():
        kind, rest = line.strip()[:1], line.strip()[2:].replace("|", "\n")
        if heading := HEADING.fullmatch(line):
            threads = found.setdefault(heading[1], [])
        elif kind == "-":
            remark, depth = parsed(line)
            (above[depth - 1].replies if depth else threads).append(remark)
            above[depth:] = [remark]
        elif kind == "~":
            above[-1].edited_text = rest
        elif kind == "!":
            above[-1].reasons = rest
    return found


def parsed(line: str) -> tuple[Remark, int]:
    match = LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"Not a line of a conversation: {line}")
    text = match["text"].replace("|", "\n")
    return Remark(match["name"], text, marks(match["marks"] or "")), len(match["indent"]) // 2


def marks(written: str) -> dict[str, str]:
    """ "+9, remove off_topic" is {"+": "9", "remove": "off_topic"}."""
    found = {}
    for mark in filter(None, written.split(", ")):
        word, _space, rest = ("+", "", mark[1:]) if mark[0] == "+" else mark.partition(" ")
        found[word] = rest
    return found
