"""Who gets to the desk, and how does it answer?"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form, Textarea
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from forum.answers import answer
from moderation import rules

HOLDS = _("Done: it holds from now on.")
View = Callable[..., HttpResponse]


def moderator_required(view: View) -> View:
    """Outermost on every view of the desk; the 403 page offers strangers to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
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


def carried_out(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], object],
    *,
    page: Callable[..., HttpResponse],
    back: tuple[str, Any],
    refusal: str | None = None,
    told: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Act and lead back; or the page (of `status` or `error`) with the form and what is wrong.

    refusal: why he may not do this at all, which goes before anything wrong with the fields.
    told: what is said of what `act` has returned, if it does not hold from now on.
    """
    if refusal:
        denied = PermissionDenied(refusal)
        put_into(form, denied)
        return page(error=denied)
    if not form.is_valid():
        return page(status=422)
    try:
        done = act(form.cleaned_data)
    except (ValidationError, PermissionDenied) as error:
        put_into(form, error)
        return page(error=error)
    messages.success(request, told(done) if told else HOLDS)
    return see_other(*back)


def typed_into(forms: Iterable[Form]) -> str:
    """The words in those that were sent: where none is shown any more, they can be copied."""
    fields = [field for form in forms if form.is_bound for field in form]
    texts = [field.value() for field in fields if isinstance(field.field.widget, Textarea)]
    return "\n\n".join(filter(None, texts))


def put_into(form: Form, error: ValidationError | PermissionDenied) -> None:
    """What is wrong with something that this form does not ask for, stands above it; a refusal
    alone, since nothing that could be mended would help."""
    if isinstance(error, PermissionDenied):
        form.errors.clear()
        form.add_error(None, str(error))
        return
    for name, errors in getattr(error, "error_dict", {"": [error]}).items():
        form.add_error(name if name in form.fields else None, errors)
