"""How does a view answer: with the page or the fragment, and with which status?"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

STATUSES = {"conflict": 409, "gone": 410, "too_fast": 429}
UNPROCESSABLE = 422

View = Callable[..., HttpResponse]


def status_of(error: ValidationError | PermissionDenied) -> int:
    if isinstance(error, PermissionDenied):
        return 403
    return STATUSES.get(getattr(error, "code", None) or "", UNPROCESSABLE)


def sentence_of(error: ValidationError | PermissionDenied) -> str:
    return str(error) if isinstance(error, PermissionDenied) else " ".join(error.messages)


def answer(
    request: HttpRequest,
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
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            if request.method == "OPTIONS":
                return HttpResponse(headers={"Allow": ", ".join(allowed)})
            return view(request, *args, **kwargs)

        return answered

    return decorate
