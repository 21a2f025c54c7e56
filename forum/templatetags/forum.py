"""What do templates say about comments that their context cannot carry?"""

from collections.abc import Iterable

from django import template

from accounts import rules
from forum import markup, ranking, stamping, waiting
from forum.filters import FILTERS, Filter

register = template.Library()

# Stored HTML of a comment, as forum.markup made it.
register.filter("shown", markup.shown)
# The same, with what was found in it.
register.filter("marked", markup.marked)
register.filter("comment_html", stamping.comment_html)
register.filter("comment_alone", stamping.comment_alone_html)
register.filter("is_long", markup.is_long)
register.filter("short_duration", waiting.short_duration)
register.filter("is_moderator", rules.is_moderator)
register.filter("is_newsroom", rules.is_newsroom)
# A fragment that says the same but for the ids and numbers that it is given.
register.simple_tag(stamping.stamped)


@register.simple_tag
def all_filters() -> Iterable[Filter]:
    return FILTERS.values()


@register.filter
def told(count: int) -> int:
    """Recommendations as readers see them: a few say nothing yet."""
    return count if count >= ranking.FEW else 0
