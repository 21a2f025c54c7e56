"""How does a view answer: with the page or the fragment, and with which status?"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render

from accounts.redirects import leads_home
from forum.models import Comment

STATUSES = {"conflict": 409, "gone": 410, "too_fast": 429, "busy": 503}
UNPROCESSABLE = 422
SEE_OTHER = 303

# What middleware puts on a request (user, htmx) is known at run time only.
Request = Any
View = Callable[..., HttpResponse]


def status_of(error: ValidationError | PermissionDenied) -> int:
    if isinstance(error, PermissionDenied):
        return 403
    return STATUSES.get(getattr(error, "code", None) or "", UNPROCESSABLE)


def sentence_of(error: ValidationError | PermissionDenied) -> str:
    return str(error) if isinstance(error, PermissionDenied) else " ".join(error.messages)


def put_into(form: BaseForm, error: ValidationError | PermissionDenied) -> str | None:
    """Show the error at the text, or return the sentence that takes the place of the form.

    The latter where neither another text nor waiting helps: what was written can be copied.
    """
    if isinstance(error, PermissionDenied):
        return str(error)
    if error.code == "conflict" and not url_of(error):
        return sentence_of(error)
    form.add_error("body", error)
    return None


def url_of(error: ValidationError | PermissionDenied | None) -> str:
    """Where the error leads: to the comment that says the same."""
    return (getattr(error, "params", None) or {}).get("url", "")


def to_comment(comment: Comment) -> HttpResponse:
    """Where it stands now, for its author; after the last trace of it, to the discussion."""
    url = f"{comment.get_absolute_url()}#comment-{comment.pk}"
    if comment.status == Comment.Status.WITHDRAWN and not comment.is_listed:
        url = comment.discussion.get_absolute_url()
    return HttpResponseRedirect(url, status=SEE_OTHER)


def came_from(request: Request) -> str:
    """The page of ours on which the button stood, without the place in it; "" if unknown."""
    referer = request.headers.get("Referer", "").split("#")[0]
    return referer if leads_home(request, referer) else ""


def answer(
    request: Request,
    *,
    page: str,
    fragment: str,
    context: dict[str, Any],
    status: int = 200,
    error: ValidationError | PermissionDenied | None = None,
) -> HttpResponse:
    """The page, or to htmx the fragment that the page includes; the error sets the status."""
    response = render(
        request,
        fragment if getattr(request, "htmx", False) else page,
        context,
        status=status_of(error) if error else status,
    )
    if wait := (getattr(error, "params", None) or {}).get("retry_after"):
        response.headers["Retry-After"] = str(wait)
    return response


def answering(*methods: str) -> Callable[[View], View]:
    """Which methods a view knows; others get 405, and OPTIONS is told which they are."""
    allowed = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            if request.method == "OPTIONS":
                return HttpResponse(headers={"Allow": ", ".join(allowed)})
            return view(request, *args, **kwargs)

        return answered

    return decorate
