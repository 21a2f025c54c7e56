"""What does the form of a case offer, by which key, and what does its button say then?"""

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from forum.models import Comment
from moderation import rulebook, rules
from moderation.models import Decision

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Measure = Decision.Measure
# No measure of its own: a removal, and a warning once it has taken effect.
REMOVE_AND_WARN = "remove_and_warn"
LAST_DIGIT = 9


class Offer(NamedTuple):
    label: "StrOrPromise"
    key: str
    button: "StrOrPromise"


OFFERS: dict[str, Offer] = {
    Measure.HIDE_PASSAGE: Offer(
        Measure.HIDE_PASSAGE.label, "b", _("Hide the passage and next case")
    ),
    Measure.WARN: Offer(Measure.WARN.label, "m", _("Warn and next case")),
    Measure.HOLD: Offer(Measure.HOLD.label, "h", _("Hold and next case")),
    Measure.KEEP_FORMER: Offer(
        Measure.KEEP_FORMER.label, "a", _("Keep the former wording and next case")
    ),
    Measure.REMOVE: Offer(Measure.REMOVE.label, "e", _("Remove and next case")),
    REMOVE_AND_WARN: Offer(_("remove and warn"), "v", _("Remove, warn and next case")),
}


def offers(comment: Comment, measures: list[Measure]) -> list[tuple[str, "StrOrPromise"]]:
    """Choices of the form, the mildest first; publishing has a button of its own."""
    names: list[str] = [measure.value for measure in measures if measure in OFFERS]
    if Measure.REMOVE in measures and rules.is_warnable(comment):
        names.append(REMOVE_AND_WARN)
    return [(name, OFFERS[name].label) for name in names]


def offer_of(measure: str) -> Offer | None:
    return OFFERS.get(measure)


def key_of_ground(code: str) -> str:
    """The number of the clause, by which moderators call it; "" for those beyond the keys."""
    clause = rulebook.held_lately().grounds.get(code)
    return str(clause.number) if clause and clause.number <= LAST_DIGIT else ""
