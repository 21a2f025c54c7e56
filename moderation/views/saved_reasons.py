"""What does the desk answer about the reasons that the house has worded once?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from forum.answers import answering
from moderation import rules, saved_reasons
from moderation.decision_forms import SavedReasonForm
from moderation.models import SavedReason
from moderation.views.guarding import full_page, moderator_required, see_other


@moderator_required
@answering("GET", "POST")
def listed(request: Any) -> HttpResponse:
    """Everybody reads them, seniors add one."""
    if request.method == "GET":
        return list_page(request, SavedReasonForm())
    refuse(request)
    form = SavedReasonForm(request.POST)
    if not save(request, form):
        return list_page(request, form, status=422)
    return see_other("moderation:saved_reasons")


@moderator_required
@answering("GET", "POST")
def edited(request: Any, pk: int) -> HttpResponse:
    refuse(request)
    reason = get_object_or_404(SavedReason, pk=pk)
    form = SavedReasonForm(request.POST or None, instance=reason)
    if request.method == "POST" and save(request, form):
        return see_other("moderation:saved_reasons")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "reason": reason, "placeholders": saved_reasons.PLACEHOLDERS}
    return full_page(request, "moderation/saved_reason.html", context, status=status)


@moderator_required
@answering("POST")
def deletion(request: Any, pk: int) -> HttpResponse:
    refuse(request)
    reason = get_object_or_404(SavedReason, pk=pk)
    saved_reasons.delete(reason, moderator=request.user)
    messages.success(request, _("The saved reason is deleted. Decisions keep their words."))
    return see_other("moderation:saved_reasons")


def refuse(request: Any) -> None:
    if refusal := rules.senior_refusal(request.user):
        raise PermissionDenied(refusal)


def save(request: Any, form: SavedReasonForm) -> bool:
    """Whether it is stored; two that give the same name at once are told apart by the database."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            saved_reasons.save(form.instance, moderator=request.user)
    except IntegrityError:
        form.add_error("title", _("There is a reason of this name for this ground already."))
        return False
    messages.success(request, _("Saved. It is offered from now on."))
    return True


def list_page(request: Any, form: SavedReasonForm, **status: Any) -> HttpResponse:
    context = {
        "reasons": SavedReason.objects.select_related("edited_by"),
        "form": form,
        "placeholders": saved_reasons.PLACEHOLDERS,
        "refusal": rules.senior_refusal(request.user),
    }
    return full_page(request, "moderation/saved_reasons.html", context, **status)
