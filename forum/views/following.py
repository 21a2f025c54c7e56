"""How does a reader follow a discussion, and where does he see what is new in those?"""

from typing import cast
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from forum import rules
from forum.answers import SEE_OTHER, Request, answering, came_from, sentence_of, status_of
from forum.following import follow, followed_by, unfollow
from forum.models import Discussion
from forum.views.discussions import discussion_or_404


@answering("GET", "POST")
def following(request: Request, pk: int) -> HttpResponse:
    """GET asks, and tells strangers what they need."""
    discussion = discussion_or_404(pk)
    if request.method != "POST" or not request.user.is_authenticated:
        return _page(request, discussion)
    try:
        follow(discussion, reader=request.user)
    except (PermissionDenied, ValidationError) as error:
        return _page(request, discussion, error=error)
    return _changed(request, discussion, is_followed=True)


@answering("POST")
def withdrawal(request: Request, pk: int) -> HttpResponse:
    discussion = discussion_or_404(pk)
    if not request.user.is_authenticated:
        return _page(request, discussion)
    unfollow(discussion, reader=request.user)
    return _changed(request, discussion, is_followed=False)


@login_required
@answering("GET")
def followed(request: HttpRequest) -> HttpResponse:
    follows = followed_by(cast(User, request.user))
    return render(request, "forum/followed.html", {"follows": follows})


def _changed(request: Request, discussion: Discussion, *, is_followed: bool) -> HttpResponse:
    if request.htmx:
        context = {"discussion_id": discussion.pk, "is_followed": is_followed}
        return render(request, "components/_follow.html", context)
    page = came_from(request)
    if not page or urlsplit(page).path == reverse("forum:following", args=[discussion.pk]):
        page = discussion.get_absolute_url()
    return HttpResponseRedirect(page, status=SEE_OTHER)


def _page(
    request: Request,
    discussion: Discussion,
    *,
    error: PermissionDenied | ValidationError | None = None,
) -> HttpResponse:
    is_reader = request.user.is_authenticated
    context = {
        "discussion": discussion,
        "refusal": (
            sentence_of(error) if error else rules.follow_refusal(request.user, discussion)
        ),
        "is_followed": is_reader and request.user.follows.filter(discussion=discussion).exists(),
    }
    status = status_of(error) if error else (401 if request.method == "POST" else 200)
    template = "forum/_following.html" if request.htmx else "forum/following.html"
    return render(request, template, context, status=status)
