"""What is shown of single comments, and of all that one reader has written?"""

from functools import partial
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from accounts.rules import is_moderator
from forum import authored, describing, reading, rules, states
from forum.models import Comment
from forum.replies import replies_in_order
from forum.sorts import REPLIES_USUALLY, SORTS
from forum.views.answering import page_with_comments, read_only, shared
from forum.views.discussions import SortChoice
from forum.views.fragments import flat_thread, rendered_thread
from forum.waiting import usual_wait


@read_only
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """The comment in its thread. Strangers must not know of what waits, nor of what nobody has ever
    seen; what is gone says so."""
    found = _comment_or_404(pk)
    is_own = found.author_id == request.user.pk
    is_gone = not (found.is_waiting or found.is_listed)
    if not (is_own or found.is_listed or (is_gone and _is_known(request, found))):
        raise Http404
    page = partial(_gone_page if is_gone else _comment_page, request, found, is_own=is_own)
    return shared(request, page, states.comment(pk))


@read_only
def replies(request: HttpRequest, pk: int) -> HttpResponse:
    """A thread with fifty of its replies; htmx takes them from here into the discussion."""
    root = _comment_or_404(pk)
    sort = request.GET.get("sort", REPLIES_USUALLY)
    if not root.is_listed or root.parent_id or sort not in SORTS:
        raise Http404

    def page() -> HttpResponse:
        after = request.GET.get("after", "")
        thread = replies_in_order(root, sort=sort, after=after)
        context = {
            "thread": thread,
            "thread_html": rendered_thread(thread)
            if sort == REPLIES_USUALLY
            else flat_thread(thread, sort=sort),
            # Of this page: from here a link leads back into the discussion.
            "first": thread.replies[0] if after and thread.replies else root,
            "sorts": _sorts_of(root, current=sort),
            "comment": root,
            "discussion": root.discussion,
            "described": describing.comment(root),
        }
        return page_with_comments(
            request,
            "forum/replies.html",
            context,
            comments=thread.comments,
            discussion=root.discussion,
        )

    return shared(request, page, states.comment(pk))


@read_only
def reader(request: HttpRequest, name: str) -> HttpResponse:
    """All that a reader has published. Names are found in any case, and shown in theirs."""
    found = reader_or_404(name)
    if found.name != name:
        return redirect(found, permanent=True)

    def page() -> HttpResponse:
        written = authored.published_by(found, after=request.GET.get("after", ""))
        context = {"reader": found, "page": written, "described": describing.reader(found)}
        response = page_with_comments(
            request,
            "forum/reader.html",
            context,
            comments=written.comments,
            discussion=None,
            shown=found,
        )
        # All that one person thinks, under his name, is for readers of the paper to look up,
        # not for a search by name; the comments are found where they were said.
        response.headers["X-Robots-Tag"] = "noindex, follow"
        return response

    return shared(request, page)


@read_only
@login_required
def own_comments(request: HttpRequest) -> HttpResponse:
    reader = cast(User, request.user)
    page = authored.written_by(reader, after=request.GET.get("after", ""))
    revisions = authored.latest_revisions(page.comments)
    answers = authored.answers_to(page.comments, reader=reader)
    entries = [
        authored.OwnComment(one, revision=revisions[one.pk], answers=answers.get(one.pk, []))
        for one in page.comments
    ]
    is_held = any(one.status == Comment.Status.HELD for one in page.comments)
    context = {"page": page, "entries": entries, "duration": usual_wait() if is_held else ""}
    return render(request, "forum/own_comments.html", context)


def reader_or_404(name: str) -> User:
    if "\x00" in name:
        raise Http404
    return get_object_or_404(named(name))


def named(name: str) -> QuerySet[User]:
    """Whoever is called that, in any case: one or none."""
    folded = User.objects.present().annotate(folded=Lower("name"))
    return folded.filter(folded=Lower(Value(name)))


def _comment_or_404(pk: int) -> Comment:
    found = reading.comment_in_view(pk)
    if found is None or not found.discussion.is_reachable:
        # With an article that is not shown, what was said about it is not shown either.
        raise Http404
    return found


def _is_known(request: HttpRequest, comment: Comment) -> bool:
    """Of what is gone: to everybody if it was published, otherwise to the moderators."""
    return comment.published_at is not None or is_moderator(request.user)


def _sorts_of(root: Comment, *, current: str) -> list[SortChoice]:
    """Links to the replies of a thread in each order."""
    page = reverse("forum:replies", args=[root.pk])
    return [
        SortChoice(one.label, f"{page}?sort={name}", name == current) for name, one in SORTS.items()
    ]


def _gone_page(request: HttpRequest, comment: Comment, *, is_own: bool) -> HttpResponse:
    context = {"comment": comment, "is_own": is_own}
    return render(request, "forum/gone.html", context, status=410)


def _comment_page(request: HttpRequest, comment: Comment, *, is_own: bool) -> HttpResponse:
    surroundings = reading.thread_of(comment, after=request.GET.get("after", ""))
    context: dict[str, Any] = {
        "comment": comment,
        "surroundings": surroundings,
        "discussion": comment.discussion,
        "described": describing.comment(comment),
    }
    if comment.parent_id is None and comment.tally.reply_count > 1:
        context["sorts"] = _sorts_of(comment, current=REPLIES_USUALLY)
    if is_own and comment.is_waiting:
        context["revision"] = authored.latest_revisions([comment])[comment.pk]
        context["may_edit"] = rules.edit_refusal(request.user, comment) is None
        context["duration"] = usual_wait() if comment.status == Comment.Status.HELD else ""
    return page_with_comments(
        request,
        "forum/comment.html",
        context,
        comments=surroundings.comments,
        discussion=comment.discussion,
        opened=comment,
    )
