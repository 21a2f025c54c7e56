"""What does a reader see who was warned?"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from forum import drafts
from forum.answers import UNPROCESSABLE, answering
from moderation import statements, warning
from moderation.views.guarding import see_other


@answering("GET", "POST")
@login_required
def warnings(request: Any) -> HttpResponse:
    """Read them and say so; what he had begun to write goes back to where he wrote it."""
    if request.method != "POST":
        return warnings_page(request)
    until = moment(request.POST.get("until", ""))
    if until is None:
        return warnings_page(request, status=UNPROCESSABLE)
    warning.acknowledge(request.user, until=until)
    if back := drafts.carried(request):
        return see_other(back)
    messages.success(request, _("Thank you. You can write again."))
    return see_other("moderation:warnings")


def warnings_page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    unread = list(warning.unread_warnings(request.user))  # type: ignore[arg-type]
    context = {
        "until": unread[0].decided_at.isoformat() if unread else "",
        "warnings": [(one, statements.statement(one)) for one in unread],
    }
    return render(request, "moderation/warnings.html", context, status=status)


def moment(raw: str) -> Any:
    """An aware datetime as the form had it; None for anything else."""
    try:
        found = parse_datetime(raw)
    except ValueError:
        return None
    return found if found and is_aware(found) else None
