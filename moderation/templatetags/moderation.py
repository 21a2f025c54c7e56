"""What do templates say about a ground or a check, of which they know the code only?"""

from django import template

from moderation.grounds import GROUNDS
from moderation.reading import check_label

register = template.Library()
register.filter("check_label", check_label)


@register.filter
def ground_noun(code: str) -> str:
    """The short noun that a tombstone names: "personal attack"."""
    return str(GROUNDS[code].noun) if code in GROUNDS else ""


@register.filter
def ground_clause(code: str) -> int | str:
    """The clause's number, as in /netiquette/#punkt-2."""
    return GROUNDS[code].clause if code in GROUNDS else ""
