"""How does somebody who is signed in get a page that is nearly the same for all of them?

It is kept in the process as it was built for nobody in particular, as long as a public page would
be (docs/decisions/0031); what is his own is put in each time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import cast
from uuid import uuid4

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.models import User
from forum import overlay, rules
from forum.slots import fill_slots
from forum.states import State, current
from forum.views.answering import PRIVATE, Made, minute_of, shared
from forum.views.anybody import AnyReader, CommonPage, without_reader
from forum.views.memory import Memory

# Of each process; a page of fifty comments takes half a megabyte.
MEMORY_BYTES = 6_000_000
# What a comment takes beside its HTML, with its author, its parent and its text.
COMMENT_BYTES = 6_000
Page = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True)
class Kept:
    page: CommonPage
    made: Made

    @property
    def size(self) -> int:
        # Dashes and quotation marks make Python take two bytes for each letter.
        return 2 * len(self.page.html.html) + COMMENT_BYTES * len(self.page.shows["comments"])


_memory: Memory[Kept] = Memory(MEMORY_BYTES)


def answered(
    request: HttpRequest, page: Page, *of: State, order: str | None = None
) -> HttpResponse:
    """As shared() answers, and for whoever is signed in from what is kept.

    page: builds it for the person of the request that it gets. of: the states it is made from.
    order: in which discussions open for him, if he has chosen one.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        common = _common_page(request, page, of, order=order)
        if common:
            response = HttpResponse(common.html.filled(_fills(request, common)))
            response.headers["Cache-Control"] = PRIVATE
            return response
    return shared(request, partial(page, request), *of)


def _common_page(
    request: HttpRequest, page: Page, of: tuple[State, ...], *, order: str | None
) -> CommonPage | None:
    """None: it is not there, leads elsewhere, or is not for everybody."""
    address = request.get_full_path()
    key = (request.scheme, request.get_host(), address, order, get_language())
    # Asked before the page is: what changes in between makes it once more.
    mark = current(*of)
    if mark is None:
        return None
    made = Made(address, of, mark, minute_of(address))
    kept = _memory.get(key)
    if kept is None or kept.made != made:
        built = page(_of_anybody(request, order=order))
        if not isinstance(built, CommonPage):
            return None
        kept = Kept(built, made)
        _memory.keep(key, kept)
    return kept.page


def _of_anybody(request: HttpRequest, *, order: str | None) -> HttpRequest:
    """The same question, without a cookie, a session or anything else of who asks."""
    common = WSGIRequest(without_reader(request.META))
    common.user = AnyReader(order=order)
    return common


def _fills(request: HttpRequest, common: CommonPage) -> dict[str, str]:
    reader = cast(User, request.user)
    fills = {
        "reader-0": str(reader.pk),
        "submission-0": str(uuid4()),
        "bar-0": render_to_string("components/_bar_links.html", request=request),
        "messages-0": _messages(request, reader),
    }
    if common.html.has("token-0"):
        # Asking for it sends a cookie: only where a form needs it.
        fills["token-0"] = get_token(request)
    if common.writing:
        fills |= _write_box(request, reader, common, fills)
    if common.shows["discussion"]:
        fills |= overlay.fills_for(reader, **common.shows)
    if common.listed:
        fills |= overlay.fills_of_list(reader, common.listed)
    return fills


def _messages(request: HttpRequest, reader: User) -> SafeString:
    if reader.closing_at or len(get_messages(request)):
        return render_to_string("components/_messages.html", request=request)
    return _no_messages(get_language() or "")


@lru_cache
def _no_messages(_language: str) -> SafeString:
    return render_to_string("components/_messages.html")


def _write_box(
    request: HttpRequest, reader: User, common: CommonPage, fills: dict[str, str]
) -> dict[str, str]:
    """Anew for whom another sentence stands in its place than for everybody; its form is the common
    one, with the slots of that."""
    refusal = rules.reply_refusal(reader, common.writing["discussion"])
    if refusal == common.writing["refusal"]:
        return {}
    context = common.writing | {"refusal": refusal}
    html = render_to_string("forum/_write_box.html", context, request)
    return {"write-0": fill_slots(html, fills)}
