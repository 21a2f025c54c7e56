"""What does the desk answer whoever switches its keys off, or on again?"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext as _

from forum.answers import answering, came_from
from moderation import keys as desk_keys
from moderation.views.guarding import moderator_required, see_other


@moderator_required
@answering("POST")
def keys(request: Any) -> HttpResponse:
    wanted = request.POST.get("keys")
    if wanted not in {"on", "off"}:
        return HttpResponseBadRequest(_("On or off?"))
    desk_keys.switch(request.user, on=wanted == "on")
    done = _("Shortcuts are on.") if wanted == "on" else _("Shortcuts are off.")
    messages.success(request, done)
    return see_other(came_from(request) or "moderation:desk")
