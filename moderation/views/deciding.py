"""What does the desk answer whoever decides a case?"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from forum.answers import answering
from forum.models import Revision
from moderation import deciding, remarking, respites
from moderation.decision_forms import DecisionForm
from moderation.filter_forms import FilterForm
from moderation.models import Case, Decision, Respite
from moderation.offering import REMOVE_AND_WARN
from moderation.quoting import remove_with_quotes
from moderation.views.desk import case_page, next_page
from moderation.views.guarding import moderator_required, put_into


@moderator_required
@answering("POST")
def decide(request: Any, pk: int) -> HttpResponse:
    cases = Case.objects.select_related("comment__author").filter(reader__isnull=True)
    case = get_object_or_404(cases, pk=pk)
    form = DecisionForm(request.POST, comment=case.reviewed_comment)
    if not form.is_valid():
        return case_page(request, pk, form=form, status=422)
    try:
        done = act(case, moderator=request.user, **form.cleaned_data)
    except (ValidationError, PermissionDenied) as error:
        put_into(form, error)
        return case_page(request, pk, form=form, error=error)
    if isinstance(done, Decision):  # a removal says so itself, with a button (_undo.html)
        named = {"measure": done.get_measure_display(), "name": case.reviewed_comment.author}
        messages.success(request, _("%(measure)s: comment by %(name)s") % named)
    return next_page(request, decided=case, chosen=FilterForm(request.GET).chosen)


def act(
    case: Case,
    *,
    moderator: User,
    measure: str,
    passage: str,
    quoting: Sequence[Revision],
    **sent: Any,
) -> Decision | Respite:
    """By the verb of the measure. Raises as deciding.take_up does."""
    if measure == Decision.Measure.HIDE_PASSAGE:
        return remarking.hide_passage_of(case, moderator=moderator, passage=passage, **sent)
    if measure in {Decision.Measure.REMOVE, REMOVE_AND_WARN}:
        also_warns = measure == REMOVE_AND_WARN
        if quoting:
            return remove_with_quotes(
                case, moderator=moderator, quoting=quoting, also_warns=also_warns, **sent
            )
        return respites.grant(case, moderator=moderator, also_warns=also_warns, **sent)
    return deciding.decide(case, moderator=moderator, measure=measure, **sent)
