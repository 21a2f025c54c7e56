"""When does a mail about an account leave? Once its page is on the way, by a thread of its own.

Writing a mail takes its time, a mail server even more, and only for those who have an account: a
clock would tell strangers who does (security case 12). A mail server that stalls must not hold the
threads that answer readers. A mail that is lost with its process can be asked for again.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from allauth.core.context import request_context
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

# So many wait in one process for a mail server that stalls; who asks later may ask again.
WAITING_AT_MOST = 100
_places = threading.BoundedSemaphore(WAITING_AT_MOST)
# Begins its thread with the first mail, which is after the fork; ends when all have left.
_sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="account-mails")
_stalled = threading.Event()


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
                hand_over(write())

    response.close = close_and_send  # type: ignore[method-assign]


def hand_over(mail: EmailMessage) -> None:
    """Written here, where the connection to the database is; the thread only sends."""
    if not _places.acquire(blocking=False):
        logger.error("account mail not sent: %d wait for the mail server", WAITING_AT_MOST)
        return
    _sender.submit(_send_and_make_room, mail)


def _send_and_make_room(mail: EmailMessage) -> None:
    try:
        if _stalled.is_set() and not threading.main_thread().is_alive():
            logger.error("account mail not sent: the process ends and the mail server stalls")
            return
        send(mail)
    finally:
        _places.release()


def send(mail: EmailMessage) -> None:
    try:
        mail.send()
    except Exception:
        # Whatever it is, nobody waits for it: the page offers to send it again.
        logger.exception("account mail not sent")
        _stalled.set()
    else:
        _stalled.clear()
