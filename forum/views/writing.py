"""How does a reader write, and see what it will look like?"""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.module_loading import import_string

from accounts.throttling import address_of, throttle
from articles.models import Article, TickerEntry
from forum import answers, drafts, reading, rules
from forum.answers import Request
from forum.forms import ENTRY, CommentForm, note_unknown_fields
from forum.hiding import text_of
from forum.markup import quoted
from forum.markup import render as rendered
from forum.models import Comment, Discussion
from forum.posting import Nudge, closed_meanwhile, post_comment
from forum.views.discussions import is_number


@answers.answering("GET", "POST")
def write(request: Request, pk: int) -> HttpResponse:
    """The page to write on, and what every box to write sends."""
    if request.method != "POST":
        return _write_page(request, pk)
    discussion = get_object_or_404(_discussions(), pk=pk)
    form = CommentForm(request.POST)
    if not request.user.is_authenticated:
        return drafts.sign_in_first(request, form)
    if not discussion.is_reachable:
        return _taken_down(request, form)
    note_unknown_fields(request, form)
    # Of most replies nothing is shown but where they stand: what a box needs is fetched if it is.
    parent = _found(Comment.objects.published(), discussion, form["parent"].value())
    if not form.is_valid():
        return _box(request, discussion, form, parent, status=422)
    if "preview" in request.POST:
        return _preview(request, discussion, form, parent)
    try:
        comment = _post(request, discussion, form, parent)
    except (PermissionDenied, ValidationError) as error:
        return _not_sent(request, discussion, form, parent, error)
    return _sent(request, discussion, comment, parent)


@answers.answering("POST")
def preview(request: Request, pk: int) -> HttpResponse:
    """What a text will look like; nothing is stored."""
    discussion = get_object_or_404(_discussions(), pk=pk)
    form = CommentForm(request.POST)
    if not request.user.is_authenticated:
        return drafts.sign_in_first(request, form)
    if not discussion.is_reachable:
        return _taken_down(request, form)
    parent = _parent(discussion, form["parent"].value())
    if not form.is_valid():
        return _box(request, discussion, form, parent, status=422)
    return _preview(request, discussion, form, parent)


def _discussions() -> Any:
    return Discussion.objects.select_related("article__topic", "topic")


def _write_page(request: Request, pk: int) -> HttpResponse:
    discussion = get_object_or_404(_discussions().reachable(), pk=pk)
    asked = request.GET.get("parent")
    parent = _parent(discussion, asked)
    initial = {"parent": parent.pk if parent else None, "about": request.GET.get("about")}
    may_answer = rules.reply_refusal(request.user, discussion, parent) is None
    entry = _entry(discussion, request.GET.get("about"))
    if "quote" in request.GET and may_answer:
        if parent and parent.visible_revision:
            initial["body"] = quoted(text_of(parent.visible_revision.revision))
        elif entry:
            initial["body"] = quoted(entry.text)
    draft = drafts.taken_up(request) if request.user.is_authenticated else {}
    error = None
    if asked and parent is None:
        if not draft:
            raise Http404
        error = ValidationError(rules.parent_refusal(parent) or "", code="conflict")
    form = CommentForm(initial=initial | draft)
    # What he had sent before he signed in is newer than any draft on his device.
    return _box(request, discussion, form, parent, error=error, is_sent_back=bool(draft))


def _parent(discussion: Discussion, raw: Any) -> Comment | None:
    """The comment to be answered, if it is one that everybody can read here."""
    return _found(Comment.objects.published().in_view(), discussion, raw)


def _found(comments: Any, discussion: Discussion, raw: Any) -> Comment | None:
    number = str(raw or "")
    if not is_number(number):
        return None
    return next(iter(comments.filter(pk=number, discussion=discussion)), None)


def _entry(discussion: Discussion, raw: Any) -> TickerEntry | None:
    """The entry of a live report that is written about, if it stands and is discussed here."""
    number = str(raw or "").removeprefix(ENTRY)
    if not (str(raw).startswith(ENTRY) and is_number(number)):
        return None
    here = (
        {"article__topic": discussion.topic}
        if discussion.topic
        else {"article": discussion.article}
    )
    standing = TickerEntry.objects.filter(article__in=Article.objects.published(), **here)
    return standing.select_related("article").filter(pk=number).first()


def _taken_down(request: Request, form: CommentForm) -> HttpResponse:
    """The article is gone meanwhile: his text, and nothing of what stood there."""
    error = closed_meanwhile()
    return answers.answer(
        request,
        page="forum/write.html",
        fragment="components/_write_box.html",
        context={"form": form, "refusal": answers.put_into(form, error)},
        error=error,
    )


def _post(
    request: Request, discussion: Discussion, form: CommentForm, parent: Comment | None
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
        nudge=_nudge_for(sent),
        hours=import_string(settings.FORUM_HOURS),
        brake=import_string(settings.FORUM_BRAKE),
    )


def _nudge_for(sent: dict[str, Any]) -> Nudge | None:
    """Once per sending: who has read it says so, and what has no number comes from no box."""
    if sent["anyway"] or not sent["submission_id"]:
        return None
    return import_string(settings.FORUM_NUDGE)


def _not_sent(
    request: Request,
    discussion: Discussion,
    form: CommentForm,
    parent: Comment | None,
    error: PermissionDenied | ValidationError,
) -> HttpResponse:
    """A refusal, or the nudge. That one counts as a preview: nobody asks it for the word list."""
    if isinstance(error, PermissionDenied) or error.code != "nudge":
        return _box(request, discussion, form, parent, error=error)
    try:
        throttle("preview", reader=request.user, address=address_of(request))
    except ValidationError as too_fast:
        return _box(request, discussion, form, parent, error=too_fast)
    nudge = answers.sentence_of(error)
    return _box(request, discussion, form, parent, status=answers.UNPROCESSABLE, nudge=nudge)


def _preview(
    request: Request, discussion: Discussion, form: CommentForm, parent: Comment | None
) -> HttpResponse:
    try:
        throttle("preview", reader=request.user, address=address_of(request))
    except ValidationError as error:
        return _box(request, discussion, form, parent, error=error)
    html = rendered(form.cleaned_data["body"])
    return _box(request, discussion, form, parent, preview_html=html)


def _box(
    request: Request,
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
    if error:
        refusal = answers.put_into(form, error) or refusal
    context |= {
        "discussion": discussion,
        "form": form,
        "parent": parent,
        "parent_key": str(parent.pk) if parent else "",
        "refusal": refusal,
        "error_url": answers.url_of(error),
    }
    if parent and request.htmx:
        context |= {"box_id": "reply-box", "form_id": "reply-form"}
    if not request.htmx:
        context["about_entry"] = _entry(discussion, form["about"].value())
    return answers.answer(
        request,
        page="forum/write.html",
        fragment="components/_write_box.html",
        context=context,
        status=status,
        error=error,
    )


def _sent(
    request: Request, discussion: Discussion, comment: Comment, parent: Comment | None
) -> HttpResponse:
    """The comment in its place; without htmx by way of its own page."""
    if not request.htmx:
        return answers.to_comment(comment)
    context = {
        "comment": reading.comment_in_view(comment.pk),
        "revision": comment.revisions.latest("number"),
        "may_edit": rules.edit_refusal(request.user, comment) is None,
        "discussion": discussion,
        "form": CommentForm(initial={"about": request.POST.get("about")}),
        "is_reply": parent is not None,
    }
    return render(request, "forum/_sent.html", context)
