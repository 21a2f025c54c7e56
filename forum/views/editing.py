"""How does a reader edit his comment, or take it back?"""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django_htmx.http import reswap, retarget

from accounts.rules import posting_refusal
from accounts.throttling import address_of
from forum import answers, drafts, rules
from forum.answers import Request
from forum.forms import EditForm, note_unknown_fields
from forum.models import Comment
from forum.posting import edit_comment, refuse_stranger, withdraw


@answers.answering("GET", "POST")
def revisions(request: Request, pk: int) -> HttpResponse:
    """The page to edit one's own comment on; each wording sent is a revision."""
    if request.method != "POST":
        return _edit_page(request, pk)
    form = EditForm(request.POST)
    if not request.user.is_authenticated:
        return drafts.sign_in_first(request, form)
    comment = _own_comment(request, pk)
    note_unknown_fields(request, form)
    if not form.is_valid():
        return _edit_box(request, comment, form, status=422)
    body = form.cleaned_data["body"]
    try:
        edit_comment(comment, author=request.user, body=body, address=address_of(request))
    except (PermissionDenied, ValidationError) as error:
        return _edit_box(request, comment, form, error=error)
    return answers.to_comment(comment)


@answers.answering("GET", "POST")
@login_required
def withdrawal(request: Request, pk: int) -> HttpResponse:
    """The question whether to take a comment back, and the answer to it."""
    comment = _own_comment(request, pk)
    refused = None
    if request.method == "POST":
        try:
            return _withdrawn(request, withdraw(comment, author=request.user))
        except ValidationError as error:
            refused = error
    return answers.answer(
        request,
        page="forum/withdrawal.html",
        fragment="forum/_withdrawal.html",
        context={
            "comment": comment,
            "refusal": rules.withdrawal_refusal(request.user, comment),
        },
        error=refused,
    )


def _withdrawn(request: Request, comment: Comment) -> HttpResponse:
    """Its tombstone, in place of the whole comment; nobody else sees one that nobody answered."""
    if not request.htmx:
        return answers.to_comment(comment)
    context = {"comment": comment, "is_sent": True}
    response = render(request, "components/_tombstone.html", context)
    return reswap(retarget(response, f"#comment-{comment.pk}"), "outerHTML")


def _own_comment(request: Request, pk: int) -> Comment:
    comments = Comment.objects.select_related("discussion__article", "discussion__topic")
    comment = get_object_or_404(comments, pk=pk)
    refuse_stranger(request.user, comment)
    return comment


@login_required
def _edit_page(request: Request, pk: int) -> HttpResponse:
    comment = _own_comment(request, pk)
    latest = comment.revisions.latest("number")
    form = EditForm(drafts.taken_up(request) or None, initial={"body": latest.body})
    is_answered = comment.replies.listed().exists()
    refusal = rules.edit_refusal(request.user, comment, is_answered=is_answered)
    error: ValidationError | PermissionDenied | None = None
    if refusal:
        # Who may not write is told so, as on sending; otherwise the time for it has passed.
        may_write = posting_refusal(request.user) is None
        error = (
            ValidationError(refusal, code="conflict") if may_write else PermissionDenied(refusal)
        )
    return _edit_box(request, comment, form, error=error)


def _edit_box(
    request: Request,
    comment: Comment,
    form: EditForm,
    *,
    status: int = 200,
    error: ValidationError | PermissionDenied | None = None,
) -> HttpResponse:
    refusal = answers.put_into(form, error) if error else None
    return answers.answer(
        request,
        page="forum/edit.html",
        fragment="forum/_edit_box.html",
        context={
            "comment": comment,
            "form": form,
            "refusal": refusal,
        },
        status=status,
        error=error,
    )
