"""What does the desk answer about the house's word list? Moderators read it, seniors keep it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.answers import answering
from moderation import rules
from moderation.desk_rules import describing_words, entries, trying
from moderation.models import WordlistEntry
from moderation.rule_forms import TakeOffForm, WordSearchForm, WordsForm
from moderation.views.desk_rules import refuse_juniors
from moderation.views.guarding import full_page, moderator_required, put_into, see_other


@moderator_required
@answering("GET", "POST")
def words(request: Any) -> HttpResponse:
    """The list, and a form for new entries: tried by one button, put on the list by another."""
    if request.method != "POST":
        return words_page(request, WordsForm())
    refuse_juniors(request)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return words_page(request, form, status=422)
    found = form.cleaned_data["found"]
    trial = trying.try_words(list(found.values()))
    if "save" not in request.POST:
        return words_page(request, form, trial=trial)
    try:
        entries.refuse_too_broad(trial, is_meant=form.cleaned_data["is_meant"])
        added = entries.add_entries(found, by=request.user, reason=form.cleaned_data["reason"])
    except ValidationError as error:
        put_into(form, error)
        return words_page(request, form, trial=trial, error=error)
    told = ngettext("%(count)s entry added.", "%(count)s entries added.", len(added))
    messages.success(request, told % {"count": len(added)})
    return see_other("moderation:words")


@moderator_required
@answering("GET", "POST")
def word(request: Any, pk: int) -> HttpResponse:
    """One entry: who added it and why, what it found lately, and a form to take it off the list."""
    entry = get_object_or_404(WordlistEntry.objects.in_view(), pk=pk)
    if request.method != "POST":
        return word_page(request, entry, TakeOffForm())
    refuse_juniors(request)
    form = TakeOffForm(request.POST)
    if not form.is_valid():
        return word_page(request, entry, form, status=422)
    try:
        entries.take_off(entry, by=request.user, reason=form.cleaned_data["reason"])
    except ValidationError as error:
        put_into(form, error)
        return word_page(request, entry, form, error=error)
    messages.success(request, _("The entry is off the list."))
    return see_other("moderation:words")


def words_page(request: HttpRequest, form: WordsForm, **more: Any) -> HttpResponse:
    trial = more.pop("trial", None)
    search = WordSearchForm(request.GET)
    sought = search.cleaned_data["q"] if search.is_valid() else ""
    page = describing_words.page_of(sought=sought, after=number(request.GET.get("after")))
    context = {
        "page": page,
        "search": search,
        "more": urlencode({"q": sought, "after": page.next_id}) if page.next_id else "",
        "form": form,
        "trial": trial,
        "tried": describing_words.tried(form, trial) if trial else [],
        "is_broad": trial is not None and entries.is_broad(trial),
        "is_senior": rules.senior_refusal(request.user) is None,
    }
    return full_page(request, "moderation/words.html", context, **more)


def number(raw: str | None) -> int | None:
    """Raises Http404 for what is no id."""
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 18):
        raise Http404
    return int(raw)


def word_page(
    request: HttpRequest, entry: WordlistEntry, form: TakeOffForm, **status: Any
) -> HttpResponse:
    context = {
        "entry": entry,
        "form": form,
        "hits": describing_words.latest_hits(entry),
        "is_senior": rules.senior_refusal(request.user) is None,
    }
    return full_page(request, "moderation/word.html", context, **status)
