"""How does a reader write, edit and take back?"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from accounts.throttling import address_of, throttle
from forum import drafts, reading, rules
from forum.answers import answer, answering, sentence_of, status_of
from forum.forms import CommentForm, EditForm, note_unknown_fields
from forum.markup import quoted
from forum.markup import render as rendered
from forum.models import Comment, Discussion
from forum.posting import edit_comment, post_comment
from forum.posting import withdraw as take_back

SEE_OTHER = 303
# Digits of the largest id PostgreSQL can hold, less one.
LONGEST_NUMBER = 18


@answering("GET", "POST")
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The page to write on, and what every box to write sends."""
    if request.method != "POST":
        return _write_page(request, pk)
    discussion = get_object_or_404(_discussions(), pk=pk)
    form = CommentForm(request.POST)
    if not request.user.is_authenticated:
        return drafts.sign_in_first(request, form)
    note_unknown_fields(request, form)
    parent = _parent(discussion, form["parent"].value())
    if not form.is_valid():
        return _box(request, discussion, form, parent, status=422)
    if "preview" in request.POST:
        return _preview(request, discussion, form, parent)
    try:
        comment = _post(request, discussion, form, parent)
    except (PermissionDenied, ValidationError) as error:
        return _box(request, discussion, form, parent, error=error)
    return _sent(request, discussion, comment, parent)


@answering("POST")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What a text will look like; nothing is stored."""
    discussion = get_object_or_404(_discussions(), pk=pk)
    form = CommentForm(request.POST)
    if not request.user.is_authenticated:
        return drafts.sign_in_first(request, form)
    parent = _parent(discussion, form["parent"].value())
    if not form.is_valid():
        return _box(request, discussion, form, parent, status=422)
    return _preview(request, discussion, form, parent)


@answering("GET", "POST")
def revisions(request: HttpRequest, pk: int) -> HttpResponse:
    """The page to edit one's own comment on; each wording sent is a revision."""
    if request.method != "POST":
        return _edit_page(request, pk)
    form = EditForm(request.POST)
    if not request.user.is_authenticated:
        return drafts.sign_in_first(request, form)
    comment = _own_comment(request, pk)
    note_unknown_fields(request, form)
    if not form.is_valid():
        return _edit_answer(request, comment, form, status=422)
    try:
        edit_comment(
            comment,
            author=request.user,
            body=form.cleaned_data["body"],
            address=address_of(request),
        )
    except (PermissionDenied, ValidationError) as error:
        return _edit_answer(request, comment, form, error=error)
    return _to(comment)


@answering("GET", "POST")
@login_required
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """The question whether to take a comment back, and the answer to it."""
    comment = _own_comment(request, pk)
    error = None
    if request.method == "POST":
        try:
            comment = take_back(comment, author=request.user)
        except ValidationError as refused:
            error = refused
        else:
            return _to(comment)
    refusal = rules.withdrawal_refusal(request.user, comment)
    context = {"comment": comment, "refusal": refusal}
    status = status_of(error) if error else 200
    return render(request, "forum/withdrawal.html", context, status=status)


def _discussions() -> Any:
    return Discussion.objects.select_related("article__topic", "topic")


def _write_page(request: HttpRequest, pk: int) -> HttpResponse:
    discussion = get_object_or_404(_discussions().reachable(), pk=pk)
    parent = _parent(discussion, request.GET.get("parent"))
    if request.GET.get("parent") and parent is None:
        raise Http404
    initial: dict[str, Any] = {
        "parent": parent.pk if parent else None,
        "about": request.GET.get("about"),
    }
    if parent and "quote" in request.GET:
        initial["body"] = quoted(parent.visible_revision.revision.body)
    if request.user.is_authenticated:
        initial |= drafts.taken_up(request)
    return _box(request, discussion, CommentForm(initial=initial), parent)


def _parent(discussion: Discussion, raw: Any) -> Comment | None:
    """The comment to be answered, if it is one that everybody can read here."""
    number = str(raw or "")
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        return None
    return Comment.objects.published().in_view().filter(pk=number, discussion=discussion).first()


def _post(
    request: HttpRequest, discussion: Discussion, form: CommentForm, parent: Comment | None
) -> Comment:
    sent = form.cleaned_data
    article, entry = sent["about"]
    if sent["parent"] and parent is None:
        # Not public here, or never was: the verb knows which, and what to say.
        parent = get_object_or_404(Comment, pk=sent["parent"])
    return post_comment(
        discussion,
        author=request.user,
        body=sent["body"],
        parent=parent,
        about_article=article,
        about_entry=entry,
        submission_id=sent["submission_id"],
        address=address_of(request),
    )


def _preview(
    request: HttpRequest, discussion: Discussion, form: CommentForm, parent: Comment | None
) -> HttpResponse:
    try:
        throttle("preview", reader=request.user, address=address_of(request))
    except ValidationError as error:
        return _box(request, discussion, form, parent, error=error)
    html = rendered(form.cleaned_data["body"])
    return _box(request, discussion, form, parent, preview_html=html)


def _box(
    request: HttpRequest,
    discussion: Discussion,
    form: CommentForm,
    parent: Comment | None,
    *,
    status: int = 200,
    error: ValidationError | PermissionDenied | None = None,
    **context: Any,
) -> HttpResponse:
    """The box to write in, with what was typed; alone for htmx, on the write page otherwise."""
    refusal = rules.closed_refusal(request.user, discussion)
    if request.user.is_authenticated:
        refusal = rules.reply_refusal(request.user, discussion, parent)
    if error and not _can_be_mended(error):
        refusal = sentence_of(error)
    elif error:
        form.add_error("body", error)
        context["error_url"] = (getattr(error, "params", None) or {}).get("url")
    context |= {
        "discussion": discussion,
        "form": form,
        "parent": parent,
        "parent_key": str(parent.pk) if parent else "",
        "refusal": refusal,
    }
    if parent and request.htmx:
        context |= {"box_id": "reply-box", "form_id": "reply-form"}
    return answer(
        request,
        page="forum/write.html",
        fragment="components/_write_box.html",
        context=context,
        status=status,
        error=error,
    )


def _can_be_mended(error: ValidationError | PermissionDenied) -> bool:
    """By changing the text or waiting; otherwise it can only be copied."""
    if isinstance(error, PermissionDenied):
        return False
    return error.code != "conflict" or "url" in (error.params or {})


def _sent(
    request: HttpRequest, discussion: Discussion, comment: Comment, parent: Comment | None
) -> HttpResponse:
    """The comment in its place; without htmx by way of its own page."""
    if not request.htmx:
        return _to(comment)
    context = {
        "comment": reading.comment_in_view(comment.pk),
        "revision": comment.revisions.latest("number"),
        "may_edit": rules.edit_refusal(request.user, comment) is None,
        "discussion": discussion,
        "form": CommentForm(initial={"about": request.POST.get("about")}),
        "is_reply": parent is not None,
    }
    return render(request, "forum/_sent.html", context)


def _own_comment(request: HttpRequest, pk: int) -> Comment:
    return get_object_or_404(
        Comment.objects.select_related("discussion__article", "discussion__topic"),
        pk=pk,
        author=request.user,
    )


@login_required
def _edit_page(request: HttpRequest, pk: int) -> HttpResponse:
    comment = _own_comment(request, pk)
    initial = {"body": comment.revisions.latest("number").body} | drafts.taken_up(request)
    is_answered = comment.replies.listed().exists()
    refusal = rules.edit_refusal(request.user, comment, is_answered=is_answered)
    error = ValidationError(refusal, code="conflict") if refusal else None
    return _edit_answer(request, comment, EditForm(initial=initial), error=error)


def _edit_answer(
    request: HttpRequest,
    comment: Comment,
    form: EditForm,
    *,
    status: int = 200,
    error: ValidationError | PermissionDenied | None = None,
) -> HttpResponse:
    refusal = None
    if error and not _can_be_mended(error):
        refusal = sentence_of(error)
    elif error:
        form.add_error("body", error)
    return answer(
        request,
        page="forum/edit.html",
        fragment="forum/_edit_box.html",
        context={"comment": comment, "form": form, "refusal": refusal},
        status=status,
        error=error,
    )


def _to(comment: Comment) -> HttpResponse:
    """Where the comment stands now, for its author; after the last trace of it, the discussion."""
    if comment.status == Comment.Status.WITHDRAWN and not comment.is_listed:
        return HttpResponseRedirect(comment.discussion.get_absolute_url(), status=SEE_OTHER)
    url = f"{comment.get_absolute_url()}#comment-{comment.pk}"
    return HttpResponseRedirect(url, status=SEE_OTHER)
