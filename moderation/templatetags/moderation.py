"""What do templates say about a ground or a check, of which they know the code only?"""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_senior
from forum.models import Comment, Revision
from moderation import differences, laws, offering, pages, quoting, rulebook, written
from moderation.models import Appeal, AppealQuerySet, Case, Decision, Hearing
from moderation.queue import Reason
from moderation.rows import Row, check_label

register = template.Library()
register.filter("check_label", check_label)
# The short noun of a ground: "personal attack".
register.filter("ground_noun", rulebook.noun_of)


@register.filter
def ground_name(ground: str) -> str:
    """For colleagues: of a law its name with the paragraphs."""
    return laws.name_of(ground) or rulebook.noun_of(ground)


# A page of the house: its text as HTML.
register.filter("house_text", pages.rendered)
# The last twenty comments of a reader, with their wordings; one query.
register.simple_tag(written.latest_of)
register.filter("is_senior", is_senior)
register.simple_tag(differences.difference_of)
# Which key chooses a ground.
register.filter("ground_key", offering.key_of_ground)
# What the form says of a measure: label, key, button.
register.filter("offer", offering.offer_of)


@register.simple_tag(takes_context=True)
def line(context: Context, row: Row) -> SafeString:
    """One line of the list."""
    shown = context.get("file")
    return _line(
        row,
        query=context.get("query", ""),
        is_chosen=shown is not None and shown.case.pk == row.pk,
        is_own=row.claimant_id == context["user"].pk,
        language=get_language(),
    )


@lru_cache(maxsize=500)
def _line(row: Row, *, query: str, is_chosen: bool, is_own: bool, language: str) -> SafeString:
    """Follows from the arguments alone: fifty lines were half of what the list cost."""
    said = {"row": row, "query": query, "is_chosen": is_chosen, "is_own": is_own}
    return render_to_string("moderation/_row.html", said)


@register.filter
def broken_clause(comment: Comment) -> rulebook.Broken | None:
    """Which clause a removed comment broke: as it was worded then, and where that can be read."""
    if comment.status != Comment.Status.REMOVED:
        return None
    return rulebook.broken_clause(laws.clause_for(comment.removal_ground), at=comment.removed_at)


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


@register.simple_tag
def open_hearing(reader: User) -> Hearing | None:
    """What he can still answer to."""
    return reader.hearings.open().first()


@register.filter
def of_comment(decisions: dict[int | None, Decision], comment: Comment) -> Decision | None:
    return decisions.get(comment.pk)


@register.simple_tag
def replies_quoting(comment: Comment, revision: Revision, viewer: User) -> list[Revision]:
    """Which of its replies quote that wording; no query where it has none."""
    if not comment.tally.reply_count:
        return []
    return quoting.replies_quoting(revision, viewer=viewer)


@register.filter
def in_share_of(removals: int, author: User) -> str:
    """Of all that readers have seen of his: "1,1 %"; "" of nothing."""
    if not removals:
        return ""
    share = 100 * removals / (author.published_count + removals)
    return _("%(share)s %%") % {"share": number_format(share, 1)}


@register.filter
def waiting_appeals(case: Case) -> AppealQuerySet:
    """No query for cases that no appeal has opened."""
    if Reason.APPEAL not in case.reasons:
        return Appeal.objects.none()
    return Appeal.objects.waiting().filter(case=case)
