"""What does somebody read of a decision about him?"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.rules import writing_refusal
from forum.answers import answering
from forum.forms import EditForm
from moderation import appealing, revising, rulebook, rules, statements
from moderation.forms import AppealForm
from moderation.models import Decision
from moderation.views.guarding import full_page


@answering("GET")
def decision(request: Any, pk: int) -> HttpResponse:
    key = request.GET.get("key", "")
    if not (key or request.user.is_authenticated):
        return redirect_to_login(request.get_full_path())
    decision = get_object_or_404(Decision.objects.told().in_view(), pk=pk)
    if not statements.is_readable(decision, reader=request.user, key=key):
        raise Http404
    return statement_page(request, decision, form=AppealForm())


def statement_page(
    request: HttpRequest,
    decision: Decision,
    *,
    form: AppealForm,
    revision_form: EditForm | None = None,
    **status: Any,
) -> HttpResponse:
    """The statement, with its author's appeal or the form for one, and the one to send his text
    again."""
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
        "revision_form": revision_form or revision_form_of(decision, request.user),
        # In the form, so that a session that has ended meanwhile costs nobody his text.
        "key": statements.key_of(decision),
    }
    response = full_page(request, "moderation/statement.html", context, **status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def revision_form_of(decision: Decision, reader: User | AnonymousUser) -> EditForm | None:
    """For its author, signed in and not suspended, where his text can be mended."""
    if writing_refusal(reader) or reader != statements.addressee(decision):
        return None
    if decision.revision is None or revising.revising_refusal(decision):
        return None
    return EditForm(initial={"body": decision.revision.body})
