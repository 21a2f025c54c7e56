"""What do templates say about a ground or a check, of which they know the code only?"""

from collections.abc import Iterable

from django import template

from forum.models import Comment
from moderation.grounds import GROUNDS
from moderation.models import Decision
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


@register.simple_tag
def reasons_for(comments: Iterable[Comment]) -> dict[int | None, Decision]:
    """Comment id -> the last decision against it, whose reasons its author may read; one query."""
    against = (
        Decision.objects.filter(
            comment__in=[comment.pk for comment in comments],
            measure__in=[Decision.Measure.REMOVE, Decision.Measure.KEEP_FORMER],
        )
        .order_by("comment_id", "-id")
        .distinct("comment_id")
    )
    return {decision.comment_id: decision for decision in against}


@register.filter
def of_comment(decisions: dict[int | None, Decision], comment: Comment) -> Decision | None:
    return decisions.get(comment.pk)
