"""What does a reader see who reports a comment?"""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.throttling import address_of
from forum.answers import answering
from forum.models import Comment
from moderation import flagging, misuse
from moderation.forms import FlagForm
from moderation.views.guarding import full_page, see_other


@answering("GET", "POST")
def flags(request: Any, pk: int) -> HttpResponse:
    comment = get_object_or_404(Comment.objects.readable().in_view(), pk=pk)
    form = FlagForm(request.POST if request.method == "POST" else None)
    refusal = flagging.refusal(request.user, comment)
    if not form.is_bound:
        return flag_page(request, comment, form, refusal)
    if refusal:
        return flag_page(request, comment, form, refusal, error=PermissionDenied(refusal))
    if not form.is_valid():
        return flag_page(request, comment, form, refusal, status=422)
    try:
        flagging.flag(
            comment, reader=request.user, address=address_of(request), **form.cleaned_data
        )
    except ValidationError as error:
        form.add_error(None, error)
        return flag_page(request, comment, form, refusal, error=error)
    return see_other("moderation:flags", pk)


def flag_page(
    request: HttpRequest, comment: Comment, form: FlagForm, refusal: str | None, **status: Any
) -> HttpResponse:
    """What was written stays there, also for whoever may not send it."""
    context = {
        "comment": comment,
        "form": form,
        "refusal": refusal,
        "earlier": flagging.flag_of(request.user, comment),
        "contact": settings.CONTACT_EMAIL,
        "policy": misuse.policy() if misuse.pause_of(request.user) else "",
    }
    return full_page(request, "moderation/flags.html", context, **status)
