"""How long does a code to choose a new password hold, and what is said when it does no more?"""

from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset_by_code import (
    PASSWORD_RESET_VERIFICATION_SESSION_KEY as STATE,
)
from allauth.account.internal.flows.password_reset_by_code import (
    PasswordResetVerificationProcess,
)
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from accounts.models import User

View = Callable[..., HttpResponse]


def bind(request: HttpRequest, user: User) -> None:
    """To the password of now: whoever changes that meanwhile has ended the code."""
    request.session[STATE]["password"] = user.get_session_auth_hash()
    request.session.modified = True


def while_it_holds(view: View) -> View:
    """Around allauth's steps, which lead to another page without a word."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        process = PasswordResetVerificationProcess.resume(request)
        if process and process.user and _is_of_another_password(process):
            process.abort()
        if STATE not in request.session:
            messages.error(request, get_adapter().error_messages["invalid_password_reset"])
        return view(request, *args, **kwargs)

    return answered


def _is_of_another_password(process: PasswordResetVerificationProcess) -> bool:
    return process.state.get("password") != process.user.get_session_auth_hash()
