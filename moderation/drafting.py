"""What would an author be sent, were the case decided as its form stands?"""

from typing import Any

from django.utils.translation import gettext as _

from forum.models import Revision
from moderation import rulebook, statements
from moderation.deciding import origin_of
from moderation.models import Case, Decision, DecisionText
from moderation.offering import REMOVE_AND_WARN
from moderation.remarking import what_is_hidden

Measure = Decision.Measure


def letters_for(
    case: Case,
    *,
    measure: str,
    revision: Revision,
    ground: str,
    explanation: str,
    passage: str = "",
    **_others: Any,
) -> list[statements.Statement]:
    """In the order in which they are sent; nothing is recorded. No query if the case comes from
    Case.objects.in_view() and the house rules are known."""
    measures = [Measure.REMOVE, Measure.WARN] if measure == REMOVE_AND_WARN else [Measure(measure)]
    facts = what_is_hidden(passage) if measure == Measure.HIDE_PASSAGE else ""
    drafts = []
    for each in measures:
        decision = Decision(
            case=case,
            comment=case.reviewed_comment,
            revision=revision,
            reader=case.reviewed_comment.author,
            measure=each,
            ground=ground,
            rules_version=rulebook.held_lately().version,
            origin=origin_of(case),
        )
        explained = explanation.strip() or _("(your reasons)")
        decision.text = DecisionText(facts=facts, explanation=explained)
        drafts.append(statements.statement(decision))
    return drafts
