"""How does a reader find something again? By search, and by the filters of a discussion."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import User
from accounts.throttling import address_of, throttle
from forum import describing, filters, muting, states
from forum.answers import answer
from forum.excerpts import Part, excerpts
from forum.forms import SearchForm
from forum.markup import as_text
from forum.models import Comment, Discussion
from forum.searching import Found, Question
from forum.searching import search as search_for
from forum.views.answering import PRIVATE, page_with_comments, read_only, shared
from forum.views.comments import named
from forum.views.discussions import discussion_or_404, number


@dataclass(frozen=True)
class Result:
    comment: Comment
    excerpt: list[Part]
    # Of somebody whom the reader does not want to hear.
    is_hidden: bool


@read_only
def search(request: HttpRequest) -> HttpResponse:
    """Nobody keeps the answer: what somebody looks for is his business."""
    where = number(request, "discussion")
    discussion = None if where is None else discussion_or_404(where)
    form = SearchForm(request.GET)
    error = None
    context: dict[str, Any] = {"form": form, "discussion": discussion}
    if not form.is_valid():
        error = ValidationError("")
    elif any(form.cleaned_data.values()):
        try:
            context |= _answered(request, form, discussion)
        except ValidationError as refusal:
            error = refusal
            form.add_error(None, refusal)
    page = "forum/search.html"
    response = answer(request, page=page, fragment=page, context=context, error=error)
    response.headers["Cache-Control"] = PRIVATE
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def filtered(request: HttpRequest, pk: int) -> HttpResponse:
    """Comments of one kind, out of their threads. Raises Http404 for a kind nobody knows."""
    show = request.GET["show"]
    if show not in filters.FILTERS:
        raise Http404
    if show == filters.OF_ONE_READER and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    page = partial(_filtered_page, request, pk, show)
    response = shared(request, page, states.discussion(pk))
    # They are found where they were said.
    response.headers["X-Robots-Tag"] = "noindex, follow"
    return response


def _filtered_page(request: HttpRequest, pk: int, show: str) -> HttpResponse:
    discussion = discussion_or_404(pk)
    reader = request.user if request.user.is_authenticated else None
    page = filters.filtered(
        discussion, show=show, reader=reader, after=request.GET.get("after", "")
    )
    context = {
        "discussion": discussion,
        "page": page,
        "shown": filters.FILTERS[show],
        "described": describing.discussion(discussion, None, []),
    }
    return page_with_comments(
        request,
        "forum/filtered.html",
        context,
        comments=page.comments,
        discussion=discussion,
    )


def _answered(
    request: HttpRequest, form: SearchForm, discussion: Discussion | None
) -> dict[str, Any]:
    """What was found. Raises ValidationError ("too_fast"), BadRequest for a cursor not ours."""
    reader = request.user if request.user.is_authenticated else None
    throttle("search", reader=reader, address=address_of(request))
    asked = form.cleaned_data
    author = named(asked["author"]).first() if asked["author"] else None
    is_unknown = bool(asked["author"]) and author is None
    question = Question(
        words=asked["q"],
        author=author,
        discussion=discussion,
        first_day=asked["since"],
        last_day=asked["until"],
    )
    found = Found() if is_unknown else search_for(question, after=request.GET.get("after", ""))
    return {
        "found": found,
        "results": _results(found, reader),
        "is_unknown_author": is_unknown,
        "more": _more(request, found),
    }


def _results(found: Found, reader: User | None) -> list[Result]:
    wordings = [one.visible_revision.revision for one in found.comments if one.visible_revision]
    texts = [as_text(wording.html) for wording in wordings]
    shown = excerpts(texts, stems=found.stems)
    muted = muting.muted_among(found.comments, reader=reader) if reader else set()
    return [
        Result(comment, excerpt, is_hidden=muting.is_hidden(comment, muted))
        for comment, excerpt in zip(found.comments, shown, strict=True)
    ]


def _more(request: HttpRequest, found: Found) -> str:
    if not found.next_cursor:
        return ""
    names = (*SearchForm.base_fields, "discussion")
    asked = {name: request.GET[name] for name in names if request.GET.get(name)}
    return "?" + urlencode(asked | {"after": found.next_cursor})
