"""What does the desk answer about a reader?"""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_senior
from forum.answers import answering
from forum.views.comments import reader_or_404
from moderation import readers, rules, suspending, sweeping
from moderation.measure_forms import HearingForm, NoteForm, ReaderMeasureForm, ReasonForm, SweepForm
from moderation.models import Decision, Hearing
from moderation.restricting import decide_about_author
from moderation.views.guarding import (
    carried_out,
    full_page,
    moderator_required,
    typed_into,
)


@moderator_required
@answering("GET")
def reader(request: Any, name: str) -> HttpResponse:
    return reader_page(request, reader_or_404(name))


@moderator_required
@answering("POST")
def measures(request: Any, name: str) -> HttpResponse:
    found = reader_or_404(name)
    form = ReaderMeasureForm(request.POST, reader=found)
    return done(request, found, form, "form", lambda sent: _decide(request.user, **sent))


@moderator_required
@answering("POST")
def reinstatement(request: Any, name: str) -> HttpResponse:
    found = reader_or_404(name)
    form = ReasonForm(request.POST, prefix="lift")
    return done(
        request,
        found,
        form,
        "lift_form",
        lambda sent: suspending.reinstate(found, moderator=request.user, **sent),
    )


@moderator_required
@answering("POST")
def notes(request: Any, name: str) -> HttpResponse:
    found = reader_or_404(name)
    form = NoteForm(request.POST, prefix="note")
    return done(
        request,
        found,
        form,
        "note_form",
        lambda sent: readers.add_note(found, moderator=request.user, **sent),
        is_measure=False,
    )


@moderator_required
@answering("POST")
def sweeps(request: Any, name: str) -> HttpResponse:
    """All that he has written since a day; for seniors."""
    found = reader_or_404(name)
    form = SweepForm(request.POST, prefix="sweep")
    refusal = rules.senior_refusal(request.user)

    def act(sent: dict[str, Any]) -> object:
        since = make_aware(datetime.combine(sent.pop("since"), time.min))
        return sweeping.remove_since(found, since=since, moderator=request.user, **sent)

    return done(request, found, form, "sweep_form", act, refusal=refusal, told=begins_soon)


def begins_soon(_sweep: object) -> str:
    return _("It begins in 30 seconds. Until it is finished you can stop it here.")


@moderator_required
@answering("POST")
def hearing_decision(request: Any, pk: int) -> HttpResponse:
    hearing = get_object_or_404(Hearing.objects.select_related("reader"), pk=pk)
    form = HearingForm(request.POST, prefix="hearing")
    return done(
        request,
        hearing.reader,
        form,
        "hearing_form",
        lambda sent: suspending.decide(
            hearing,
            moderator=request.user,
            suspends=sent["outcome"] == "suspend",
            explanation=sent["explanation"],
        ),
    )


def _decide(moderator: User, *, measure: str, length: int | None, **sent: Any) -> object:
    comment, why_grave = sent.pop("comment"), sent.pop("why_grave")
    if measure == "announce":
        return suspending.announce(comment, moderator=moderator, days=length, **sent)
    if measure == "suspend":
        return suspending.suspend_at_once(
            comment, moderator=moderator, days=length, why_grave=why_grave, **sent
        )
    until = suspending.end_of(length) if measure == Decision.Measure.READ_FIRST else None
    return decide_about_author(comment, moderator=moderator, measure=measure, until=until, **sent)


def done(
    request: Any,
    found: User,
    form: Form,
    name: str,
    act: Callable[[dict[str, Any]], object],
    *,
    refusal: str | None = None,
    is_measure: bool = True,
    told: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Act and lead back to his page; or the page with the form and what is wrong with it."""

    def page(**how: Any) -> HttpResponse:
        return reader_page(request, found, **{name: form, **how})

    if is_measure:
        refusal = refusal or rules.reader_refusal(request.user, found)
    back = ("moderation:reader", found.name)
    return carried_out(request, form, act, page=page, back=back, refusal=refusal, told=told)


def reader_page(
    request: Any,
    found: User,
    *,
    status: int = 200,
    error: ValidationError | None = None,
    **forms: Any,
) -> HttpResponse:
    """As he is stored now, whatever the view has known of him before."""
    found = User.objects.get(pk=found.pk)
    occasion = request.GET.get("comment", "")
    refusal = rules.reader_refusal(request.user, found)
    is_hidden = refusal or ("sweep_form" in forms and not is_senior(request.user))
    context = {
        "file": readers.reader_file(found),
        "refusal": refusal,
        "kept": typed_into(forms.values()) if is_hidden else "",
        "form": ReaderMeasureForm(reader=found, initial={"comment": occasion}),
        "lift_form": ReasonForm(prefix="lift"),
        "note_form": NoteForm(prefix="note"),
        "hearing_form": HearingForm(prefix="hearing"),
        "sweep_form": SweepForm(prefix="sweep"),
        "is_senior": is_senior(request.user),
    }
    return full_page(request, "moderation/reader.html", context | forms, status=status, error=error)
