"""When does a mail about an account leave? Once its page is on the way.

Writing a mail takes its time, a mail server even more, and only for those who have an account: a
clock would tell strangers who does (security case 12). A mail that is lost with its process can be
asked for again.
"""

import logging
from collections.abc import Callable
from smtplib import SMTPException

from allauth.core.context import request_context
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)


def keep(request: HttpRequest, write: Callable[[], EmailMessage]) -> None:
    request.__dict__.setdefault("account_mails", []).append(write)


def send_when_answered(request: HttpRequest, response: HttpResponse) -> None:
    """The server closes an answer after it has sent it."""
    mails = request.__dict__.pop("account_mails", [])
    if not mails:
        return
    close = response.close

    def close_and_send() -> None:
        close()
        # The pages' own way of knowing the request has ended with them.
        with request_context(request):
            for write in mails:
                send(write())

    response.close = close_and_send  # type: ignore[method-assign]


def send(mail: EmailMessage) -> None:
    try:
        mail.send()
    except (OSError, SMTPException):
        # The page offers to send it again; an error page would lose the sign-up.
        logger.exception("account mail not sent")
