"""What does a page show of a discussion, and where do its links lead?"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from articles.models import Article
from forum import paging, reading, rules
from forum.forms import CommentForm
from forum.models import Comment, Discussion
from forum.sorts import SORTS, SORTS_ABOUT
from forum.views.fragments import rendered_threads
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
class PlacedThread:
    """A rendered thread, its root, and the roots of its neighbours on the page."""

    html: str
    former: int | None
    root: int
    next: int | None


def discussion_or_404(pk: int) -> Discussion:
    reachable = Discussion.objects.reachable()
    return get_object_or_404(reachable.select_related("article__topic", "topic"), pk=pk)


def is_empty_and_closed(discussion: Discussion) -> bool:
    return not discussion.is_open and discussion.comment_count == 0


def state_of(discussion: Discussion | None) -> object:
    """What was said, and what it is about, changes with one of these."""
    return discussion and (
        discussion.pk,
        str(discussion.subject),
        discussion.subject.get_absolute_url(),
        discussion.version,
        discussion.closed_at,
        discussion.premoderated_at,
        discussion.question,
    )


def asked_of(request: HttpRequest, discussion: Discussion) -> Asked:
    """Raises Http404 for what no link of ours says."""
    about = _about(request, discussion)
    sorts = SORTS_ABOUT if about else SORTS
    default = "newest" if about else discussion.default_sort
    sort = request.GET.get("sort", default)
    if sort not in sorts:
        raise Http404
    return Asked(
        sort=sort,
        after=request.GET.get("after", ""),
        around=number(request, "around"),
        thread=number(request, "thread"),
        about=about,
    )


def discussion_context(request: HttpRequest, discussion: Discussion) -> dict[str, Any]:
    """Context of forum/_discussion.html. Raises BadRequest for a cursor that is not ours."""
    asked = asked_of(request, discussion)
    page = _page(discussion, asked)
    if asked.thread:
        reading.unfold(page, asked.thread)
    is_first = page.has_restarted or not (asked.after or asked.around)
    sorts = SORTS_ABOUT if asked.about else SORTS

    def here(thread: reading.Thread) -> str:
        """Without a path: the links lead to the page they stand on, article or discussion.

        Behind the first page each thread leads to the page around itself: there are as many pages
        as comments and orders, and as many fragments would be kept.
        """
        if asked.about:
            return _query(asked, sort=asked.sort, after=asked.after)
        return _query(asked, sort=asked.sort, around=None if is_first else thread.root.pk)

    return writing_context(request, discussion, about=asked.about) | {
        "discussion": discussion,
        "page": page,
        "about": asked.about,
        "is_first": is_first,
        "beginning": f"{_query(asked, sort=asked.sort)}#discussion",
        "threads": _placed(page.threads, rendered_threads(page.threads, here=here)),
        "more": _query(asked, sort=asked.sort, after=page.next_cursor),
        "sorts": [
            SortChoice(one.label, f"{_query(asked, sort=name)}#discussion", name == asked.sort)
            for name, one in sorts.items()
        ],
    }


def _placed(threads: list[reading.Thread], rendered: list[str]) -> list[PlacedThread]:
    roots = [thread.root.pk for thread in threads]
    placed = zip(rendered, [None, *roots], roots, [*roots[1:], None], strict=False)
    return [PlacedThread(*each) for each in placed]


def writing_context(
    request: HttpRequest, discussion: Discussion, *, about: Article | None = None
) -> dict[str, Any]:
    """Context of the write box; strangers are told how to sign in unless nobody may write."""
    if request.user.is_authenticated:
        refusal = rules.reply_refusal(request.user, discussion)
    else:
        refusal = rules.closed_refusal(request.user, discussion)
    return {
        "discussion": discussion,
        "refusal": refusal,
        "form": CommentForm(initial={"about": about.pk if about else None}),
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
    comment = get_object_or_404(Comment.objects.listed(), pk=asked.around, discussion=discussion)
    comment.discussion = discussion
    return paging.page_around(comment, sort=asked.sort)


def _query(asked: Asked, **wanted: str | int | None) -> str:
    about = asked.about.pk if asked.about else None
    query = {name: value for name, value in (wanted | {"about": about}).items() if value}
    return "?" + urlencode(query)
