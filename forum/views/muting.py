"""How does a reader hide somebody for himself, and show him again?"""

from typing import cast
from urllib.parse import unquote, urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from forum import rules
from forum.answers import SEE_OTHER, Request, answering, came_from, sentence_of, status_of
from forum.muting import MOST_MUTED, mute, unmute
from forum.views.comments import reader_or_404
from forum.views.discussions import is_number


@answering("GET", "POST")
def muting(request: Request, name: str) -> HttpResponse:
    """GET asks, and tells strangers what they need."""
    person = reader_or_404(name)
    if request.method != "POST" or not request.user.is_authenticated:
        return _page(request, person)
    try:
        mute(person, reader=request.user)
    except (PermissionDenied, ValidationError) as error:
        return _page(request, person, error=error)
    messages.success(request, _("You no longer see comments by %(name)s.") % {"name": person.name})
    return _back(request)


@answering("POST")
def withdrawal(request: Request, name: str) -> HttpResponse:
    person = reader_or_404(name)
    if not request.user.is_authenticated:
        return _page(request, person)
    if unmute(person, reader=request.user):
        messages.success(request, _("You see comments by %(name)s again.") % {"name": person.name})
    return _back(request)


@login_required
@answering("GET")
def muted(request: HttpRequest) -> HttpResponse:
    """Whom he has hidden, the last first; nobody else can know."""
    mutes = cast(User, request.user).mutes.select_related("muted").order_by("-pk")[:MOST_MUTED]
    return render(request, "forum/muted.html", {"mutes": mutes})


def _page(
    request: Request, person: User, *, error: PermissionDenied | ValidationError | None = None
) -> HttpResponse:
    refusal = sentence_of(error) if error else rules.mute_refusal(request.user, person)
    is_reader = request.user.is_authenticated
    context = {
        "person": person,
        "refusal": refusal,
        "is_muted": is_reader and request.user.mutes.filter(muted=person).exists(),
    }
    status = status_of(error) if error else (401 if request.method == "POST" else 200)
    return render(request, "forum/mute.html", context, status=status)


def _back(request: Request) -> HttpResponse:
    """To the comment on the page where the button stood; from the question to the list."""
    page, comment = came_from(request), request.POST.get("comment", "")
    if not page or unquote(urlsplit(page).path) == request.path:
        page = reverse("forum:muted")
    place = f"#comment-{comment}" if is_number(comment) else ""
    return HttpResponseRedirect(page + place, status=SEE_OTHER)
