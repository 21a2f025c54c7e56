"""What does every request have to keep to, and what does every answer carry?"""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.rules import is_newsroom
from config.reporting import ENDPOINTS
from forum.views.answering import NOT_THERE, PRIVATE

LONGEST_ADDRESS = 4_000
# A comment of 5,000 characters is 20 KB at most; the rest is room for the other fields.
LARGEST_BODY = 1_000_000
# The newsroom sends pictures. Twice what one may weigh: whoever is a little above reads the
# sentence at the field, with his text still there.
LARGEST_BODY_WITH_PICTURE = 20_000_000
ROUTES_WITH_PICTURE = {"forum:newsroom_write", "forum:newsroom_article"}

PERMISSIONS = "camera=(), microphone=(), geolocation=(), browsing-topics=()"

Answer = Callable[[HttpRequest], HttpResponse]


def headers(get_response: Answer) -> Answer:
    """Outermost, so that errors and static files carry the same set (security.md 2.2)."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Reporting-Endpoints", ENDPOINTS)
        # Safe by default: only a view that says otherwise may be kept by a cache.
        default = NOT_THERE if _is_not_there_for_anybody(request, response) else PRIVATE
        response.headers.setdefault("Cache-Control", default)
        if "public" in response.headers["Cache-Control"]:
            # Public pages are the same for everybody; nginx passes signed-in readers by.
            response.headers.pop("Vary", None)
            patch_vary_headers(response, ["Accept-Encoding"])
        if not _is_to_be_found(response):
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response

    return answer


class Policy(CSPMiddleware):
    """The library's, but for the answers that carry the policy of the settings and no other.

    It puts that together anew for each of them, which costs a tenth of a hot page.
    """

    @cached_property
    def usual(self) -> str:
        return build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if settings.DEBUG or "_csp_nonce" in vars(request) or is_marked(response):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.usual)
        return response


def is_marked(response: HttpResponseBase) -> bool:
    """Whether a view has changed its policy."""
    return any(name.startswith("_csp") for name in vars(response))


def _is_not_there_for_anybody(request: HttpRequest, response: HttpResponse) -> bool:
    """A front that lets one request a page through would let those who ask for what is not there
    wait for one another, if it could not answer all of them with that one."""
    return (
        response.status_code == 404
        and request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not response.cookies
    )


def _is_to_be_found(response: HttpResponse) -> bool:
    """Not by search: rooms of one reader, pages to write on, errors. A redirect is no page yet."""
    if 300 <= response.status_code < 400:
        return True
    return "public" in response.headers["Cache-Control"] and response.status_code < 400


def sound_requests(get_response: Answer) -> Answer:
    """Refuse what no reader's browser sends: endless addresses, huge bodies, bytes for text."""

    def answer(request: HttpRequest) -> HttpResponse:
        if len(request.get_full_path()) > LONGEST_ADDRESS:
            advice = _("Please shorten it, or begin anew on the front page.")
            return _refused(request, 414, _("This address is too long."), advice)
        if request.method not in {"POST", "PUT", "PATCH"}:
            return get_response(request)
        try:
            # Before a byte of it is read.
            if int(request.headers.get("Content-Length") or 0) > _largest_body(request):
                advice = _("Please go back and shorten it; what you wrote is still in its field.")
                return _refused(request, 413, _("That is too large."), advice)
        except ValueError:
            return _refused(request, 400, _("The request is not valid."))
        if not _is_text(request):
            return _refused(request, 400, _("What was entered is not valid text."))
        return get_response(request)

    return answer


def _largest_body(request: HttpRequest) -> int:
    """More for the newsroom alone, and only where it sends pictures."""
    if not is_newsroom(request.user):
        return LARGEST_BODY
    try:
        is_with_picture = resolve(request.path_info).view_name in ROUTES_WITH_PICTURE
    except Resolver404:
        return LARGEST_BODY
    return LARGEST_BODY_WITH_PICTURE if is_with_picture else LARGEST_BODY


def _is_text(request: HttpRequest) -> bool:
    """Django replaces what is not UTF-8 silently: a reader's words must not change like that."""
    if request.content_type == "application/x-www-form-urlencoded":
        raw = unquote_to_bytes(request.body.replace(b"+", b" "))
        try:
            raw.decode()
        except UnicodeDecodeError:
            return False
        return True
    try:
        sent = request.POST.lists()
    except (LookupError, UnicodeError):
        # It claims a character set that Python knows and that is none, like "hex".
        return False
    return not any("\ufffd" in value for values in sent for value in values[1])


def _refused(request: HttpRequest, status: int, sentence: str, advice: str = "") -> HttpResponse:
    advice = advice or _("Please go back, load the page again and try once more.")
    context = {"sentence": sentence, "advice": advice}
    return render(request, "refused.html", context, status=status)


def dressed_methods(get_response: Answer) -> Answer:
    """Words for Django's empty 405: a person gets it by going back to the address of a form."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        page = render(request, "405.html", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return answer
