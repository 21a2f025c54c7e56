"""Where do moderators go when no worker works?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from forum.answers import answering
from moderation import unread
from moderation.views.guarding import full_page, moderator_required, see_other


@moderator_required
@answering("GET", "POST")
def unread_texts(request: HttpRequest) -> HttpResponse:
    """How many texts wait to be checked, since when, and the oldest of them onto the desk."""
    if request.method == "POST":
        unread.bring_to_desk()
        return see_other(reverse("moderation:desk"))
    context = {
        "count": unread.unread().count(),
        "since": unread.waiting_since(),
        "at_once": unread.AT_ONCE,
    }
    return full_page(request, "moderation/unread.html", context)
