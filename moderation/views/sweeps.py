"""What does the desk answer to whoever stops a removal of many?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from forum.answers import answering, sentence_of
from moderation import sweeping
from moderation.models import Sweep
from moderation.views.guarding import moderator_required, see_other
from moderation.views.measures import found, measures_page
from moderation.views.readers import reader_page


@moderator_required
@answering("POST")
def stop(request: Any, pk: int) -> HttpResponse:
    """Leads to where it was ordered."""
    sweep = get_object_or_404(Sweep.objects.select_related("author"), pk=pk)
    try:
        sweeping.stop(sweep, moderator=request.user)
    except ValidationError as error:
        messages.error(request, sentence_of(error))
        if sweep.author:
            return reader_page(request, sweep.author, error=error)
        return measures_page(request, found(sweep.branch_id), error=error)
    messages.success(request, _("Stopped: what had not been removed stays."))
    if sweep.author:
        return see_other("moderation:reader", sweep.author.name)
    return see_other("moderation:measures", sweep.branch_id)
