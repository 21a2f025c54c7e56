"""What does a reader see when something went wrong?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# What people write at length, and what belongs to it. Nothing else is sent back: no password.
TEXTS = ["body", "explanation", "text"]
COMPANIONS = ["parent", "about", "submission_id", "reason", "measure", "ground", "revision"]


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
