"""What can moderators do about a comment besides the measures of its case?"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext

from accounts.rules import is_senior
from forum.answers import answering
from forum.models import Comment
from moderation import handing, reading, remarking, rules, sweeping
from moderation.deciding import latest_revision
from moderation.measure_forms import (
    BranchForm,
    HandOverForm,
    HouseNoteForm,
    PassageForm,
    ReasonForm,
)
from moderation.models import Case, Decision, Sweep
from moderation.queue import Reason, open_case
from moderation.rows import rows_of
from moderation.views.guarding import (
    HOLDS,
    carried_out,
    full_page,
    moderator_required,
    typed_into,
)
from moderation.views.readers import begins_soon


@moderator_required
@answering("GET")
def measures(request: Any, pk: int) -> HttpResponse:
    return measures_page(request, found(pk))


@moderator_required
@answering("POST")
def passages(request: Any, pk: int) -> HttpResponse:
    comment = found(pk)
    form = PassageForm(request.POST, comment=comment)
    return done(
        request,
        comment,
        form,
        "passage_form",
        lambda sent: remarking.hide_passage(comment, moderator=request.user, **sent),
    )


@moderator_required
@answering("POST")
def reveal(request: Any, pk: int) -> HttpResponse:
    decisions = Decision.objects.filter(measure=Decision.Measure.HIDE_PASSAGE)
    decision = get_object_or_404(decisions.select_related("comment__author", "revision"), pk=pk)
    form = ReasonForm(request.POST, prefix="reveal")
    return done(
        request,
        found(decision.comment_id),
        form,
        "reveal_form",
        lambda sent: remarking.reveal_passage(decision, moderator=request.user, **sent),
    )


@moderator_required
@answering("POST")
def house_note(request: Any, pk: int) -> HttpResponse:
    comment = found(pk)
    form = HouseNoteForm(request.POST, prefix="note")
    return done(
        request,
        comment,
        form,
        "note_form",
        lambda sent: remarking.note(comment, moderator=request.user, **sent),
    )


@moderator_required
@answering("POST")
def hand_over(request: Any, pk: int) -> HttpResponse:
    comment = found(pk)
    form = HandOverForm(request.POST, prefix="hand")

    def act(sent: dict[str, Any]) -> object:
        case = Case.objects.open().filter(comment=comment).first()
        case = case or open_case(comment, reason=Reason.OPENED)
        return handing.hand_over(case, moderator=request.user, **sent)

    return done(request, comment, form, "hand_form", act)


@moderator_required
@answering("POST")
def branch(request: Any, pk: int) -> HttpResponse:
    comment = found(pk)
    form = BranchForm(request.POST, prefix="branch")

    def act(sent: dict[str, Any]) -> object:
        removal = sweeping.remove_branch(comment, moderator=request.user, **sent)
        if isinstance(removal, sweeping.Removal) and removal.passed_over:
            messages.info(request, passed_over(removal.passed_over))
        return removal

    return done(request, comment, form, "branch_form", act, told=told_of_removal)


def told_of_removal(removal: sweeping.Removal | Sweep) -> str:
    return begins_soon(removal) if isinstance(removal, Sweep) else str(HOLDS)


def passed_over(count: int) -> str:
    return ngettext(
        "%(count)s comment was passed over: others decide on it.",
        "%(count)s comments were passed over: others decide on them.",
        count,
    ) % {"count": count}


@moderator_required
@answering("GET")
def handed_over(request: Any) -> HttpResponse:
    """What waits for seniors, the most urgent first."""
    if refusal := rules.senior_refusal(request.user):
        raise PermissionDenied(refusal)
    cases = Case.objects.handed_over().most_urgent_first()[: reading.PAGE]
    shown = rows_of(cases.values_list("pk", flat=True))
    return render(request, "moderation/handed_over.html", {"rows": shown})


def found(pk: int | None) -> Comment:
    comments = Comment.objects.select_related(
        "author", "discussion__article", "discussion__topic", "visible_revision__revision"
    )
    return get_object_or_404(comments, pk=pk)


def done(
    request: Any,
    comment: Comment,
    form: Form,
    name: str,
    act: Callable[[dict[str, Any]], object],
    *,
    told: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Act and lead back; or the page with the form and what is wrong with it."""

    def page(**how: Any) -> HttpResponse:
        return measures_page(request, found(comment.pk), **{name: form, **how})

    return carried_out(
        request,
        form,
        act,
        page=page,
        back=("moderation:measures", comment.pk),
        refusal=rules.measure_refusal(request.user, comment),
        told=told,
    )


def measures_page(
    request: Any,
    comment: Comment,
    *,
    status: int = 200,
    error: ValidationError | None = None,
    **forms: Any,
) -> HttpResponse:
    revision = latest_revision(comment)
    refusal = rules.measure_refusal(request.user, comment)
    hidden = Decision.objects.filter(
        pk__in=revision.hidden_passages.filter(lifted_at__isnull=True).values("decision_id")
    )
    context = {
        "comment": comment,
        "revision": revision,
        "refusal": refusal,
        "kept": typed_into(forms.values()) if refusal else "",
        "is_seen": comment.visible_revision_id == revision.pk,
        "hidden": hidden.select_related("text"),
        "passage_form": PassageForm(comment=comment, initial={"revision": revision.pk}),
        "reveal_form": ReasonForm(prefix="reveal"),
        "note_form": HouseNoteForm(prefix="note", initial={"text": comment.house_note}),
        "hand_form": HandOverForm(prefix="hand"),
        "branch_form": BranchForm(prefix="branch"),
        "branch_count": len(sweeping.branch_of(comment)),
        "sweeps": Sweep.objects.in_view().filter(branch=comment) if is_senior(request.user) else [],
    }
    page = "moderation/measures.html"
    return full_page(request, page, context | forms, status=status, error=error)
