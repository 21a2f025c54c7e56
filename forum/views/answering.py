"""How does a page answer: to which methods, kept by whom, and what if nothing has changed?"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from time import time
from typing import Any
from zlib import crc32

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from forum import overlay
from forum.answers import answering
from forum.models import Comment, Discussion
from forum.slots import fill_slots, without_slots
from forum.states import Mark, State, current
from forum.teasers import Teaser
from forum.views.anybody import NOTHING_OF_ANYBODY, WRITING, AnyReader, CommonPage
from forum.views.building import build

# A cache in front answers for a second, and for two more while it asks whether anything is new;
# when nobody answers it, for ten minutes: what was removed since must not be shown for longer.
PUBLIC = "public, max-age=0, s-maxage=1, stale-while-revalidate=2, stale-if-error=600"
# What is gone may come back, and what is not there yet may come.
NOT_THERE = "public, max-age=0, s-maxage=1"
PRIVATE = "private, no-store"
RENEWED_SECONDS = 60
# Where the request says what its page is made from, for whoever keeps it (config/serving.py).
MADE = "forum.made"

View = Callable[..., HttpResponse]


def read_only(view: View) -> View:
    """A page that nobody changes anything with: other methods get 405, with or without a token."""

    @csrf_exempt
    @answering("GET")
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "page" in request.GET:
            # Pages begin behind a cursor; numbers would need OFFSET.
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except BadRequest as refusal:
            return render(request, "refused.html", {"sentence": str(refusal)}, status=400)

    return answered


def page_with_comments(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    comments: Iterable[Comment],
    discussion: Discussion | None,
    with_roots: bool = False,
    opened: Comment | None = None,
    shown: User | None = None,
    sort: str = "",
    status: int = 200,
) -> HttpResponse:
    """The public page, with the slots of these comments filled for whoever is signed in.

    with_roots: the discussion begins here, so his own new threads stand on top. opened, shown: the
    comment or the person that the page is of. sort: the order of its threads.
    """
    shows: dict[str, Any] = {
        "comments": list(comments),
        "discussion": discussion,
        "with_roots": with_roots,
        "opened": opened,
        "shown": shown,
        "sort": sort,
    }
    if isinstance(request.user, AnyReader):
        html = render_to_string(template, context | NOTHING_OF_ANYBODY, request)
        writing = {name: context[name] for name in WRITING if name in context}
        return CommonPage(html, shows=shows, writing=writing)
    html = render_to_string(template, context, request)
    if request.user.is_authenticated and (discussion or shown or shows["comments"]):
        html = fill_slots(html, overlay.fills_for(request.user, **shows))
    return HttpResponse(html, status=status)


def with_news(request: HttpRequest, page: HttpResponse, teasers: Iterable[Teaser]) -> HttpResponse:
    """A page that lists articles, with how much of their discussions whoever is signed in has not
    read."""
    discussions = [teaser.discussion for teaser in teasers if teaser.discussion]
    if isinstance(page, CommonPage):
        page.listed = discussions
    elif request.user.is_authenticated:
        fills = overlay.fills_of_list(request.user, discussions)
        page.content = fill_slots(page.content.decode(), fills)
    return page


@dataclass(frozen=True)
class Made:
    """What a finished page was made from; whoever keeps it finds this in the request."""

    address: str
    states: tuple[State, ...]
    mark: Mark
    minute: int

    @property
    def tag(self) -> str:
        return _tag(self.address, self.states, self.mark, self.minute)


def shared(request: HttpRequest, page: Callable[[], HttpResponse], *states: State) -> HttpResponse:
    """The page, or 304 before anything is fetched when the reader has just this one already.

    states: what the page is made from (forum/states.py); without them the finished page is
    compared. What they leave out (names of readers, headlines beside comments, how long moderators
    mostly take) is asked anew every minute. What is not there is for page() to refuse.
    Whoever brings a session gets his own, which nobody keeps.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        response = page()
        response.headers["Cache-Control"] = PRIVATE
        return response
    address = request.get_full_path()
    # Asked before the page is: what changes in between is on it, and makes it once more.
    if mark := current(*states) if states else None:
        made = Made(address, states, mark, minute_of(address))
        request.META[MADE] = made
        tag, built = made.tag, None
    else:
        built = page()
        tag = _tag(address, built.content)
    response = get_conditional_response(request, etag=tag, response=built) or page()
    response.content = without_slots(response.content)
    response.headers["Cache-Control"] = NOT_THERE if response.status_code == 410 else PUBLIC
    response.headers["ETag"] = tag
    return response


def made_from(request: HttpRequest, *states: State) -> Mark | None:
    """What the states were worth when shared() asked; asked now where it did not."""
    made = request.META.get(MADE)
    return made.mark if made else current(*states)


def minute_of(address: str) -> int:
    """Begins at another second for each page, so that they are not all made at once."""
    return int(time() + crc32(address.encode()) % RENEWED_SECONDS) // RENEWED_SECONDS


def _tag(*known: object) -> str:
    digest = hashlib.blake2b(repr((build(), known)).encode(), digest_size=12)
    return f'W/"{digest.hexdigest()}"'
