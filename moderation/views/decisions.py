"""What does somebody read of a decision about him?"""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from forum.answers import answering
from moderation import appealing, rulebook, rules, statements
from moderation.forms import AppealForm
from moderation.models import Decision
from moderation.views.guarding import full_page


@answering("GET")
def decision(request, pk):
    key = request.GET.get("key", "")
    if not (key or request.user.is_authenticated):
        return redirect_to_login(request.get_full_path())
    decision = get_object_or_404(Decision.objects.in_view(), pk=pk)
    if not statements.is_readable(decision, reader=request.user, key=key):
        raise Http404
    return statement_page(request, decision, key=key, form=AppealForm())


def statement_page(
    request: HttpRequest, decision: Decision, *, key: str, form: AppealForm, **status: Any
) -> HttpResponse:
    """The statement, with its author's appeal or the form for one."""
    appeal = getattr(decision, "appeal", None)
    is_restriction = decision.measure in Decision.RESTRICTING
    context = {
        "decision": decision,
        "statement": statements.statement(decision),
        "broken": rulebook.clause_of(decision),
        "appeal": appeal,
        "appeal_state": appealing.state_of(appeal) if appeal else "",
        "is_appealable": is_restriction and not rules.appealing_refusal(decision),
        "form": form,
        # In the form, so that a session that has ended meanwhile costs nobody his text.
        "key": statements.key_of(decision),
    }
    response = full_page(request, "moderation/statement.html", context, **status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
