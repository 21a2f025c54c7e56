"""Which public names are possible, and which could a reader take for one another?"""

import json
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST, LONGEST = 2, 40
# Before anything is normalised: NFKC of a very long text is slow (CVE-2023-46695).
LONGEST_INPUT = 200
LONGEST_SKELETON = 120
# More on one letter no alphabet needs; a pile of them would cover the lines above and below.
MOST_MARKS = 3
SEPARATORS = frozenset(" .-'")
APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'"})
# One writing system, though Unicode names three.
JAPANESE = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
# Found anywhere in a name, these words make it sound like the house.
HOUSE = (
    "Redaktion", "Redakteur", "Redaktör", "Moderation", "Moderator", "Administrator",
    "Administration", "Leserdialog", "Kundenservice", "Newsroom", "Editorial",
)  # fmt: skip
# These only as a word of their own: "Badminton" has an "admin" in it.
HOUSE_WORDS = (
    "Admin", "Admins", "Mod", "Mods", "System", "Support", "Staff", "Root", "Webmaster",
    "Postmaster", "Verlag", "Chefredaktion", "Herausgeber", "Impressum", "Editor", "Anonym",
    "Gelöschtes Konto", "Deleted account",
)  # fmt: skip
DIGITS_AS_LETTERS = str.maketrans("0134578", "oleastb")
PAIRS = (("vv", "w"), ("cl", "d"))


def clean_name(name: str) -> str:
    """The name as it is stored: NFKC, single spaces. ValidationError says what is wrong with it."""
    if len(name) > LONGEST_INPUT:
        raise refusal(_("It must have 2 to 40 characters."))
    cleaned = unicodedata.normalize("NFKC", name.translate(APOSTROPHES)).strip(" ")
    if not SHORTEST <= len(cleaned) <= LONGEST:
        raise refusal(_("It must have 2 to 40 characters."))
    if not all(is_possible(character) for character in cleaned) or is_piled_up(cleaned):
        raise refusal(
            _("Letters, digits, spaces, full stops, hyphens and apostrophes can be used.")
        )
    if not cleaned[0].isalnum() or not any(character.isalpha() for character in cleaned):
        raise refusal(_("It must begin with a letter or a digit and contain a letter."))
    if any(a in SEPARATORS and b in SEPARATORS - {" "} for a, b in pairwise(cleaned)):
        raise refusal(_("Two signs in a row are not possible."))
    if len(scripts_of(cleaned)) > 1:
        raise refusal(_("All letters must be of the same alphabet."))
    if is_reserved(cleaned):
        raise refusal(_("It could be taken for a name of our staff."))
    return " ".join(cleaned.split())


def refusal(why: str) -> ValidationError:
    return ValidationError(
        _("This name is not possible. %(why)s"), code="name", params={"why": why}
    )


def is_possible(character: str) -> bool:
    """Letters of living alphabets, the marks they need, ASCII digits and four separators."""
    if character in SEPARATORS or (character.isascii() and character.isalnum()):
        return True
    category = unicodedata.category(character)
    if category in {"Mn", "Mc"}:
        return script_of(character) != "COMBINING"
    if category not in {"Ll", "Lu", "Lt", "Lo", "Lm"}:
        return False
    # Of the Latin letters only those that languages write names with, not phonetic signs.
    is_phonetic = not (character < "\u0250" or "\u1e00" <= character < "\u1f00")
    return script_of(character) != "LATIN" or not is_phonetic


def is_piled_up(name: str) -> bool:
    """Whether some letter bears more marks than any language puts on one."""
    marks = 0
    for character in name:
        marks = marks + 1 if unicodedata.category(character) == "Mn" else 0
        if marks > MOST_MARKS:
            return True
    return False


def script_of(character: str) -> str:
    """The alphabet of a letter or mark: the first word of its Unicode name."""
    first = unicodedata.name(character, "?").split()[0]
    return "JAPANESE" if first in JAPANESE else first


def scripts_of(name: str) -> set[str]:
    return {
        script_of(character) for character in name if unicodedata.category(character)[0] in "LM"
    }


def skeleton(name: str) -> str:
    """What the name looks like: names that a reader could confuse have the same skeleton.

    Unicode's table of look-alikes (UTS 39) on top of NFKC; beyond it, case, accents, separators
    and digits that stand for letters do not count.
    """
    letters = unicodedata.normalize("NFKC", name[:LONGEST_INPUT])
    # Twice: a capital and its small letter resemble different letters of other alphabets.
    letters = look_alikes_folded(look_alikes_folded(letters).casefold())
    letters = unicodedata.normalize("NFKD", letters).casefold()
    letters = "".join(letter for letter in letters if letter.isalnum())
    letters = letters.translate(DIGITS_AS_LETTERS)
    for pair, look_alike in PAIRS:
        letters = letters.replace(pair, look_alike)
    return letters.replace("i", "l").replace("j", "l")[:LONGEST_SKELETON]


def look_alikes_folded(letters: str) -> str:
    prototypes = prototype_of()
    return "".join(prototypes.get(letter, letter) for letter in letters)


def is_reserved(name: str) -> bool:
    """Whether the name could be taken for the house itself, its staff or its machinery."""
    whole = skeleton(name)
    if any(skeleton(word) in whole for word in (*HOUSE, settings.SITE_NAME)):
        return True
    words = name.replace("-", " ").replace(".", " ").split()
    reserved = {skeleton(word) for word in HOUSE_WORDS}
    return whole in reserved or any(skeleton(word) in reserved for word in words)


@cache
def prototype_of() -> dict[str, str]:
    """Each look-alike letter with the letter that stands for its whole family.

    The package's table lists pairs in both directions: a family is a star, whose centre has many
    neighbours. Read on first use: only sign-ups need it.
    """
    table = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_bytes())
    neighbours = {
        letter: [other["c"].strip("\u200e") for other in others] for letter, others in table.items()
    }

    def centrality(text: str) -> tuple[int, bool, str]:
        return (len(neighbours.get(text, [])), text.isascii(), text)

    return {
        letter: max([letter, *others], key=centrality)
        for letter, others in neighbours.items()
        if len(letter) == 1
    }
