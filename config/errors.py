"""What does a reader see when something went wrong?"""

import sys
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

DatabaseAway = (OperationalError, InterfaceError)
RETRY_AFTER = 60  # seconds
# A front that keeps pages sends this, and then shows what it has (deploy/nginx.conf, "@kept").
FRONT_KEEPS = "HTTP_X_FRONT_KEEPS"
# What people write at length, and what belongs to it. Nothing else is sent back: no password.
TEXTS = ["body", "explanation", "text"]
COMPANIONS = [
    "parent", "about", "submission_id", "anyway", "reason", "measure", "ground", "revision",
    # An article's; its picture is chosen once more.
    "kind", "kicker", "headline", "author_line", "topic", "related", "discussion_at",
    "picture_alt", "picture_caption", "picture_credit", "is_without_picture", "published_at",
    "question", "asked", "seen",
]  # fmt: skip


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form once more, with its text and a fresh token: somebody wrote for an hour.

    Only for a form that our own page has sent, as browsers say themselves. What another site has
    made a reader send is shown, but he gets no button that would send it in his name.
    """
    page = "_csrf_failure.html" if getattr(request, "htmx", False) else "403_csrf.html"
    return render(request, page, kept_texts(request), status=403)


def kept_texts(request: HttpRequest) -> dict[str, Any]:
    """What a refused form was sent with, for the same form once more."""
    own_origin = f"{request.scheme}://{request.get_host()}"
    return {
        "path": request.path,
        "may_send_again": request.headers.get("Origin") == own_origin,
        "texts": [(name, request.POST[name]) for name in TEXTS if request.POST.get(name)],
        "companions": [(name, request.POST[name]) for name in COMPANIONS if name in request.POST],
    }


def server_error(request: HttpRequest) -> HttpResponse:
    """A page with the number under which the log has it; 503 when it is the database that is away.

    Then what somebody has written stands on it, to be sent again. Rendered without the request, so
    that neither session nor database is touched.
    """
    if isinstance(sys.exception(), DatabaseAway):
        return _away(request)
    return HttpResponse(render_to_string("500.html", _of_the_failure()), status=500)


def _away(request: HttpRequest) -> HttpResponse:
    context = _of_the_failure()
    page = "503.html"
    if request.method == "POST":
        context |= kept_texts(request) | {"csrf_token": get_token(request)}
        # A box that a script has sent is replaced by a box.
        page = "_away.html" if "HX-Request" in request.headers else page
    response = HttpResponse(render_to_string(page, context), status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    if request.method in {"GET", "HEAD"} and FRONT_KEEPS in request.META:
        response.headers["X-Accel-Redirect"] = "@kept"
    return response


def _of_the_failure() -> dict[str, Any]:
    return {
        "SITE_NAME": settings.SITE_NAME,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
    }
