"""What do the pages of moderation answer: to readers, to authors, at the desk?"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.throttling import address_of
from forum import answers
from forum.models import Comment
from forum.views.answering import reading as public_page
from forum.views.answering import shared
from moderation import deciding, flagging, queue, reading, rules, statements
from moderation.forms import DecisionForm, FlagForm
from moderation.grounds import FIRST_CLAUSE, GROUNDS, RULES_VERSION, version_date
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


# --- For readers and authors


@public_page
def netiquette(request):
    context = {
        "first_clause": FIRST_CLAUSE,
        "grounds": GROUNDS.values(),
        "version": version_date(),
        "contact": settings.CONTACT_EMAIL,
        "holds_newcomers": settings.MODERATION_HOLD_NEWCOMERS,
    }
    page = lambda: render(request, "moderation/netiquette.html", context)  # noqa: E731
    return shared(request, page, RULES_VERSION)


@require_http_methods(["GET", "HEAD", "POST"])
def flags(request, pk):
    comment = get_object_or_404(Comment.objects.published().in_view(), pk=pk)
    form = FlagForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return flag_page(request, comment, form)
    # Before the form: nobody is asked to mend what he may not send.
    if refusal := rules.flag_refusal(request.user, comment):
        raise PermissionDenied(refusal)
    if not form.is_valid():
        return flag_page(request, comment, form, status=422)
    try:
        flagging.flag(
            comment, reader=request.user, address=address_of(request), **form.cleaned_data
        )
    except ValidationError as error:
        form.add_error(None, error)
        return flag_page(request, comment, form, status=answers.status_of(error))
    return redirect("moderation:flags", pk)


def flag_page(
    request: HttpRequest, comment: Comment, form: FlagForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "comment": comment,
        "form": form,
        "refusal": rules.flag_refusal(request.user, comment),
        "earlier": flagging.flag_of(request.user, comment),
        "contact": settings.CONTACT_EMAIL,
        "address": request.build_absolute_uri(comment.get_absolute_url()),
    }
    return render(request, "moderation/flags.html", context, status=status)


@require_safe
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
        "ground": GROUNDS.get(decision.ground),
    }
    response = render(request, "moderation/statement.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


# --- The desk. Reading changes nothing: a case is claimed by a button, or by deciding it.


@moderator_required
@require_safe
def desk(request):
    after = request.GET.get("after", "")
    before = get_object_or_404(Case, pk=after) if after.isascii() and after.isdigit() else None
    return render(request, "moderation/desk.html", {"queue": reading.queue_page(after=before)})


@moderator_required
@require_safe
def case(request, pk):
    return case_page(request, get_object_or_404(Case, pk=pk))


def case_page(
    request: HttpRequest, case: Case, *, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    file = reading.case_file(case, viewer=request.user)
    form = form or DecisionForm(comment=file.comment, initial={"ground": file.suggested_ground})
    form.offer(file.measures)
    context = {"queue": reading.queue_page(), "file": file, "form": form}
    return render(request, "moderation/desk.html", context, status=status)


@moderator_required
@require_POST
def claim(request, pk):
    case = get_object_or_404(Case.objects.in_view(), pk=pk)
    if not queue.claim(case, moderator=request.user):
        return case_page(request, case, status=409)
    return redirect(case)


@moderator_required
@require_POST
def release(request, pk):
    case = get_object_or_404(Case, pk=pk)
    queue.release(case, moderator=request.user)
    return redirect("moderation:desk")


@moderator_required
@require_POST
def decide(request, pk):
    case = get_object_or_404(Case.objects.in_view(), pk=pk)
    form = DecisionForm(request.POST, comment=case.comment)
    if not form.is_valid():
        return case_page(request, case, form=form, status=422)
    try:
        decision = deciding.decide(case, moderator=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return case_page(request, case, form=form, status=answers.status_of(error))
    messages.success(
        request,
        _("%(measure)s: comment by %(name)s")
        % {"measure": decision.get_measure_display(), "name": case.comment.author},
    )
    return redirect(queue.next_case(request.user) or "moderation:desk")


@moderator_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request, pk):
    """From any comment to its case; opening one is a POST."""
    comment = get_object_or_404(Comment.objects.in_view(), pk=pk)
    refusal = rules.opening_refusal(comment)
    if request.method == "POST" and not refusal:
        return redirect(queue.open_case(comment, reason=queue.Reason.OPENED))
    if case := Case.objects.open().filter(comment=comment).first():
        return redirect(case)
    context = {"comment": comment, "refusal": refusal}
    status = 409 if request.method == "POST" else 200
    return render(request, "moderation/open_case.html", context, status=status)
