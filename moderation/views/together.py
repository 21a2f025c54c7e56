"""What does the desk answer whoever decides several cases at once?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import ngettext

from forum.answers import answering
from forum.views.discussions import is_number
from moderation import queue, reading
from moderation.deciding import latest_revision
from moderation.filter_forms import FilterForm
from moderation.models import Case, CaseQuerySet
from moderation.rows import rows_of
from moderation.similar import similar_to
from moderation.together import AT_MOST, decide_together
from moderation.together_forms import TogetherForm
from moderation.views.guarding import full_page, moderator_required, put_into, see_other


@moderator_required
@answering("GET", "POST")
def together(request: Any) -> HttpResponse:
    if request.method == "GET":
        return together_page(request, TogetherForm())
    form = TogetherForm(request.POST)
    if not form.is_valid():
        return together_page(request, form, status=422)
    try:
        count = decide_together(moderator=request.user, **form.cleaned_data)
    except (ValidationError, PermissionDenied) as error:
        put_into(form, error)
        if form.has_error(NON_FIELD_ERRORS, "too_many"):
            return together_page(request, form, status=400)
        return together_page(request, form, error=error)
    done = ngettext("%(count)s case decided.", "%(count)s cases decided.", count)
    messages.success(request, done % {"count": count})
    return see_other("moderation:desk")


def together_page(request: Any, form: TogetherForm, **status: Any) -> HttpResponse:
    """What can be chosen: the first fifty of a view, a case (`like`) and what says nearly the same,
    or after a refusal what had been chosen."""
    chosen = FilterForm(request.GET).chosen
    like = request.GET.get("like", "")
    is_like = is_number(like) and not form.is_bound
    if form.is_bound and form.named:
        cases, most = Case.objects.open().filter(pk__in=form.named), 2 * AT_MOST
    elif is_like:
        cases, most = alike(int(like)), AT_MOST
    else:
        free = queue.takeable(request.user, among=chosen.cases(request.user), besides=None)
        cases, most = free.filter(reader__isnull=True), AT_MOST
    rows = rows_of(cases.most_urgent_first().values_list("pk", flat=True)[:most])
    wordings = reading.latest_revisions(row.comment_id for row in rows)
    ticked = form.named if form.is_bound else [row.pk for row in rows if is_like]
    choices = [(row, wordings[row.comment_id]) for row in rows if row.comment_id]
    context = {"choices": choices, "ticked": ticked, "form": form, "query": chosen.query}
    return full_page(request, "moderation/together.html", context | {"most": AT_MOST}, **status)


def alike(case_id: int) -> CaseQuerySet:
    """That case, and the open ones of texts that are nearly the same."""
    case = get_object_or_404(Case.objects.open().filter(reader__isnull=True).in_view(), pk=case_id)
    found = similar_to(latest_revision(case.reviewed_comment))
    return Case.objects.open().filter(comment__in=[case.comment, *(one.comment for one in found)])
