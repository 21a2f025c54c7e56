"""How does the newsroom put a comment forward, and take that back?"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from forum import picking, rules
from forum.answers import Request, answer, answering, sentence_of, to_comment
from forum.models import Comment


@answering("GET", "POST")
def pick(request: Request, pk: int) -> HttpResponse:
    """GET shows the comment, with what can be done."""
    comment = _comment(request, pk)
    if request.method != "POST":
        return _page(request, comment)
    return _change(request, comment, picking.pick)


@answering("POST")
def unpick(request: Request, pk: int) -> HttpResponse:
    return _change(request, _comment(request, pk), picking.unpick)


@answering("GET", "POST")
def pin(request: Request, pk: int) -> HttpResponse:
    comment = _comment(request, pk)
    if request.method != "POST":
        return _page(request, comment)
    return _change(request, comment, picking.pin)


@answering("POST")
def unpin(request: Request, pk: int) -> HttpResponse:
    return _change(request, _comment(request, pk), picking.unpin)


def _comment(request: Request, pk: int) -> Comment:
    """Raises PermissionDenied for whoever does not lead the discussion."""
    readable = Comment.objects.readable().in_view()
    comment = get_object_or_404(
        readable.select_related("discussion__article", "discussion__topic"), pk=pk
    )
    if refusal := rules.leading_refusal(request.user, comment.discussion):
        raise PermissionDenied(refusal)
    return comment


def _change(request: Request, comment: Comment, verb: Callable) -> HttpResponse:
    try:
        verb(comment, by=request.user)
    except (PermissionDenied, ValidationError) as error:
        return _page(request, comment, error=error)
    return to_comment(comment)


def _page(
    request: Request, comment: Comment, *, error: PermissionDenied | ValidationError | None = None
) -> HttpResponse:
    context = {
        "comment": comment,
        "discussion": comment.discussion,
        "is_pinned": comment.discussion.pinned_comment_id == comment.pk,
        "pick_refusal": rules.pick_refusal(request.user, comment),
        "pin_refusal": rules.pin_refusal(request.user, comment),
        "sentence": sentence_of(error) if error else "",
    }
    page = "newsroom/pick.html"
    return answer(request, page=page, fragment=page, context=context, error=error)
