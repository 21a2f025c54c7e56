"""What does the desk answer whoever wants to read the letter before it is sent?"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from forum.answers import answering
from moderation.decision_forms import DecisionForm
from moderation.drafting import letters_for
from moderation.models import Case
from moderation.statements import Statement
from moderation.views.desk import case_page
from moderation.views.guarding import moderator_required


@moderator_required
@answering("POST")
def letter(request: Any, pk: int) -> HttpResponse:
    """As the form stands. Nothing happens: it is a POST because reasons are long."""
    case = get_object_or_404(Case.objects.in_view().filter(reader__isnull=True), pk=pk)
    form = DecisionForm(request.POST, comment=case.reviewed_comment)
    letters = drafted(case, form)
    status = 200 if letters else 422
    if request.htmx:
        # On the page they stand at their fields.
        context = {"letters": letters, "form": form, "tells_errors": True}
        return render(request, "moderation/_letters.html", context, status=status)
    return case_page(request, pk, form=form, letters=letters, status=status)


def drafted(case: Case, form: DecisionForm) -> list[Statement]:
    """None where the form does not say yet what is to be told."""
    if form.is_valid() and not form.cleaned_data["ground"]:
        form.add_error("ground", _("Please choose the ground."))
    return letters_for(case, **form.cleaned_data) if form.is_valid() else []
