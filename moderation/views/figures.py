"""What does the desk tell of its work, and to whom?"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.rules import is_senior
from forum.answers import answering
from moderation import rules
from moderation.figure_forms import FiguresForm
from moderation.figures.charts import Chart, chart_of
from moderation.figures.decided import Scope
from moderation.figures.periods import LABELS, USUAL
from moderation.figures.spreadsheets import as_csv
from moderation.figures.tables import Table
from moderation.figures.telling import makers, tables
from moderation.models import Decision
from moderation.views.guarding import full_page, moderator_required

PRIVATE = "private, no-store"


@dataclass(frozen=True)
class Shown:
    table: Table
    chart: Chart | None


@moderator_required
@answering("GET")
def figures(request: Any) -> HttpResponse:
    form = asked(request)
    context: dict[str, Any] = {
        "form": form,
        "labels": LABELS,
        "period": form["period"].value() or USUAL,
        "kept": query_of(form, "moderator", *(["until"] if form.is_valid() else [])),
        "is_senior": is_senior(request.user),
    }
    if form.is_valid():
        scope = scope_of(request, form)
        context |= {
            "scope": scope,
            "shown": [Shown(table, chart_of(table)) for table in tables(scope)],
            "query": query_of(form, "period", "moderator", "until"),
            "whole_house": query_of(form, "period", "until"),
        }
    status = 200 if form.is_valid() else 400
    response = full_page(request, "moderation/figures.html", context, status=status)
    response.headers["Cache-Control"] = PRIVATE
    return response


@moderator_required
@answering("GET")
def export(request: Any, table: str) -> HttpResponse:
    """One table, for a spreadsheet."""
    if refusal := rules.senior_refusal(request.user):
        raise PermissionDenied(refusal)
    form = asked(request)
    if not form.is_valid():
        return HttpResponseBadRequest(" ".join(map(str, form.errors["until"])))
    scope = scope_of(request, form)
    make = makers(scope).get(table)
    if make is None:
        raise Http404
    period = scope.period
    name = f"moderation-{table}-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}.csv"
    return HttpResponse(
        as_csv(make(scope)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": PRIVATE,
        },
    )


def asked(request: HttpRequest) -> FiguresForm:
    """Raises Http404 for what only a forged link asks for."""
    form = FiguresForm(request.GET)
    if {"period", "moderator"} & form.errors.keys():
        raise Http404
    return form


def scope_of(request: Any, form: FiguresForm) -> Scope:
    """Whoever may not see the house's figures sees his own, unless he asks for another's."""
    wanted = form.cleaned_data["moderator"]
    if wanted is None and not is_senior(request.user):
        wanted = request.user.pk
    if refusal := rules.figures_refusal(request.user, of=wanted):
        raise PermissionDenied(refusal)
    if wanted is None:
        return Scope(form.chosen)
    has_decided = Exists(Decision.objects.filter(decided_by=OuterRef("pk")))
    people = User.objects.filter(Q(is_staff=True) | has_decided)
    return Scope(form.chosen, get_object_or_404(people, pk=wanted))


def query_of(form: FiguresForm, *names: str) -> str:
    """Of what was asked for, to go on with; "" or "period=30&until=2026-11-28"."""
    sent = {name: form[name].value() for name in names}
    return urlencode({name: value for name, value in sent.items() if value})
