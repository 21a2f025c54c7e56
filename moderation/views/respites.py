"""What does the desk answer whoever takes a removal back in time?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from forum.answers import answering, sentence_of
from moderation import respites
from moderation.models import Respite
from moderation.views.desk import case_page
from moderation.views.guarding import moderator_required, see_other


@moderator_required
@answering("POST")
def undo(request: Any, pk: int) -> HttpResponse:
    respite = get_object_or_404(Respite.objects.select_related("case__comment"), pk=pk)
    try:
        case = respites.undo(respite, moderator=request.user)
    except ValidationError as error:
        messages.error(request, sentence_of(error))
        return case_page(request, respite.case_id, error=error)
    messages.success(request, _("Undone: it is as it was before, and yours to decide."))
    return see_other(case)
