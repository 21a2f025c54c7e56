"""How does a reader come back: what is he told, what is remembered, where does he go on?"""

from datetime import UTC, datetime
from functools import partial
from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from forum import returning, states
from forum.answers import SEE_OTHER, Request, answering, came_from
from forum.models import Comment, Discussion
from forum.views.answering import read_only, shared
from forum.views.discussions import discussion_or_404, is_number, number
from forum.visited import visited_by

# Milliseconds since 1970, as browsers count, have 13 digits until the year 2286.
LONGEST_MOMENT = 13


@answering("POST")
def reading(request: Request, pk: int) -> HttpResponse:
    """How far he has read: script says it while he reads (`still_reading`), the button at once."""
    discussion = discussion_or_404(pk)
    if not request.user.is_authenticated:
        return redirect_to_login(discussion.get_absolute_url())
    version = request.POST.get("version", "")
    if not is_number(version):
        return _refused(request)
    if "still_reading" in request.POST:
        returning.note_reading(discussion, reader=request.user, version=int(version))
        return HttpResponse(status=204)
    returning.mark_all_read(discussion, reader=request.user, version=int(version))
    page = came_from(request) or discussion.get_absolute_url()
    return HttpResponseRedirect(f"{page}#discussion", status=SEE_OTHER)


@read_only
def next_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to the next new comment, wherever it stands: after a comment or a moment, otherwise to
    the first that the reader has not read."""
    discussion = discussion_or_404(pk)
    return shared(request, partial(_next_new, request, discussion), states.discussion(pk))


@read_only
@login_required
def own_discussions(request: HttpRequest) -> HttpResponse:
    page = visited_by(cast(User, request.user), after=request.GET.get("after", ""))
    return render(request, "forum/own_discussions.html", {"page": page})


def _next_new(request: HttpRequest, discussion: Discussion) -> HttpResponse:
    if place := _place(request, discussion):
        found = returning.next_after(place, discussion, reader=request.user)
    elif request.user.is_authenticated:
        found = returning.next_new(discussion, reader=request.user)
    else:
        return redirect(discussion)
    if found is None:
        return render(request, "forum/no_more_news.html", {"discussion": discussion})
    return redirect(f"{discussion.get_absolute_url()}?around={found}#comment-{found}")


def _place(request: HttpRequest, discussion: Discussion) -> tuple[datetime, int] | None:
    """Moment of publication, and id."""
    if after := number(request, "after"):
        comments = Comment.objects.published().filter(discussion=discussion)
        comment = get_object_or_404(comments, pk=after)
        return cast(datetime, comment.published_at), comment.pk
    if since := number(request, "since"):
        if len(str(since)) > LONGEST_MOMENT:
            raise Http404
        return datetime.fromtimestamp(since / 1000, UTC), 0
    return None


def _refused(request: HttpRequest) -> HttpResponse:
    sentence = _("It is not clear how far you have read. Please load the discussion anew.")
    return render(request, "refused.html", {"sentence": sentence}, status=400)
