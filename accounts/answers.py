"""What do the pages of allauth answer with, what do their forms lack, and what leaves after them?

It answers a refused form with 200. Ours say so: 422, 429 with Retry-After.
"""

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.outgoing import send_when_answered

TOO_MANY = {"too_fast", "too_many_login_attempts", "rate_limited"}
PLACE = "/account/"
# As long as the window in which wrong passwords are counted.
RETRY_AFTER = 300


class AccountAnswers:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(PLACE):
            return response
        send_when_answered(request, response)
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", str(RETRY_AFTER))
        if request.method == "POST" and request.path == f"{PLACE}logout/":
            # A draft that was kept on a shared machine leaves with its writer.
            response["Clear-Site-Data"] = '"storage"'
        return response

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        if not request.path.startswith(PLACE):
            return response
        forms = [
            part for part in (response.context_data or {}).values() if isinstance(part, BaseForm)
        ]
        for form in forms:
            without_placeholders(form)
        refused = next((form for form in forms if form.is_bound and form.errors), None)
        if refused and request.method == "POST" and response.status_code == 200:
            errors = list(all_errors(refused))
            response.status_code = 422
            if too_many := next((error for error in errors if error.code in TOO_MANY), None):
                response.status_code = 429
                wait = (too_many.params or {}).get("retry_after", RETRY_AFTER)
                response["Retry-After"] = str(wait)
        return response


def all_errors(form: BaseForm) -> Any:
    for errors in form.errors.as_data().values():
        for error in errors:
            yield from getattr(error, "error_list", [error])


def without_placeholders(form: BaseForm) -> None:
    """The label says it already, and stays when one types."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
