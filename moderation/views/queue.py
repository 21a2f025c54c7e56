"""What has come into the queue, and where is a text that somebody remembers?"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBadRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.answers import answering
from forum.excerpts import Part, excerpts
from forum.markup import as_text
from forum.models import Comment
from forum.searching import Question
from forum.searching import search as search_seen
from forum.views.discussions import is_number
from moderation import unseen
from moderation.filter_forms import FilterForm, TextSearchForm
from moderation.filtering import MOST_COUNTED, came_since
from moderation.reading import latest_revisions
from moderation.views.guarding import full_page, moderator_required

PRIVATE = "private, no-store"


@moderator_required
@answering("GET")
def news(request):
    """{"count": …, "words": "12 neue Fälle einreihen"}: cases of the view behind the id `since`."""
    since, form = request.GET.get("since", ""), FilterForm(request.GET)
    if not is_number(since) or not form.is_valid():
        return HttpResponseBadRequest(_("Since which case, and in which view?"))
    count = came_since(int(since), form.chosen, request.user)
    words = ngettext("Add %(count)s new case", "Add %(count)s new cases", count) % {
        "count": f"{MOST_COUNTED}+" if count > MOST_COUNTED else count
    }
    return JsonResponse({"count": count, "words": words}, headers={"Cache-Control": PRIVATE})


@dataclass(frozen=True)
class Hit:
    comment: Comment
    excerpt: list[Part]


@moderator_required
@answering("GET")
def search(request):
    """Over all comments: what readers do not see, and what they see, each newest first."""
    form = TextSearchForm(request.GET if "q" in request.GET else None)
    context = {"form": form} | (_found(request, form) if form.is_valid() else {})
    status = 422 if form.is_bound and not form.is_valid() else 200
    response = full_page(request, "moderation/search.html", context, status=status)
    response.headers["Cache-Control"] = PRIVATE
    return response


def _found(request: HttpRequest, form: TextSearchForm) -> dict[str, Any]:
    words, author = form.cleaned_data["q"], form.cleaned_data["author"]
    before = request.GET.get("before", "")
    seen = search_seen(Question(words=words, author=author), after=request.GET.get("after", ""))
    hidden = unseen.search(words, author=author, before=int(before) if is_number(before) else None)
    asked = {name: request.GET.get(name, "") for name in form.fields}
    return {
        "found": seen,
        "seen": _hits(seen.comments, seen.stems),
        "unseen": _hits(hidden.comments, seen.stems),
        "more_seen": urlencode(asked | {"after": seen.next_cursor}) if seen.next_cursor else "",
        "more_unseen": urlencode(asked | {"before": hidden.following}) if hidden.following else "",
    }


def _hits(comments: list[Comment], stems: list[str]) -> list[Hit]:
    """By their latest wording: what waits is not what readers see."""
    wordings = latest_revisions(comment.pk for comment in comments)
    texts = [as_text(wordings[comment.pk].html) for comment in comments]
    shown = excerpts(texts, stems=stems)
    return [Hit(*one) for one in zip(comments, shown, strict=True)]
