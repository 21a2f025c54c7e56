"""What does a reader see when something went wrong?"""

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

# What people write at length, and what belongs to it. Nothing else is sent back: no password.
TEXTS = ["body", "explanation", "text"]
COMPANIONS = [
    "parent", "about", "submission_id", "reason", "measure", "ground", "revision",
    # An article's; its picture is chosen once more.
    "kind", "kicker", "headline", "author_line", "topic", "related", "discussion_at",
    "picture_alt", "picture_caption", "picture_credit", "published_at", "seen",
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
    return render(request, "403_csrf.html", context, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page with the number under which the log has it. Asks nobody who reads: that may be broken.

    Rendered without the request, so that neither session nor database is touched.
    """
    context = {
        "SITE_NAME": settings.SITE_NAME,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
    }
    return HttpResponse(render_to_string("500.html", context), status=500)
