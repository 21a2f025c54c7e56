"""What has an edit changed, word by word?"""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from forum.models import Revision

# With the space behind it, so that what is the same can be put together again.
_WORD = re.compile(r"\s*\S+\s*")


class Part(NamedTuple):
    """Words that follow each other; what was replaced is gone first, then new."""

    text: str
    is_new: bool = False
    is_gone: bool = False


class Difference(NamedTuple):
    former: Revision
    parts: list[Part]


def difference_of(revision: Revision) -> Difference | None:
    """To the wording before it; None for the first, or once that was erased. One query at most."""
    if revision.number == 1:
        return None
    earlier = Revision.objects.filter(comment=revision.comment_id, number__lt=revision.number)
    former = earlier.order_by("-number").first()
    if former is None or not former.body:
        return None
    return Difference(former, parts_of(former.body, revision.body))


def parts_of(former: str, latest: str) -> list[Part]:
    """Long texts are compared roughly: words that occur all the time start no match in them."""
    before, after = _WORD.findall(former), _WORD.findall(latest)
    found = []
    for kind, begins, ends, starts, stops in SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            found.append(Part("".join(before[begins:ends])))
            continue
        if ends > begins:
            found.append(Part("".join(before[begins:ends]), is_gone=True))
        if stops > starts:
            found.append(Part("".join(after[starts:stops]), is_new=True))
    return found
