"""How many cases come in and go out, how many wait, and how long?

On the desk in a period was what is open or was closed since it began: two indexes find it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, F, Func, Min, Q, TextField
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forum.models import Comment
from moderation.figures.medians import Median
from moderation.figures.periods import TODAY, Period
from moderation.figures.tables import Cell, Row, Table
from moderation.filtering import VIEWS
from moderation.models import Case, CaseQuerySet
from moderation.models.cases import KINDS, is_of_kind
from moderation.rows import check_label

TOOK = F("closed_at") - F("opened_at")


class Each(Func):
    """One row for each text of a JSON list."""

    function = "jsonb_array_elements_text"
    output_field = TextField()
    set_returning = True


def cases(period: Period) -> Table:
    """All, and by why they are here; a case that is here for two reasons counts in both rows."""
    wanted = {_("All cases"): Q(), **{str(VIEWS[kind]): is_of_kind(kind) for kind in KINDS}}
    sums, medians = {}, {}
    for place, among in enumerate(wanted.values()):
        for name, sum_ in _sums(period, among).items():
            sums[f"{name}_{place}"] = sum_
        medians[f"median_{place}"] = Median(TOOK, filter=among or None)
    found = on_desk(period).aggregate(**sums) | settled(period).aggregate(**medians)
    return Table(
        name="cases",
        title=_("Cases"),
        note=_(
            "What came in and went out, what waited at the end and for how long. The median is "
            "of cases that somebody has decided; of those whose author withdrew, nobody has."
        ),
        columns=[_("Why they are here"), *_columns()],
        rows=[Row(label, _cells(found, f"_{place}", period)) for place, label in enumerate(wanted)],
        charted=(2,),
    )


def course(period: Period) -> Table:
    """By day; of a single day by hour."""
    cases = on_desk(period)
    is_by_hour = period.name == TODAY
    step = ExtractHour if is_by_hour else TruncDate
    waiting = cases.filter(opened_at__lt=period.since).count()
    came = _counted(cases.filter(opened_at__gte=period.since), step("opened_at"))
    went = _counted(cases.filter(closed_at__lt=period.end), step("closed_at"))
    rows = []
    for moment in _hours(period) if is_by_hour else period.days:
        waiting += came.get(moment, 0) - went.get(moment, 0)
        label = date_format(moment, "d.m.") if isinstance(moment, date) else f"{moment:02}:00"
        rows.append(Row(label, [came.get(moment, 0), went.get(moment, 0), waiting]))
    return Table(
        name="course",
        title=_("By hour") if is_by_hour else _("By day"),
        note=_("Filled: what came in. Outlined: what went out."),
        columns=[_("From") if is_by_hour else _("Day"), *_columns()[:3]],
        rows=rows,
        charted=(0, 1),
        is_course=True,
    )


def checks(period: Period) -> Table:
    """Cases by the checks that objected; what nobody objected to is in no row."""
    medians = dict(
        settled(period)
        .annotate(name=Each("checks"))
        .values_list("name")
        .annotate(median=Median(TOOK))
    )
    counted: Any = on_desk(period).annotate(name=Each("checks")).values("name")
    counted = counted.annotate(**_sums(period))
    return Table(
        name="checks",
        title=_("Cases by check"),
        note=_(
            "Which check asked that a person reads the latest wording. Where several did, the "
            "case counts with each."
        ),
        columns=[_("Check"), *_columns()],
        rows=[
            Row(
                check_label(found["name"]),
                _cells(found | {"median": medians.get(found["name"])}, "", period),
            )
            for found in sorted(counted, key=lambda found: (-found["came"], found["name"]))
        ],
        charted=(0,),
    )


def on_desk(period: Period) -> CaseQuerySet:
    """Those that were open at some time of it."""
    return Case.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=period.since), opened_at__lt=period.end
    )


def settled(period: Period) -> CaseQuerySet:
    """Closed in it by a person: with what its author took back, nobody had anything to do."""
    closed = Case.objects.filter(closed_at__gte=period.since, closed_at__lt=period.end)
    return closed.exclude(comment__status=Comment.Status.WITHDRAWN)


def _sums(period: Period, among: Q | None = None) -> dict[str, Aggregate]:
    among = among or Q()
    waits = among & (Q(closed_at__isnull=True) | Q(closed_at__gte=period.end))
    return {
        "came": Count("pk", filter=among & Q(opened_at__gte=period.since)),
        "went": Count("pk", filter=among & Q(closed_at__lt=period.end)),
        "waiting": Count("pk", filter=waits),
        "oldest": Min("opened_at", filter=waits),
    }


def _columns() -> list[str]:
    return [_("In"), _("Out"), _("Waiting at the end"), _("Age of the oldest"), _("Median time")]


def _cells(found: Mapping[str, Any], suffix: str, period: Period) -> list[Cell]:
    oldest = found[f"oldest{suffix}"]
    return [
        found[f"came{suffix}"],
        found[f"went{suffix}"],
        found[f"waiting{suffix}"],
        period.seen_at - oldest if oldest else None,
        found[f"median{suffix}"],
    ]


def _counted(cases: CaseQuerySet, step: ExtractHour | TruncDate) -> dict[Any, int]:
    return dict(cases.annotate(step=step).values_list("step").annotate(Count("pk")))


def _hours(period: Period) -> range:
    """Of today as many as have begun."""
    is_over = period.end <= timezone.now()
    return range(24 if is_over else timezone.localtime().hour + 1)
