"""Where does a text wait while its writer signs in again?

His session ended while he wrote: a comment, or in the newsroom, where it ends after an hour without
a request, an article. The text is put into the new one, which signing in keeps, so that
it is in the field again on the page where he wrote it: without script, and nowhere but here.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse

from accounts.throttling import address_of, throttle
from forum.answers import Request, answer
from forum.markup import MAX_BYTES

_KEY = "draft"
# Of the write box, what belongs to the text.
CARRIED = ("body", "parent", "about")
# What PostgreSQL can hold as an id.
NUMBER = re.compile(r"[0-9]{1,18}")


def sign_in_first(request: Request, form: forms.Form) -> HttpResponse:
    """401: the way to sign in, and the text to be seen and copied meanwhile."""
    sent = {name: request.POST[name] for name in form.fields if name in request.POST}
    body = sent.get("body") or sent.get("text", "")
    is_kept = bool(body) and _may_keep(request, sent)
    if is_kept:
        request.session[_KEY] = {"path": request.path, "sent": sent}
    target = request.path
    if (parent := sent.get("parent", "")).isdigit():
        target = f"{target}?parent={parent}"
    return answer(
        request,
        page="forum/sign_in_first.html",
        fragment="forum/_sign_in_first.html",
        context={"body": body, "target": target, "is_kept": is_kept},
        status=401,
    )


def carried(request: Request) -> str | None:
    """Where to go on writing, for who had begun before he had to read something else first; his
    text waits there. None if he had begun nothing.
    """
    numbers = {name: request.POST.get(name, "") for name in ("discussion", "parent")}
    if not NUMBER.fullmatch(numbers["discussion"]) or not request.POST.get("body"):
        return None
    sent = {name: request.POST[name] for name in CARRIED if request.POST.get(name)}
    path = reverse("forum:write", args=[numbers["discussion"]])
    if sum(len(value) for value in sent.values()) <= MAX_BYTES:
        request.session[_KEY] = {"path": path, "sent": sent}
    return f"{path}?parent={numbers['parent']}" if NUMBER.fullmatch(numbers["parent"]) else path


def _may_keep(request: Request, sent: dict[str, str]) -> bool:
    """Each draft is a row: strangers get no more of them than they could post comments."""
    if sum(len(value) for value in sent.values()) > MAX_BYTES:
        return False
    try:
        throttle("post", address=address_of(request))
    except ValidationError:
        return False
    return True


def taken_up(request: Request) -> dict[str, Any]:
    """What he had sent to this very page before signing in, also what he had emptied; given out
    once."""
    draft = request.session.get(_KEY)
    if not draft or draft["path"] != request.path:
        return {}
    del request.session[_KEY]
    return draft["sent"]
