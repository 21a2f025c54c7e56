"""Where on a finished page does a reader's own stand, and how does it get there?

A slot is a comment of HTML, with or without what stands there for everybody:
`<!--slot marks-7-->`, `<!--slot follow-7-->…<!--/slot follow-7-->`. What readers wrote can hold
neither (forum/markup.py).
"""

import re
from collections.abc import Mapping
from functools import cached_property

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from forum.markup import shown

_MARK = re.compile(r"<!--(?P<end>/?)slot (?P<name>[\w-]+)-->")
_MARKS = re.compile(rb"<!--/?slot [\w-]+-->")
# A whole comment: what readers wrote can hold neither of the tags that it begins and ends with.
_COMMENT = re.compile(
    r'<article class="comment[^>]* id="(?P<name>comment-\d+)".*?</article>', re.DOTALL
)

Span = tuple[int, int]


class Slotted:
    """Template output, looked through once however often it is filled."""

    def __init__(self, html: str) -> None:
        self.html = html

    def filled(self, fills: Mapping[str, str]) -> SafeString:
        """With what is given in its places; the other slots keep what they have.

        fills: slot -> HTML, or text, which is escaped; under "comment-7" what stands in the place
        of a whole comment.
        """
        spans = [(*span, name) for name in fills for span in self._spans(name)]
        parts: list[str] = []
        behind = 0
        for start, end, name in sorted(spans):
            # A slot inside of what has been replaced went with it.
            if start >= behind:
                parts += (self.html[behind:start], conditional_escape(fills[name]))
                behind = end
        return shown("".join([*parts, self.html[behind:]]))

    def has(self, name: str) -> bool:
        return name in self._slots

    def _spans(self, name: str) -> list[Span]:
        # Most readers hide nobody: their page is not searched for whole comments.
        places = self._comments if name.startswith("comment-") else self._slots
        return places.get(name, [])

    @cached_property
    def _slots(self) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for mark in _MARK.finditer(self.html):
            spans = found.setdefault(mark["name"], [])
            if not mark["end"]:
                spans.append(mark.span())
            elif spans:
                spans[-1] = (spans[-1][0], mark.end())
        return found

    @cached_property
    def _comments(self) -> dict[str, list[Span]]:
        return {found["name"]: [found.span()] for found in _COMMENT.finditer(self.html)}


def fill_slots(html: str, fills: Mapping[str, str]) -> SafeString:
    """A rendered page or fragment that is filled only once."""
    return Slotted(html).filled(fills)


def without_slots(html: bytes) -> bytes:
    """A finished page for strangers, who have nothing to fill in: a tenth of it, compressed."""
    return _MARKS.sub(b"", html)
