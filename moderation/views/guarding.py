"""Who gets to the desk, and how does it answer?"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from forum.answers import answer
from moderation import rules

View = Callable[..., HttpResponse]


def moderator_required(view: View) -> View:
    """Outermost on every view of the desk; the 403 page offers strangers to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if refusal := rules.desk_refusal(request.user):
            raise PermissionDenied(refusal)
        return view(request, *args, **kwargs)

    return guarded


def see_other(to: Any, *args: Any) -> HttpResponse:
    return HttpResponseRedirect(resolve_url(to, *args), status=303)


def full_page(
    request: HttpRequest, template: str, context: dict[str, Any], **status: Any
) -> HttpResponse:
    """htmx takes what it needs out of the whole page (hx-select)."""
    return answer(request, page=template, fragment=template, context=context, **status)


def put_into(form: Form, error: ValidationError) -> None:
    """What is wrong with something that this form does not ask for, stands above it."""
    for name, errors in getattr(error, "error_dict", {"": [error]}).items():
        form.add_error(name if name in form.fields else None, errors)
