"""What does somebody see who gives notice of illegal content, with or without an account?"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode

from accounts.models import User
from accounts.throttling import address_of
from forum.answers import answering
from forum.models import Comment
from moderation import misuse, noticing
from moderation.models import Notice
from moderation.notice_forms import NoticeForm
from moderation.views.guarding import full_page, see_other


@answering("GET", "POST")
def notices(request: Any, pk: int) -> HttpResponse:
    comment = get_object_or_404(Comment.objects.readable().in_view(), pk=pk)
    reader = request.user if isinstance(request.user, User) else None
    posted = request.POST if request.method == "POST" else None
    form = NoticeForm(posted, comment=comment, reader=reader)
    refusal = noticing.refusal(request.user, comment)
    if not form.is_bound:
        return notice_page(request, comment, form, refusal)
    if refusal:
        return notice_page(request, comment, form, refusal, error=PermissionDenied(refusal))
    if not form.is_valid():
        return notice_page(request, comment, form, refusal, status=422)
    try:
        notice = noticing.give_notice(
            comment, reader=reader, address=address_of(request), **form.notice
        )
    except ValidationError as error:
        form.add_error(None, error)
        return notice_page(request, comment, form, refusal, error=error)
    # The key is for whoever has just sent the form, and is in the mail as well.
    return see_other(f"{notice.get_absolute_url()}?{urlencode({'key': noticing.key_of(notice)})}")


def notice_page(
    request: HttpRequest, comment: Comment, form: NoticeForm, refusal: str | None, **status: Any
) -> HttpResponse:
    """What was written stays there, also for whoever may not send it."""
    context = {
        "comment": comment,
        "form": form,
        "refusal": refusal,
        "policy": misuse.policy() if misuse.pause_of(request.user) else "",
    }
    response = full_page(request, "moderation/notices.html", context, **status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@answering("GET")
def notice(request: Any, pk: int) -> HttpResponse:
    """Reading it changes nothing: seen is what a moderator has claimed."""
    notice = get_object_or_404(Notice.objects.in_view(), pk=pk)
    if not noticing.is_readable(notice, reader=request.user, key=request.GET.get("key", "")):
        raise Http404
    context = {
        "notice": notice,
        "outcome": noticing.outcome(notice),
        "redress": noticing.redress(notice),
    }
    response = render(request, "moderation/notice.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
