"""How many characters does a reader see in a text?"""

import unicodedata

ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)
_HANGUL_VOWELS_AND_TAILS = range(0x1160, 0x1200)
_JOINING_CATEGORIES = {"Mn", "Me", "Mc"}


def count_characters(text: str) -> int:
    """User-perceived characters, as the counter in the browser (Intl.Segmenter) shows them.

    The part of Unicode's UAX 29 that people write: an emoji with skin tone, a family, a flag and a
    letter with its accents are one each. Conjuncts of Indic scripts are counted letter by letter.
    """
    count = 0
    before = ""
    flag_is_open = False
    for character in text:
        code = ord(character)
        if code in _REGIONAL_INDICATORS:
            count += not flag_is_open
            flag_is_open = not flag_is_open
            before = character
            continue
        flag_is_open = False
        if not (before and _belongs_to(character, code, before)):
            count += 1
        before = character
    return count


def _belongs_to(character: str, code: int, before: str) -> bool:
    if code < 0x300 or before == "\n":
        return False
    category = unicodedata.category(character)
    return (
        character in {ZERO_WIDTH_JOINER, "\u200c"}
        # Only pictures are joined; a letter after a joiner is a letter of its own.
        or (before == ZERO_WIDTH_JOINER and category == "So")
        or code in _SKIN_TONES
        or code in _TAGS
        or code in _HANGUL_VOWELS_AND_TAILS
        or category in _JOINING_CATEGORIES
    )
