"""What do the pages of moderation answer: to readers, to authors, at the desk?"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _

from accounts.throttling import address_of
from forum.answers import answer, answering
from forum.models import Comment
from moderation import deciding, flagging, queue, reading, rulebook, rules, statements
from moderation.forms import DecisionForm, FlagForm
from moderation.models import Case, Decision

View = Callable[..., HttpResponse]


def moderator_required(view: View) -> View:
    """Outermost on every view of the desk; the 403 page offers strangers to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if refusal := rules.desk_refusal(request.user):
            raise PermissionDenied(refusal)
        return view(request, *args, **kwargs)

    return guarded


def see_other(to: Any, *args: Any) -> HttpResponse:
    return HttpResponseRedirect(resolve_url(to, *args), status=303)


def full_page(
    request: HttpRequest, template: str, context: dict[str, Any], **status: Any
) -> HttpResponse:
    """htmx takes what it needs out of the whole page (hx-select)."""
    return answer(request, page=template, fragment=template, context=context, **status)


# --- For readers and authors


@answering("GET", "POST")
def flags(request, pk):
    comment = get_object_or_404(Comment.objects.readable().in_view(), pk=pk)
    form = FlagForm(request.POST if request.method == "POST" else None)
    refusal = rules.flag_refusal(request.user, comment)
    if not form.is_bound:
        return flag_page(request, comment, form, refusal)
    if refusal:
        return flag_page(request, comment, form, refusal, error=PermissionDenied(refusal))
    if not form.is_valid():
        return flag_page(request, comment, form, refusal, status=422)
    try:
        flagging.flag(
            comment, reader=request.user, address=address_of(request), **form.cleaned_data
        )
    except ValidationError as error:
        form.add_error(None, error)
        return flag_page(request, comment, form, refusal, error=error)
    return see_other("moderation:flags", pk)


def flag_page(
    request: HttpRequest, comment: Comment, form: FlagForm, refusal: str | None, **status: Any
) -> HttpResponse:
    """What was written stays there, also for whoever may not send it."""
    context = {
        "comment": comment,
        "form": form,
        "refusal": refusal,
        "earlier": flagging.flag_of(request.user, comment),
        "contact": settings.CONTACT_EMAIL,
        "address": request.build_absolute_uri(comment.get_absolute_url()),
    }
    return full_page(request, "moderation/flags.html", context, **status)


@answering("GET")
def decision(request, pk):
    key = request.GET.get("key", "")
    if not (key or request.user.is_authenticated):
        return redirect_to_login(request.get_full_path())
    decision = get_object_or_404(Decision.objects.in_view(), pk=pk)
    if not statements.is_readable(decision, reader=request.user, key=key):
        raise Http404
    context = {
        "decision": decision,
        "statement": statements.statement(decision),
        "broken": rulebook.clause_of(decision),
        "contact": settings.CONTACT_EMAIL,
    }
    response = render(request, "moderation/statement.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


# --- The desk. Reading changes nothing: a case is claimed by a button, or by deciding it.


@moderator_required
@answering("GET")
def desk(request):
    after = request.GET.get("after", "")
    before = get_object_or_404(Case, pk=after) if after.isascii() and after.isdigit() else None
    return render(request, "moderation/desk.html", {"queue": reading.queue_page(after=before)})


@moderator_required
@answering("GET")
def case(request, pk):
    return case_page(request, pk)


def case_page(
    request: HttpRequest, pk: int, *, form: DecisionForm | None = None, **status: Any
) -> HttpResponse:
    """The case as it is now, whatever the view has known of it before."""
    case = get_object_or_404(Case.objects.in_file(), pk=pk)
    file = reading.case_file(case, viewer=request.user)
    form = form or DecisionForm(comment=file.comment, initial={"ground": file.suggested_ground})
    form.offer(file.measures)
    context = {"queue": reading.queue_page(), "file": file, "form": form}
    response = full_page(request, "moderation/desk.html", context, **status)
    if request.method == "POST":
        # Nothing has happened: the address stays the one that Back and Reload can open.
        response.headers["HX-Push-Url"] = "false"
    return response


@moderator_required
@answering("POST")
def claim(request, pk):
    case = get_object_or_404(Case.objects.in_view(), pk=pk)
    if not queue.claim(case, moderator=request.user):
        return case_page(request, pk, status=409)
    return see_other(case)


@moderator_required
@answering("POST")
def release(request, pk):
    case = get_object_or_404(Case, pk=pk)
    queue.release(case, moderator=request.user)
    return see_other("moderation:desk")


@moderator_required
@answering("POST")
def decide(request, pk):
    case = get_object_or_404(Case.objects.in_view(), pk=pk)
    form = DecisionForm(request.POST, comment=case.reviewed_comment)
    if not form.is_valid():
        return case_page(request, pk, form=form, status=422)
    try:
        decision = deciding.decide(case, moderator=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return case_page(request, pk, form=form, error=error)
    messages.success(
        request,
        _("%(measure)s: comment by %(name)s")
        % {"measure": decision.get_measure_display(), "name": case.reviewed_comment.author},
    )
    return see_other(queue.next_case(request.user) or "moderation:desk")


@moderator_required
@answering("GET", "POST")
def comment(request, pk):
    """From any comment to its case; opening one is a POST."""
    comment = get_object_or_404(Comment.objects.in_view(), pk=pk)
    refusal = rules.opening_refusal(comment)
    if request.method == "POST" and not refusal:
        return see_other(queue.open_case(comment, reason=queue.Reason.OPENED))
    if case := Case.objects.open().filter(comment=comment).first():
        return redirect(case)
    context = {"comment": comment, "refusal": refusal}
    status = 409 if request.method == "POST" else 200
    return full_page(request, "moderation/open_case.html", context, status=status)
