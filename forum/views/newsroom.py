"""How does the newsroom write articles and lead discussions?"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from articles import rules, writing
from articles.forms import EntryForm, shown_in_form
from articles.models import Article, TickerEntry, Topic
from forum import drafts, opening
from forum.answers import SEE_OTHER, UNPROCESSABLE, Request, answer, answering
from forum.forms import LeadForm, WriteForm
from forum.models import Discussion
from forum.newsroom import articles_page
from forum.rules import leading_refusal

# Suggested while one types; a title that is not among them can be typed all the same.
TOPICS_SUGGESTED = 200

View = Callable[..., HttpResponse]


def newsroom_required(view: View) -> View:
    """Outermost on every page below /newsroom/; the 403 page offers strangers to sign in.

    Whoever was signed out while he wrote gets his text back.
    """

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("text") and not request.user.is_authenticated:
            return drafts.sign_in_first(request, WriteForm(request.POST))
        if refusal := rules.newsroom_refusal(request.user):
            raise PermissionDenied(refusal)
        return view(request, *args, **kwargs)

    return guarded


@newsroom_required
@answering("GET")
def articles(request: Request) -> HttpResponse:
    try:
        page = articles_page(request.user, older=request.GET.get("older", ""))
    except BadRequest as refusal:
        return render(request, "refused.html", {"sentence": str(refusal)}, status=400)
    may_write = rules.article_refusal(request.user) is None
    return render(request, "newsroom/articles.html", {"page": page, "may_write": may_write})


@newsroom_required
@answering("GET", "POST")
def write(request: Request) -> HttpResponse:
    if refusal := rules.article_refusal(request.user):
        raise PermissionDenied(refusal)
    if request.method != "POST":
        line = _("By %(name)s") % {"name": request.user.name}
        usual = {"kind": "report", "discussion_at": "here", "author_line": line}
        return _form_page(request, WriteForm(initial=usual | drafts.taken_up(request)))
    form = WriteForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, status=UNPROCESSABLE)
    if "preview" in request.POST:
        return _form_page(request, form, previewed=True)
    number = form.cleaned_data["submission_id"]
    return _saved(
        request,
        form,
        lambda: writing.write_article(author=request.user, submission_id=number, **form.wording),
    )


@newsroom_required
@answering("GET", "POST")
def edit(request: Request, pk: int) -> HttpResponse:
    article = _own_article(request, pk)
    if request.method != "POST":
        asked = article.discussion.question if hasattr(article, "discussion") else ""
        stored = shown_in_form(article) | {"question": asked, "asked": asked}
        initial = stored | drafts.taken_up(request)
        return _form_page(request, WriteForm(initial=initial, article=article))
    form = WriteForm(request.POST, request.FILES, article=article)
    if not form.is_valid():
        return _form_page(request, form, status=UNPROCESSABLE)
    if "preview" in request.POST:
        return _form_page(request, form, previewed=True)
    sent = form.cleaned_data
    return _saved(
        request,
        form,
        lambda: writing.edit_article(
            article,
            editor=request.user,
            seen=sent["seen"],
            is_without_picture=sent.get("is_without_picture", False),
            **form.wording,
        ),
    )


@newsroom_required
@answering("GET", "POST")
def withdrawal(request: Request, pk: int) -> HttpResponse:
    article = _own_article(request, pk)
    if request.method != "POST":
        return render(request, "newsroom/withdrawal.html", {"article": article})
    writing.withdraw(article, editor=request.user)
    messages.success(request, _("Readers no longer see this article."))
    return _see_other("forum:newsroom")


@newsroom_required
@answering("GET", "POST")
def entries(request: Request, pk: int) -> HttpResponse:
    """One field that puts a new entry on top, and all that were written."""
    article = _own_article(request, pk)
    if article.kind != Article.Kind.LIVE:
        raise Http404
    bound = request.POST if request.method == "POST" else None
    form = EntryForm(bound, initial=drafts.taken_up(request))
    if form.is_bound and form.is_valid():
        entry = writing.add_entry(article, editor=request.user, text=form.cleaned_data["text"])
        time = date_format(localtime(entry.time), "TIME_FORMAT")
        messages.success(request, _("The entry of %(time)s stands on top.") % {"time": time})
        return _see_other("forum:newsroom_entries", pk)
    context = {"article": article, "form": form, "entries": article.ticker_entries.all()}
    return _page(request, "newsroom/entries.html", context, form)


@newsroom_required
@answering("GET", "POST")
def entry(request: Request, pk: int) -> HttpResponse:
    found = _own_entry(request, pk)
    bound = request.POST if request.method == "POST" else None
    form = EntryForm(bound, initial={"text": found.text} | drafts.taken_up(request))
    form.fields["text"].label = _("Wording of the entry")
    if form.is_bound and form.is_valid():
        writing.edit_entry(found, editor=request.user, text=form.cleaned_data["text"])
        return _see_other("forum:newsroom_entries", found.article_id)
    return _page(request, "newsroom/entry.html", {"entry": found, "form": form}, form)


@newsroom_required
@answering("POST")
def entry_withdrawal(request: Request, pk: int) -> HttpResponse:
    found = _own_entry(request, pk)
    writing.withdraw_entry(found, editor=request.user)
    messages.success(request, _("The entry is gone."))
    return _see_other("forum:newsroom_entries", found.article_id)


@newsroom_required
@answering("GET", "POST")
def discussion(request: Request, pk: int) -> HttpResponse:
    """Open, read first, or closed; and what the newsroom asks."""
    found = _led_discussion(request, pk)
    bound = request.POST if request.method == "POST" else None
    form = LeadForm(bound, initial={"state": found.state, "question": found.question})
    if form.is_bound and form.is_valid():
        opening.lead(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved: readers see it this way from now on."))
        return _see_other("forum:newsroom_discussion", pk)
    context = {"discussion": found, "form": form}
    return _page(request, "newsroom/discussion.html", context, form)


def _own_article(request: Request, pk: int) -> Article:
    """Raises PermissionDenied with the reason, or Http404 where he must not know of a draft."""
    article = get_object_or_404(Article.objects.select_related("topic", "discussion"), pk=pk)
    refusal = rules.edit_refusal(request.user, article)
    if refusal and not article.is_public:
        raise Http404
    if refusal:
        raise PermissionDenied(refusal)
    return article


def _led_discussion(request: Request, pk: int) -> Discussion:
    """Raises PermissionDenied, or Http404 where it belongs to a draft that is not his."""
    found = get_object_or_404(Discussion.objects.select_related("article", "topic"), pk=pk)
    if refusal := leading_refusal(request.user, found):
        raise PermissionDenied(refusal)
    article = found.article
    if article is None or article.state == Article.State.PUBLISHED:
        return found
    if rules.edit_refusal(request.user, article):
        raise Http404
    return found


def _own_entry(request: Request, pk: int) -> TickerEntry:
    entry = get_object_or_404(TickerEntry.objects.select_related("article"), pk=pk)
    entry.article = _own_article(request, entry.article_id)
    return entry


def _saved(request: Request, form: WriteForm, save: Callable[[], Article]) -> HttpResponse:
    """Stored, and if that is asked, shown to readers; the form again, and nothing stored, where
    it was refused."""
    try:
        with transaction.atomic():
            article = save()
            if form.new_question is not None:
                opening.ask(article, by=request.user, question=form.new_question)
            if "publish" in request.POST:
                article = writing.publish(article, editor=request.user)
    except ValidationError as error:
        return _refused(request, form, error)
    messages.success(request, _sentence_about(article))
    if article.is_public and article.kind == Article.Kind.LIVE:
        return _see_other("forum:newsroom_entries", article.pk)
    return _see_other("forum:newsroom_article", article.pk)


def _refused(request: Request, form: WriteForm, error: ValidationError) -> HttpResponse:
    """His text stays in the form; of a conflict, what is stored by now stands beside it."""
    form.add_error(None, error)
    if error.code != "conflict":
        return _form_page(request, form, error=error)
    # He has both before him, or knows where to find the other: sending once more is his decision.
    sent, stored = request.POST.copy(), None
    if form.article:
        stored = Article.objects.select_related("topic").get(pk=form.article.pk)
        sent["seen"] = writing.mark_of(stored)
    else:
        sent["submission_id"] = str(uuid4())
    form.data = sent
    return _form_page(request, form, error=error, stored=stored)


def _form_page(
    request: Request,
    form: WriteForm,
    *,
    status: int = 200,
    error: ValidationError | None = None,
    **context: Any,
) -> HttpResponse:
    context |= {
        "form": form,
        "article": form.article,
        "topics": Topic.objects.order_by("title").values_list("title", flat=True)[
            :TOPICS_SUGGESTED
        ],
    }
    page = "newsroom/article.html"
    return answer(request, page=page, fragment=page, context=context, status=status, error=error)


def _page(request: Request, page: str, context: dict[str, Any], form: Any) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, page, context, status=status)


def _sentence_about(article: Article) -> str:
    if article.is_public:
        return _("Saved: readers see the article.")
    if article.state == Article.State.PUBLISHED:
        time = date_format(localtime(article.published_at), "DATETIME_FORMAT")
        return _("Saved: readers see the article from %(time)s on.") % {"time": time}
    return _("Saved as a draft; readers do not see it.")


def _see_other(to: str, *args: Any) -> HttpResponse:
    return HttpResponseRedirect(resolve_url(to, *args), status=SEE_OTHER)
