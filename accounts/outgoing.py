"""When does a mail about an account leave? Once its page is on the way, by a thread of its own.

Writing a mail takes its time, a mail server even more, and only for those who have an account: a
clock would tell strangers who does (security case 12). A mail server that stalls must not hold the
threads that answer readers. A mail that is lost with its process can be asked for again.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable

from allauth.core.context import request_context
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

# So many wait in one process for a mail server that stalls; who asks later may ask again.
WAITING_AT_MOST = 100
# The thread of this name lives while any wait. Python joins it when the main thread has ended, so
# that they leave first.
SENDER = "account-mails"
_waiting: deque[EmailMessage] = deque()
_lock = threading.Lock()


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
    with _lock:
        if len(_waiting) >= WAITING_AT_MOST:
            logger.error("account mail not sent: %d wait for the mail server", WAITING_AT_MOST)
            return
        if not _waiting:
            # The web server's own threads are daemons, and what they begin would be one too.
            threading.Thread(target=_send_all, name=SENDER, daemon=False).start()
        # Last: where no thread is to be had, none may seem to be at work.
        _waiting.append(mail)


def _send_all() -> None:
    """A process that ends waits for those that leave, and for one that does not."""
    while True:
        with _lock:
            mail = _waiting[0]
        is_sent = send(mail)
        with _lock:
            _waiting.popleft()
            if _waiting and not is_sent and not threading.main_thread().is_alive():
                logger.error("account mail not sent: %d are left at the end", len(_waiting))
                _waiting.clear()
            if not _waiting:
                return


def send(mail: EmailMessage) -> bool:
    """Whether the mail server took it."""
    try:
        mail.send()
    except Exception:
        # Whatever it is, nobody waits for it: the page offers to send it again.
        logger.exception("account mail not sent")
        return False
    return True
