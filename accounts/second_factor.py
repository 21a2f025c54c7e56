"""Does whoever works for the paper sign in with a second factor?"""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

# Where one sets it up, signs out, or changes the address.
OPEN = "/account/"


class StaffSecondFactor:
    """Send staff without one to the page where it is set up, whatever they came for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.STAFF_SECOND_FACTOR or request.path.startswith(OPEN):
            return self.get_response(request)
        # Anonymous readers' pages must not touch the session: they would vary on the cookie.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated or not user.is_staff or is_mfa_enabled(user):
            return self.get_response(request)
        return answer_with_activation(request)


def answer_with_activation(request: HttpRequest) -> HttpResponse:
    page = reverse("mfa_activate_totp")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    return HttpResponseRedirect(page)
