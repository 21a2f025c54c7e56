"""How does an author appeal, and how is he answered?"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.throttling import address_of
from forum.answers import Request, answering
from moderation import appealing, reversing, rules, statements
from moderation.forms import AnswerForm, AppealForm
from moderation.models import Appeal, Decision
from moderation.views.decisions import statement_page
from moderation.views.guarding import full_page, moderator_required, see_other

# --- For the author


@csrf_exempt
@answering("POST")
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """The key of the mail proves more than a token: it is asked alone, and needs no cookie."""
    if key := request.POST.get("key", ""):
        decision = statements.decision_for_key(key)
        if decision is None or decision.pk != pk:
            raise Http404
        return _appeal(request, decision, key)
    return _appeal_signed_in(request, pk)


@csrf_protect
def _appeal_signed_in(request: HttpRequest, pk: int) -> HttpResponse:
    decision = Decision.objects.in_view().filter(pk=pk).first()
    if not request.user.is_authenticated:
        return redirect_to_login(f"/decisions/{pk}/")
    if decision is None or not statements.is_readable(decision, reader=request.user, key=""):
        raise Http404
    return _appeal(request, decision, "")


def _appeal(request: HttpRequest, decision: Decision, key: str) -> HttpResponse:
    if not statements.is_told(decision):
        raise Http404
    form = AppealForm(request.POST)
    if not form.is_valid():
        return statement_page(request, decision, form=form, status=422)
    try:
        appealing.appeal(decision, address=address_of(request), **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        decision = Decision.objects.in_view().get(pk=decision.pk)
        return statement_page(request, decision, form=form, error=error)
    query = f"?key={key}" if key else ""
    return HttpResponseRedirect(f"{decision.get_absolute_url()}{query}#appeal", status=303)


@answering("GET")
@login_required
def own_appeals(request: Request) -> HttpResponse:
    """All of them: there is at most one to a decision."""
    appeals = Appeal.objects.in_view().filter(author=request.user).order_by("-pk")
    entries = [(appeal, appealing.state_of(appeal)) for appeal in appeals]
    return render(request, "moderation/own_appeals.html", {"entries": entries})


# --- For seniors


@moderator_required
@answering("GET")
def appeals(request: HttpRequest) -> HttpResponse:
    """What waits, the most pressing first."""
    waiting = Appeal.objects.waiting().in_view().order_by("due_at", "pk")
    return full_page(request, "moderation/appeals.html", {"appeals": waiting[:MOST_LISTED]})


MOST_LISTED = 200


@moderator_required
@answering("GET", "POST")
def appeal_at_desk(request: Request, pk: int) -> HttpResponse:
    appeal = get_object_or_404(Appeal.objects.in_view(), pk=pk)
    if request.method != "POST":
        return answer_page(request, appeal, AnswerForm())
    form = AnswerForm(request.POST)
    if refusal := rules.appeal_refusal(request.user, appeal):
        return answer_page(request, appeal, form, error=PermissionDenied(refusal))
    if not form.is_valid():
        return answer_page(request, appeal, form, status=422)
    try:
        appealing.answer(appeal, moderator=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        appeal = Appeal.objects.in_view().get(pk=pk)
        return answer_page(request, appeal, form, error=error)
    messages.success(request, _("Appeal %(number)s: answered.") % {"number": appeal.number})
    return see_other("moderation:appeals")


def answer_page(
    request: HttpRequest, appeal: Appeal, form: AnswerForm, **status: Any
) -> HttpResponse:
    decision = appeal.decision
    context = {
        "appeal": appeal,
        "decision": decision,
        "facts": statements.facts(decision, statements.values_of(decision)),
        "wording": reversing.wording_to_restore(decision),
        "form": form,
        "refusal": rules.appeal_refusal(request.user, appeal),
    }
    return full_page(request, "moderation/appeal.html", context, **status)
