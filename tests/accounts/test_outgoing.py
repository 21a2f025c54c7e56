"""Does a mail about an account leave without anybody waiting for the mail server?"""

import logging
import threading
from collections.abc import Iterator

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
    outgoing._sender.submit(int).result(PATIENCE)


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
        monkeypatch.setattr(outgoing, "_places", threading.BoundedSemaphore(2))
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
