"""Which entries of the house's word list does a text contain?

Entries are literals, never patterns, and are found by looking letters up in a dictionary: the time
grows with the text, not with the list, and no entry can make it grow faster.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Topic
from forum.models import Discussion
from moderation.desk_rules.places import EVERYWHERE, Place
from moderation.folding import Shape, fold, shape, shapes
from moderation.models import WordlistEntry

# Entries are looked up by their first letters, then by the lengths that begin so.
PREFIX = 3
LONGEST, LONGEST_FOLDED = 120, 160


@dataclass(frozen=True)
class Word:
    """What an entry asks for, without its row."""

    folded: str
    match: str
    outcome: str
    ground: str
    entry_id: int = 0
    place: Place = EVERYWHERE


@dataclass(frozen=True)
class Hit:
    """An entry, and the passage as the reader typed it."""

    word: Word
    passage: str


class Wordlist:
    """The list made ready for searching."""

    def __init__(self, words: Iterable[Word]) -> None:
        self.words: dict[str, list[tuple[Word, list[int]]]] = defaultdict(list)
        for word in words:
            folded = shape(word.folded)
            self.words[folded.letters].append((word, folded.counts))
        lengths: dict[str, set[int]] = defaultdict(set)
        for letters in self.words:
            lengths[letters[:PREFIX]].add(len(letters))
        self.lengths = {prefix: sorted(found) for prefix, found in lengths.items()}
        self.prefixes = sorted({len(prefix) for prefix in self.lengths})

    def hits(self, text: str) -> list[Hit]:
        """Each entry with each passage once, in the order of the text's readings."""
        text = unicodedata.normalize("NFC", text)
        found: dict[Hit, None] = {}
        for seen in shapes(text):
            for word, first, last in self._found_in(seen):
                passage = text[seen.places[first][0] : seen.places[last][1]]
                found[Hit(word, passage)] = None
        return list(found)

    def _found_in(self, seen: Shape) -> Iterator[tuple[Word, int, int]]:
        for first, letters in self._candidates(seen.letters):
            for word, counts in self.words[letters]:
                if fits(word, counts, seen, first):
                    yield word, first, first + len(letters) - 1

    def _candidates(self, letters: str) -> Iterator[tuple[int, str]]:
        for first in range(len(letters)):
            for size in self.prefixes:
                for length in self.lengths.get(letters[first : first + size], ()):
                    candidate = letters[first : first + length]
                    if len(candidate) == length and candidate in self.words:
                        yield first, candidate


def fits(word: Word, counts: list[int], seen: Shape, first: int) -> bool:
    """Whether the letters found at `first` are this word: as often repeated, and in one piece."""
    end = first + len(counts)
    is_whole = word.match != WordlistEntry.Match.COMPOUND
    for offset, wanted in enumerate(counts):
        is_edge = offset in {0, len(counts) - 1}
        there = seen.counts[first + offset]
        if is_edge and not is_whole:
            # The neighbour in a compound may begin with the same letter.
            if there < wanted:
                return False
        elif not is_run(there, wanted, letter=seen.letters[first + offset]):
            return False
    if is_whole and not (seen.begins[first] and is_end(seen, end)):
        return False
    # "Arsch-loch" is one word, "Jan. US-Präsident" holds none from its middle to its middle.
    return bool(seen.begins[first]) or 1 not in seen.begins[first + 1 : end]


def is_run(there: int, wanted: int, *, letter: str) -> bool:
    """Two letters are not one ("Ratte" is no "Rate"), but three and more may stand for either."""
    return there == wanted or (there > 2 and not letter.isdigit())


def is_end(seen: Shape, end: int) -> bool:
    return end == len(seen.letters) or seen.letters[end] == " " or bool(seen.begins[end])


@transaction.atomic
def add_entry(
    text: str,
    *,
    match: str = WordlistEntry.Match.COMPOUND,
    outcome: str = "hold",
    ground: str,
    reason: str,
    added_by: User | None = None,
    topic: Topic | None = None,
    discussion: Discussion | None = None,
) -> WordlistEntry:
    """One entry. Raises ValidationError for what cannot be added, or is there already."""
    folded = folded_entry(text)
    listed = WordlistEntry.objects.listed().filter(topic=topic, discussion=discussion)
    if listed.filter(folded=folded).exists():
        raise ValidationError(_("This entry is on the list already."))
    return WordlistEntry.objects.create(
        text=text,
        folded=folded,
        match=match,
        outcome=outcome,
        ground=ground,
        reason=reason,
        added_by=added_by,
        topic=topic,
        discussion=discussion,
    )


def folded_entry(text: str) -> str:
    """As it is looked up. Raises ValidationError for what cannot be."""
    folded = fold(text)
    if not folded or len(folded) > LONGEST_FOLDED or len(text) > LONGEST:
        raise ValidationError(_("An entry has 1 to 120 characters, at least one of them a letter."))
    return folded


def retire(entry: WordlistEntry, *, retired_by: User | None = None, reason: str = "") -> bool:
    """Whether it was on the list until now. The row stays: verdicts were given by it."""
    listed = WordlistEntry.objects.listed().filter(pk=entry.pk)
    return listed.update(retired_at=timezone.now(), retired_by=retired_by, retired_for=reason) == 1
