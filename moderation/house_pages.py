"""What do the pages of the house answer, to readers and to the admins who write them?"""

from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forum import describing
from forum.answers import answering
from forum.views.answering import read_only, shared
from moderation import editing, pages, rulebook, rules
from moderation.forms import ClauseForms, EditionForm
from moderation.models import Edition
from moderation.views.guarding import View, full_page, see_other

FIELDS = ["text_de", "text_en", "valid_from", "is_significant", "changes"]

# --- For everybody


@read_only
def present(request: HttpRequest, page: str) -> HttpResponse:
    """As it holds now."""
    edition = Edition.objects.holding(page, at=timezone.now())
    if edition is None:
        raise Http404
    return page_of(request, edition, holding=edition, title=str(edition))


@read_only
def version(request: HttpRequest, page: str, version: str) -> HttpResponse:
    """A former one, or one to come: it says so."""
    edition = get_object_or_404(Edition, page=page, version=version)
    day = date_format(timezone.localtime(edition.valid_from), "DATE_FORMAT")
    title = _("%(page)s, version of %(date)s") % {"page": edition, "date": day}
    holding = Edition.objects.holding(page, at=timezone.now()) or edition
    return page_of(request, edition, holding=holding, title=title)


def page_of(
    request: HttpRequest, edition: Edition, *, holding: Edition, title: str
) -> HttpResponse:
    """holding: the edition that holds now; search engines are told to keep to it."""

    def whole() -> HttpResponse:
        text = pages.rendered(edition.text)
        path = reverse(f"moderation:{edition.page}")
        context = {
            "edition": edition,
            "holding": holding,
            "is_to_come": edition.valid_from > holding.valid_from,
            "clauses": rulebook.clauses_of(edition),
            "text": text,
            "editions": Edition.objects.of(edition.page).defer("text_de", "text_en", "clauses"),
            "described": describing.house_page(title, text=text, path=path),
        }
        return render(request, "moderation/house_page.html", context)

    return shared(request, whole)


@read_only
def netiquette_json(request: HttpRequest) -> HttpResponse:
    """The rules for machines (DSA art. 14(1)): which codes decisions name, and what they mean."""
    rules = rulebook.current()
    told = {
        "version": rules.version,
        "valid_from": rules.valid_from.isoformat(),
        "url": describing.absolute(rules.address_of(None)),
        "clauses": [
            {
                "code": clause.code,
                "number": clause.number,
                "is_ground": clause.is_ground,
                "noun": {"de": clause.noun_de, "en": clause.noun_en},
                "text": {"de": clause.text_de, "en": clause.text_en},
                "url": describing.absolute(rules.address_of(clause)),
            }
            for clause in rules.clauses
        ],
    }
    return shared(request, lambda: JsonResponse(told))


# --- For admins


def admin_required(view: View) -> View:
    """Outermost, as at the desk: what there is, others do not learn."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if refusal := rules.editing_refusal(request.user):
            raise PermissionDenied(refusal)
        return view(request, *args, **kwargs)

    return guarded


@admin_required
@answering("GET")
def editions(request):
    """Which pages are there, and since when do they read as they do?"""
    shown = [Edition.objects.of(page).first() for page in Edition.Page]
    return render(request, "moderation/editions.html", {"editions": shown})


@admin_required
@answering("GET", "POST")
def edit(request, page):
    newest = Edition.objects.of(page).first()
    if newest is None:
        raise Http404
    if request.method != "POST":
        return edit_page(request, newest, *blank_forms(newest))
    form = EditionForm(request.POST)
    clauses = ClauseForms(request.POST, initial=newest.clauses, prefix="clause")
    # Both, so that all mistakes are told at once.
    if not all([form.is_valid(), clauses.is_valid()]):
        return edit_page(request, newest, form, clauses, status=422)
    try:
        draft = draft_of(newest, form, clauses)
        if "publish" not in request.POST:
            editing.refuse_unsound(draft, former=newest)
            return edit_page(request, newest, form, clauses, draft=draft)
        written = editing.write_edition(page, author=request.user, **entered(form, clauses))
    except ValidationError as error:
        add_errors(form, error)
        return edit_page(request, newest, form, clauses, error=error)
    messages.success(request, saved(written))
    return see_other("moderation:editions")


def blank_forms(newest: Edition) -> tuple[EditionForm, Any]:
    """With the newest wording in it, to hold from tomorrow."""
    tomorrow = timezone.localtime() + timedelta(days=1)
    form = EditionForm(
        initial={
            "text_de": newest.text_de,
            "text_en": newest.text_en,
            "valid_from": tomorrow.replace(hour=0, minute=0, second=0, microsecond=0),
            "based_on": newest,
        }
    )
    return form, ClauseForms(initial=newest.clauses, prefix="clause")


def edit_page(
    request: HttpRequest, newest: Edition, form: EditionForm, clauses: Any, **more: Any
) -> HttpResponse:
    draft = more.pop("draft", None)
    context = {
        "newest": newest,
        "form": form,
        "clause_forms": clauses if newest.clauses else None,
        "clauses_management": clauses.management_form,
        "clause_problems": clauses.is_bound and clauses.non_form_errors(),
        "figures": sorted(pages.figures().items()),
        "draft": draft,
        "draft_clauses": rulebook.clauses_of(draft) if draft else [],
        "changes": pages.changes_between(newest, draft) if draft else [],
    }
    return full_page(request, "moderation/edit_page.html", context, **more)


def entered(form: EditionForm, clauses: Any) -> dict[str, Any]:
    """What was typed, as write_edition takes it; a row left empty is no clause."""
    return form.cleaned_data | {"clauses": [one for one in clauses.cleaned_data if one]}


def draft_of(newest: Edition, form: EditionForm, clauses: Any) -> Edition:
    """What would be written, to be looked at: not saved."""
    given = entered(form, clauses)
    fields = {name: given[name] for name in FIELDS}
    coded = editing.with_codes(given["clauses"])
    return Edition(page=newest.page, clauses=coded, **fields)


def add_errors(form: EditionForm, error: ValidationError) -> None:
    """Where they belong; what concerns the clauses stands above all."""
    told = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: [error]}
    for name, errors in told.items():
        for one in errors:
            form.add_error(None if name == NON_FIELD_ERRORS else name, one)


def saved(written: Edition) -> str:
    moment = date_format(timezone.localtime(written.valid_from), "DATETIME_FORMAT")
    return _("%(page)s: the new version holds from %(time)s.") % {"page": written, "time": moment}
