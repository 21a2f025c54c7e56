"""How does an author send a removed comment again?"""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.throttling import address_of
from forum.answers import Request, answering, sentence_of
from forum.forms import EditForm
from moderation import statements
from moderation.forms import AppealForm
from moderation.models import Decision
from moderation.revising import revise
from moderation.views.decisions import statement_page
from moderation.views.guarding import see_other


@answering("POST")
@login_required
def revision(request: Request, pk: int) -> HttpResponse:
    """The key of the mail is not enough: what is written under a name is written signed in."""
    decision = get_object_or_404(Decision.objects.in_view(), pk=pk)
    if not statements.is_readable(decision, reader=request.user, key=""):
        raise Http404
    form = EditForm(request.POST)
    appeal_form = AppealForm()
    if not form.is_valid():
        return statement_page(request, decision, form=appeal_form, revision_form=form, status=422)
    body = form.cleaned_data["body"]
    try:
        sent = revise(decision, author=request.user, body=body, address=address_of(request))
    except (PermissionDenied, ValidationError) as error:
        form.add_error(None, sentence_of(error))
        return statement_page(request, decision, form=appeal_form, revision_form=form, error=error)
    return see_other(sent.comment)
