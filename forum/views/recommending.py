"""How does a reader recommend a comment, and take that back?"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.throttling import address_of
from forum import rules
from forum.answers import SEE_OTHER, Request, answer, answering, came_from, sentence_of
from forum.models import Comment
from forum.recommending import counting_from, recommend, take_back


@answering("GET", "POST")
def recommendation(request: Request, pk: int) -> HttpResponse:
    """GET is where the button leads strangers: it says what they need."""
    comment = _comment(pk)
    if not (request.method == "POST" and request.user.is_authenticated):
        return _page(request, comment)
    return _change(
        request,
        comment,
        recommended=True,
        change=lambda: recommend(comment, reader=request.user, address=address_of(request)),
    )


@answering("POST")
def withdrawal(request: Request, pk: int) -> HttpResponse:
    comment = _comment(pk)
    if not request.user.is_authenticated:
        return _page(request, comment)
    return _change(
        request,
        comment,
        recommended=False,
        change=lambda: take_back(comment, reader=request.user),
    )


def _comment(pk: int) -> Comment:
    readable = Comment.objects.readable()
    return get_object_or_404(readable.select_related("tally", "author", "discussion"), pk=pk)


def _change(
    request: Request, comment: Comment, *, recommended: bool, change: Callable[[], None]
) -> HttpResponse:
    try:
        change()
    except (PermissionDenied, ValidationError) as error:
        return _refused(request, comment, error)
    if request.htmx:
        counts_from = counting_from(request.user, now=timezone.now())
        context = {"comment": comment, "recommended": recommended, "counts_from": counts_from}
        return render(request, "forum/_recommended.html", context)
    return HttpResponseRedirect(_way_back(request, comment), status=SEE_OTHER)


def _page(request: Request, comment: Comment) -> HttpResponse:
    return answer(
        request,
        page="forum/recommendation.html",
        fragment="forum/_refusal.html",
        context={
            "comment": comment,
            "refusal": rules.recommendation_refusal(request.user, comment),
        },
        status=401 if request.method == "POST" else 200,
    )


def _refused(
    request: Request, comment: Comment, error: PermissionDenied | ValidationError
) -> HttpResponse:
    return answer(
        request,
        page="forum/recommendation.html",
        fragment="forum/_refusal.html",
        context={"comment": comment, "refusal": sentence_of(error)},
        error=error,
    )


def _way_back(request: Request, comment: Comment) -> str:
    """To the page the button stood on; browsers name it to the same site."""
    return f"{came_from(request) or comment.get_absolute_url()}#comment-{comment.pk}"
