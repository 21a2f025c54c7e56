"""What does a page show of a discussion, and where do its links lead?"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.models import User
from articles.models import Article
from forum import paging, reading, rules
from forum.forms import CommentForm
from forum.markup import shown
from forum.models import Discussion
from forum.ordering import order_of
from forum.sorts import SORTS, SORTS_ABOUT
from forum.subjects import discussion_by_id
from forum.views.anybody import SUBMISSION, AnyReader
from forum.views.fragments import placed_threads
from forum.waiting import usual_wait

# Digits of the largest id PostgreSQL can hold, less one.
LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Asked:
    """What the address asks of a discussion."""

    sort: str
    after: str
    around: int | None
    thread: int | None
    about: Article | None


@dataclass(frozen=True)
class SortChoice:
    label: Any
    url: str
    is_current: bool


@dataclass(frozen=True)
class NewThreads:
    """Where threads are put that begin while the page is open: after or before which element."""

    place: str
    at: str


def discussion_or_404(pk: int) -> Discussion:
    found = discussion_by_id(pk)
    if found is None or not found.is_reachable:
        raise Http404
    return found


def is_empty_and_closed(discussion: Discussion) -> bool:
    return not discussion.is_open and discussion.comment_count == 0


def asked_of(request: HttpRequest, discussion: Discussion) -> Asked:
    """Raises Http404 for what no link of ours says."""
    about = _about(request, discussion)
    sorts = SORTS_ABOUT if about else SORTS
    sort = request.GET.get("sort")
    if sort is None:
        sort = _usual_sort(request, discussion, about)
    if sort not in sorts:
        raise Http404
    return Asked(
        sort=sort,
        after=request.GET.get("after", ""),
        around=number(request, "around"),
        thread=number(request, "thread"),
        about=about,
    )


def _usual_sort(request: HttpRequest, discussion: Discussion, about: Article | None) -> str:
    """Where the address names no order: what he has chosen for himself, if he is signed in."""
    if about:
        return "newest"
    return chosen_order(request) or discussion.default_sort


def chosen_order(request: HttpRequest) -> str | None:
    """Where the address names no order; one query."""
    user: Any = request.user
    if "sort" in request.GET or not user.is_authenticated:
        return None
    return user.order if isinstance(user, AnyReader) else order_of(user)


def discussion_context(request: HttpRequest, discussion: Discussion) -> dict[str, Any]:
    """Context of forum/_discussion.html. Raises BadRequest for a cursor that is not ours."""
    asked = asked_of(request, discussion)
    page = _page(discussion, asked)
    if asked.thread:
        reading.unfold(page, asked.thread)
    is_first = page.has_restarted or not (asked.after or asked.around)
    about = asked.about.pk if asked.about else None
    beginning = _query(about, sort=asked.sort)
    this_page = _query(about, sort=asked.sort, after=asked.after) if about else beginning

    def here(thread: reading.Thread) -> str:
        """Without a path: the links lead to the page they stand on, article or discussion.

        Behind the first page each thread leads to the page around itself: its cursor may be gone by
        the time that somebody follows the link.
        """
        if asked.about or is_first:
            return this_page
        return f"{beginning}&around={thread.root.pk}"

    return writing_context(request, discussion, about=asked.about) | {
        "discussion": discussion,
        "is_whole": asked.about is None,
        "new_threads": _place_of_new(asked, page),
        "page": page,
        "about": asked.about,
        # Where only some orders are to be had, none is offered to be kept.
        "sort": "" if asked.about else asked.sort,
        "is_first": is_first,
        "threads": placed_threads(page.threads, here=here, ahead=_said_ahead(page)),
        "beginning": f"{beginning}#discussion",
        "more": _query(about, sort=asked.sort, after=page.next_cursor),
        "sorts": _sorts(asked.sort, about, get_language()),
    }


@lru_cache(maxsize=100)
def _sorts(current: str, about: int | None, _language: str | None) -> SafeString:
    choices = [
        SortChoice(one.label, f"{_query(about, sort=name)}#discussion", name == current)
        for name, one in (SORTS_ABOUT if about else SORTS).items()
    ]
    return shown(render_to_string("components/_sorts.html", {"sorts": choices}))


def _said_ahead(page: reading.ThreadsPage) -> dict[int, str]:
    """Root -> HTML in front of its thread."""
    if page.first_of_rest is None:
        return {}
    return {page.first_of_rest: render_to_string("forum/_newest_from_here.html")}


def _place_of_new(asked: Asked, page: reading.ThreadsPage) -> NewThreads | None:
    """On top or at the end, if the page shows that; in other orders a new one has no place yet."""
    if asked.about or asked.around or asked.after:
        return None
    if asked.sort == "newest":
        pinned = f"thread-{page.threads[0].root.pk}" if page.has_pin else ""
        return NewThreads("after", pinned or "news")
    if asked.sort == "oldest" and not page.next_cursor and page.threads:
        return NewThreads("before", "threads-end")
    return None


def writing_context(
    request: HttpRequest, discussion: Discussion, *, about: Article | None = None
) -> dict[str, Any]:
    """Context of the write box; strangers are told how to sign in unless nobody may write."""
    initial: dict[str, Any] = {"about": about.pk if about else None}
    if isinstance(request.user, User):
        refusal = rules.reply_refusal(request.user, discussion)
    else:
        refusal = rules.closed_refusal(request.user, discussion)
    if isinstance(request.user, AnyReader):
        initial["submission_id"] = SUBMISSION
    return {
        "discussion": discussion,
        "refusal": refusal,
        "form": CommentForm(initial=initial),
        "duration": usual_wait() if discussion.is_open and discussion.is_premoderated else "",
    }


def number(request: HttpRequest, name: str) -> int | None:
    """An id in the address. Raises Http404 for anything else."""
    raw = request.GET.get(name)
    if raw is None:
        return None
    if not is_number(raw):
        raise Http404
    return int(raw)


def is_number(raw: str) -> bool:
    """Whether PostgreSQL can hold it as an id."""
    return raw.isascii() and raw.isdigit() and len(raw) <= LONGEST_NUMBER


def _about(request: HttpRequest, discussion: Discussion) -> Article | None:
    pk = number(request, "about")
    if pk is None:
        return None
    if discussion.topic_id is None:
        raise Http404
    return get_object_or_404(Article.objects.published(), pk=pk, topic=discussion.topic_id)


def _page(discussion: Discussion, asked: Asked) -> reading.ThreadsPage:
    if asked.around is None:
        return paging.threads_page(
            discussion, sort=asked.sort, after=asked.after, about=asked.about
        )
    page = paging.page_around(discussion, asked.around, sort=asked.sort)
    if page is None:
        raise Http404
    return page


def _query(about: int | None, **wanted: str | int | None) -> str:
    query = {name: value for name, value in (wanted | {"about": about}).items() if value}
    return "?" + urlencode(query)
