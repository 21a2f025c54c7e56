"""How does a moderator report a danger to somebody's life?"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.rules import is_senior
from forum.answers import answering
from moderation import police, rules
from moderation.measure_forms import DangerForm
from moderation.models import Decision
from moderation.views.guarding import full_page, moderator_required, put_into, see_other
from moderation.views.measures import found


@moderator_required
@answering("GET", "POST")
def danger(request: Any, pk: int) -> HttpResponse:
    """Why first: the evidence is shown once that is written down."""
    comment = found(pk)
    if refusal := rules.measure_refusal(request.user, comment):
        raise PermissionDenied(refusal)
    form = DangerForm(request.POST if request.method == "POST" else None)
    context = {"comment": comment, "form": form}
    page = "moderation/danger.html"
    if not form.is_bound:
        return full_page(request, page, context)
    if not form.is_valid():
        return full_page(request, page, context, status=422)
    try:
        decision = police.tell_police(comment, moderator=request.user, **form.cleaned_data)
    except ValidationError as error:
        put_into(form, error)
        return full_page(request, page, context, error=error)
    return see_other("moderation:evidence", decision.pk)


@moderator_required
@answering("GET")
def evidence(request: Any, pk: int) -> HttpResponse:
    """To be printed, or saved as a page."""
    decision = own_or_senior(request, pk)
    context = {"decision": decision, "evidence": police.evidence(decision)}
    return unkept(render(request, "moderation/evidence.html", context))


@moderator_required
@answering("GET")
def evidence_json(request: Any, pk: int) -> HttpResponse:
    decision = own_or_senior(request, pk)
    response = JsonResponse(
        police.evidence(decision), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response.headers["Content-Disposition"] = f'attachment; filename="report-{decision.pk}.json"'
    return unkept(response)


def own_or_senior(request: Any, pk: int) -> Decision:
    """Addresses and mail of a reader: for whoever has said why, and for seniors, but not for the
    one whom it is about."""
    reports = Decision.objects.filter(measure=Decision.Measure.TELL_POLICE).select_related(
        "text",
        "comment__author",
        "comment__parent",
        "comment__discussion__article",
        "comment__discussion__topic",
    )
    decision = get_object_or_404(reports, pk=pk)
    if decision.decided_by_id != request.user.pk and not is_senior(request.user):
        raise PermissionDenied(_("Only who has reported this and the senior moderators see it."))
    comment = decision.comment
    if comment and (refusal := rules.measure_refusal(request.user, comment)):
        raise PermissionDenied(refusal)
    return decision


def unkept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response
