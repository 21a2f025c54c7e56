"""How does a moderator report a danger to somebody's life?"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from forum.answers import answering
from moderation import police, rules
from moderation.measure_forms import DangerForm
from moderation.models import Decision
from moderation.views.guarding import full_page, moderator_required, put_into
from moderation.views.measures import found


@moderator_required
@answering("GET", "POST")
def danger(request: Any, pk: int) -> HttpResponse:
    """Why first, each time: the evidence has no address of its own, so that one reason opens it
    once and whoever looks again is in the log again."""
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
    response = as_file(decision) if "file" in request.POST else as_page(request, decision)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def as_page(request: Any, decision: Decision) -> HttpResponse:
    """To be printed, or saved."""
    context = {"decision": decision, "evidence": police.evidence(decision)}
    return render(request, "moderation/evidence.html", context)


def as_file(decision: Decision) -> HttpResponse:
    evidence = police.evidence(decision)
    response = JsonResponse(evidence, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = f'attachment; filename="report-{decision.pk}.json"'
    return response
