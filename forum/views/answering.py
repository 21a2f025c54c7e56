"""How does a page answer: to which methods, kept by whom, and what if nothing has changed?"""

import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from time import time
from typing import Any

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
from forum.markup import fill_slots, replace_comments
from forum.models import Comment, Discussion
from forum.teasers import Teaser
from forum.views.building import build

# A cache in front answers for a second, and for two more while it asks whether anything is new.
PUBLIC = "public, max-age=0, s-maxage=1, stale-while-revalidate=2"
PRIVATE = "private, no-store"
RENEWED_SECONDS = 60

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
    html = render_to_string(template, context, request)
    if request.user.is_authenticated:
        comments = list(comments)
        fills = overlay.fills_for(
            request.user, comments, discussion=discussion, opened=opened, shown=shown, sort=sort
        )
        if discussion:
            fills |= overlay.waiting_fills(
                request.user, discussion, comments, with_roots=with_roots
            )
        html = replace_comments(fill_slots(html, fills), fills)
    return HttpResponse(html, status=status)


def with_news(request: HttpRequest, page: HttpResponse, teasers: Iterable[Teaser]) -> HttpResponse:
    """A page that lists articles, with how much of their discussions whoever is signed in has not
    read."""
    if request.user.is_authenticated:
        discussions = [teaser.discussion for teaser in teasers if teaser.discussion]
        fills = overlay.fills_of_list(request.user, discussions)
        page.content = fill_slots(page.content.decode(), fills)
    return page


def shared(request: HttpRequest, page: Callable[[], HttpResponse], *state: object) -> HttpResponse:
    """The page, or 304 before it is built when the reader has just this one already.

    state: what the page is made from, cheap to know; without it the finished page is compared.
    What state leaves out (names of readers, headlines beside comments, how long moderators mostly
    take) is asked anew every minute.
    Whoever brings a session gets his own, which nobody keeps.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        response = page()
        response.headers["Cache-Control"] = PRIVATE
        return response
    built = None if state else page()
    known = (*state, time() // RENEWED_SECONDS) if built is None else (built.content,)
    tag = _tag(request, *known)
    response = get_conditional_response(request, etag=tag, response=built) or page()
    response.headers["Cache-Control"] = PUBLIC
    response.headers["ETag"] = tag
    return response


def _tag(request: HttpRequest, *state: object) -> str:
    known = repr((build(), request.get_full_path(), state))
    return f'W/"{hashlib.blake2b(known.encode(), digest_size=12).hexdigest()}"'
