"""Does a mail about an account leave without anybody waiting for the mail server?"""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from socket import create_server, socket
from unittest.mock import Mock

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from accounts import outgoing
from accounts.outgoing import hand_over  # the real one; tests of pages have it send at once

PATIENCE = 10


class Stalling(BaseEmailBackend):
    """Takes nothing until it is let go."""

    goes_on = threading.Event()
    sent: list[str] = []
    failing = False

    def send_messages(self, messages: list[EmailMessage]) -> int:
        self.goes_on.wait(PATIENCE)
        if type(self).failing:
            raise ConnectionRefusedError("no mail server")
        self.sent += [message.subject for message in messages]
        return len(messages)


@pytest.fixture(autouse=True)
def stalling(settings, monkeypatch) -> Iterator[type[Stalling]]:
    settings.EMAIL_BACKEND = f"{__name__}.Stalling"
    monkeypatch.setattr(Stalling, "sent", [])
    monkeypatch.setattr(Stalling, "failing", False)
    Stalling.goes_on.clear()
    yield Stalling
    Stalling.goes_on.set()
    all_gone()


def all_gone() -> None:
    """What was handed over before this has been tried."""
    for thread in threading.enumerate():
        if thread.name == outgoing.SENDER:
            thread.join(PATIENCE)
            assert not thread.is_alive()


def mail(subject: str) -> EmailMessage:
    return EmailMessage(subject, "Ihr Code: 4711", to=["alice@example.org"])


class OutgoingTests:
    def test_who_hands_a_mail_over_does_not_wait_and_the_order_is_kept(self, stalling):
        hand_over(mail("erste"))
        hand_over(mail("zweite"))
        assert stalling.sent == []

        stalling.goes_on.set()
        all_gone()
        assert stalling.sent == ["erste", "zweite"]

    def test_what_waits_is_bounded_and_what_is_not_sent_is_logged(
        self, stalling, monkeypatch, caplog
    ):
        monkeypatch.setattr(outgoing, "WAITING_AT_MOST", 2)
        for subject in ("erste", "zweite", "dritte"):
            hand_over(mail(subject))
        assert [one.levelno for one in caplog.records] == [logging.ERROR]
        assert "account mail not sent" in caplog.text

        stalling.goes_on.set()
        all_gone()
        hand_over(mail("vierte"))  # there is room again
        all_gone()
        assert stalling.sent == ["erste", "zweite", "vierte"]

    def test_a_refused_mail_is_logged_and_holds_up_no_other(self, stalling, monkeypatch, caplog):
        stalling.goes_on.set()
        monkeypatch.setattr(Stalling, "failing", True)
        hand_over(mail("erste"))
        all_gone()
        assert "account mail not sent" in caplog.text
        assert "alice@example.org" not in caplog.text

        monkeypatch.setattr(Stalling, "failing", False)
        hand_over(mail("zweite"))
        all_gone()
        assert stalling.sent == ["zweite"]

    def test_where_no_thread_is_to_be_had_the_next_mail_tries_again(self, stalling, monkeypatch):
        stalling.goes_on.set()
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", Mock(side_effect=RuntimeError("no thread")))
            with pytest.raises(RuntimeError):
                hand_over(mail("erste"))

        hand_over(mail("zweite"))
        all_gone()
        assert stalling.sent == ["zweite"]


class EndTests:
    """Of a process in which five mails wait, from a daemon, as the web server's threads are."""

    def end(self, **mail_server: object) -> subprocess.CompletedProcess[str]:
        program = f"""
from django.conf import settings
settings.configure(DEFAULT_FROM_EMAIL="debatte@example.org", **{mail_server!r})
from threading import Thread
from django.core.mail import EmailMessage
from accounts.outgoing import hand_over
def five():
    for number in range(5):
        hand_over(EmailMessage(f"Code {{number}}", "4711", to=["alice@example.org"]))
daemon = Thread(target=five, daemon=True)
daemon.start()
daemon.join()
"""
        return subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
        )

    def test_they_leave_first(self):
        ended = self.end(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend")
        assert [f"Subject: Code {number}" in ended.stdout for number in range(5)] == [True] * 5

    def test_a_mail_server_that_stalls_is_not_waited_for_five_times(self):
        with create_server(("127.0.0.1", 0)) as stalled:
            ended = self.end(
                EMAIL_HOST="127.0.0.1", EMAIL_PORT=stalled.getsockname()[1], EMAIL_TIMEOUT=1
            )
            # Its kernel takes connections; nobody says a word.
            asked = connections_of(stalled)
        assert 1 <= asked < 5
        assert f"account mail not sent: {5 - asked} are left at the end" in ended.stderr


def connections_of(server: socket) -> int:
    """Those that nobody has accepted yet."""
    server.setblocking(False)
    count = 0
    try:
        while True:
            server.accept()[0].close()
            count += 1
    except BlockingIOError:
        return count
