"""What does a reader see to whom a suspension was announced?"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from forum.answers import answering
from moderation import suspending
from moderation.measure_forms import AnswerForm
from moderation.models import Hearing
from moderation.views.guarding import full_page, see_other


@answering("GET", "POST")
@login_required
def hearing(request: Any, pk: int) -> HttpResponse:
    """Read why, and answer: once, until it is decided."""
    found = get_object_or_404(Hearing.objects.in_view(), pk=pk)
    if found.reader_id != request.user.pk:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    context = {"hearing": found, "announcement": suspending.announcement(found), "form": form}
    page = "moderation/hearing.html"
    if not form.is_bound:
        return full_page(request, page, context)
    if not form.is_valid():
        return full_page(request, page, context, status=422)
    try:
        suspending.answer(found, reader=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return full_page(request, page, context, error=error)
    messages.success(request, _("Thank you. We read your answer before we decide."))
    return see_other(found)
