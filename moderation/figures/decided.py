"""What was decided, on which grounds, by whom, and what of it did not last?"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from moderation import laws, rulebook
from moderation.figures.medians import Median
from moderation.figures.periods import Period
from moderation.figures.tables import Row, Share, Table
from moderation.models import Decision

RESTRICTS = Q(measure__in=Decision.RESTRICTING)


@dataclass(frozen=True)
class Scope:
    """Whose decisions, and when; no moderator: the house's, those of checks included."""

    period: Period
    moderator: User | None = None

    @property
    def decisions(self) -> QuerySet[Decision]:
        """With `reversal`, the one that has taken it back until now."""
        # Without the condition PostgreSQL would read all decisions there ever were for these few.
        taken_back = FilteredRelation(
            "reversed_by", condition=Q(reversed_by__reverses__isnull=False)
        )
        within = Decision.objects.annotate(reversal=taken_back).filter(
            decided_at__gte=self.period.since, decided_at__lt=self.period.end
        )
        return within.filter(decided_by=self.moderator) if self.moderator else within


def measures(scope: Scope) -> Table:
    return Table(
        name="measures",
        title=_("Decisions"),
        note=_("What was decided. Reversed counts what has been taken back until now."),
        columns=[_("Measure"), _("Decisions"), _("By a check alone"), _("Reversed")],
        rows=[
            Row(
                str(Decision.Measure(found["measure"]).label),
                [found["count"], found["by_check"], found["reversed"]],
            )
            for found in _counted(scope, "measure")
        ],
        charted=(0,),
    )


def grounds(scope: Scope) -> Table:
    return Table(
        name="grounds",
        title=_("Grounds"),
        note=_("What the restricting decisions rest on."),
        columns=[
            _("Ground"),
            _("Decisions"),
            _("By a check alone"),
            _("Reversed"),
            _("Share reversed"),
        ],
        rows=[
            Row(
                laws.name_of(found["ground"])
                or rulebook.noun_of(found["ground"])
                or found["ground"],
                [
                    found["count"],
                    found["by_check"],
                    found["reversed"],
                    Share(found["reversed"], found["count"]),
                ],
            )
            for found in _counted(scope, "ground")
            if found["ground"]
        ],
        charted=(0,),
    )


def moderators(scope: Scope) -> Table:
    """Time: from a case's opening to his decision; what he took back of others is not counted."""
    people = (
        scope.decisions.filter(automated=False)
        .values("decided_by", name=F("decided_by__name"))
        .annotate(
            count=Count("pk"),
            restricting=Count("pk", filter=RESTRICTS),
            reversed=Count("reversal"),
            median=Median(F("decided_at") - F("case__opened_at"), filter=Q(reverses=None)),
        )
        .order_by("-count", "name")
    )
    return Table(
        name="moderators",
        title=_("Moderators"),
        note=_("The time is the median from a case's opening to the decision."),
        columns=[
            _("Name"),
            _("Decisions"),
            _("Restricting"),
            _("Reversed"),
            _("Share reversed"),
            _("Median time"),
        ],
        rows=[
            Row(
                found["name"],
                [
                    found["count"],
                    found["restricting"],
                    found["reversed"],
                    Share(found["reversed"], found["restricting"]),
                    found["median"],
                ],
                key=str(found["decided_by"]),
            )
            for found in people
        ],
        charted=(0,),
        is_of_people=True,
    )


def _counted(scope: Scope, by: str) -> QuerySet[Decision, dict[str, Any]]:
    """The most frequent first."""
    return (
        scope.decisions.values(by)
        .annotate(
            count=Count("pk"),
            by_check=Count("pk", filter=Q(automated=True)),
            reversed=Count("reversal"),
        )
        .order_by("-count", by)
    )
