"""What does a reader see when something went wrong?"""

import sys

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

DatabaseAway = (OperationalError, InterfaceError)
RETRY_AFTER = 60  # seconds
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
    own_origin = f"{request.scheme}://{request.get_host()}"
    context = {
        "may_send_again": request.headers.get("Origin") == own_origin,
        "texts": [(name, request.POST[name]) for name in TEXTS if request.POST.get(name)],
        "companions": [(name, request.POST[name]) for name in COMPANIONS if name in request.POST],
    }
    page = "_csrf_failure.html" if getattr(request, "htmx", False) else "403_csrf.html"
    return render(request, page, context, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page with the number under which the log has it; 503 when it is the database that is away.

    Rendered without the request, so that neither session nor database is touched.
    """
    status = 503 if isinstance(sys.exception(), DatabaseAway) else 500
    context = {
        "SITE_NAME": settings.SITE_NAME,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
    }
    response = HttpResponse(render_to_string(f"{status}.html", context), status=status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
