"""Which counts does the yearly report of the Digital Services Act ask for (art. 15, 23, 24)?

Orders of authorities and disputes out of court are not handled here, so nothing counts them.
"""

from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from moderation.figures.decided import RESTRICTS, Scope
from moderation.figures.medians import Median
from moderation.figures.periods import Period
from moderation.figures.tables import Cell, Row, Table
from moderation.models import Appeal, Caution, Decision, Notice, Outcome

Measure, Origin = Decision.Measure, Decision.Origin
OWN_INITIATIVE = Q(origin__in=[Origin.OWN, Origin.CHECK])


def transparency(period: Period) -> Table:
    notices, decided, appeals = _notices(period), _decided(period), _appeals(period)
    wanted: list[tuple[str, Cell, Cell]] = [
        (_("Notices of illegal content received (art. 16)"), notices["received"], None),
        (_("… from trusted flaggers (art. 22)"), notices["trusted"], None),
        (_("… decided"), notices["decided"], notices["median"]),
        (_("… with a measure taken"), notices["upheld"], None),
        (_("Restrictions with a statement of reasons (art. 17)"), decided["restricting"], None),
        (_("… on our own initiative"), decided["own"], None),
        (_("… decided by a check alone"), decided["by_check"], None),
        (_("… and of these reversed until now"), decided["by_check_reversed"], None),
        (_("Appeals answered (art. 20)"), appeals["answered"], appeals["median"]),
        (_("… and the decision reversed"), appeals["overturned"], None),
        (_("Readers suspended (art. 23(1))"), decided["suspended"], None),
        (_("Readers paused from reporting (art. 23(2))"), _pauses(period), None),
        (_("Suspicions told to the police (art. 18)"), decided["police"], None),
    ]
    return Table(
        name="transparency",
        title=_("For the transparency report"),
        note=_(
            "Counts of the Digital Services Act. Orders of authorities and disputes out of court "
            "are not handled here; please add them."
        ),
        columns=[_("What"), _("Count"), _("Median time")],
        rows=[Row(label, cells) for label, *cells in wanted],
    )


def _notices(period: Period) -> dict[str, Any]:
    """Two looks, each by its index: what came in, and what was decided."""
    received = Notice.objects.filter(received_at__gte=period.since, received_at__lt=period.end)
    decided = Notice.objects.filter(decided_at__gte=period.since, decided_at__lt=period.end)
    return received.aggregate(
        received=Count("pk"), trusted=Count("pk", filter=Q(trusted_flagger__isnull=False))
    ) | decided.aggregate(
        decided=Count("pk"),
        upheld=Count("pk", filter=Q(outcome=Outcome.UPHELD)),
        median=Median(F("decided_at") - F("received_at")),
    )


def _decided(period: Period) -> dict[str, Any]:
    by_check = RESTRICTS & Q(automated=True)
    return Scope(period).decisions.aggregate(
        restricting=Count("pk", filter=RESTRICTS),
        own=Count("pk", filter=RESTRICTS & OWN_INITIATIVE),
        by_check=Count("pk", filter=by_check),
        by_check_reversed=Count("reversal", filter=by_check),
        suspended=Count("pk", filter=Q(measure=Measure.SUSPEND)),
        police=Count("pk", filter=Q(measure=Measure.TELL_POLICE)),
    )


def _appeals(period: Period) -> dict[str, Any]:
    """Each is answered with a decision, whose index knows the time."""
    answers = Scope(period).decisions.filter(answered_appeal__isnull=False)
    overturned = Q(answered_appeal__outcome=Appeal.Outcome.OVERTURNED)
    return answers.aggregate(
        answered=Count("pk"),
        overturned=Count("pk", filter=overturned),
        median=Median(F("decided_at") - F("answered_appeal__made_at")),
    )


def _pauses(period: Period) -> int:
    within = Caution.objects.pauses().filter(
        cautioned_at__gte=period.since, cautioned_at__lt=period.end
    )
    return within.count()
