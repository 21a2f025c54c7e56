"""What does the desk answer about a discussion?"""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from forum.answers import answering
from forum.models import Discussion
from moderation import leading
from moderation.measure_forms import DiscussionMeasureForm
from moderation.models import Decision
from moderation.views.guarding import (
    carried_out,
    full_page,
    moderator_required,
)

LATEST = 20


@moderator_required
@answering("GET", "POST")
def discussion(request: Any, pk: int) -> HttpResponse:
    """How it stands, what was decided about it, and a form to change it with a reason."""
    found = get_object_or_404(Discussion.objects.select_related("article", "topic"), pk=pk)
    form = DiscussionMeasureForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return discussion_page(request, found, form)
    return carried_out(
        request,
        form,
        lambda sent: leading.decide_about_discussion(found, moderator=request.user, **sent),
        page=partial(discussion_page, request, found, form),
        back=("moderation:discussion", pk),
    )


def discussion_page(
    request: Any, found: Discussion, form: DiscussionMeasureForm, **status: Any
) -> HttpResponse:
    decisions = Decision.objects.filter(discussion=found).select_related("decided_by", "text")
    context = {
        "discussion": found,
        "form": form,
        "decisions": decisions.order_by("-pk")[:LATEST],
    }
    return full_page(request, "moderation/discussion.html", context, **status)
