"""What do tests of notifications share? A discussion, consent, and time that passes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.consent import agree_to_reply_mails
from accounts.models import User
from forum.models import Discussion
from notifications import mailing, upkeep
from notifications.models import Mail
from tests.factories import ArticleFactory, make_discussion

HEADLINE = "Stadtrat sperrt die Uferstraße für ein Jahr"


@pytest.fixture
def discussion(db) -> Discussion:
    return make_discussion(article=ArticleFactory(headline=HEADLINE))


@pytest.fixture
def agreed(alice) -> User:
    """Alice, who wants mails about replies."""
    agree_to_reply_mails(alice)
    return alice


@pytest.fixture
def later(time_machine) -> Callable[..., None]:
    """Let time pass: later(minutes=1)."""
    return lambda **span: time_machine.move_to(timezone.now() + timedelta(**span))


def send_due() -> None:
    """What upkeep and a worker do together."""
    for pk in upkeep.due_mails():
        mailing.send_mail_row(Mail.objects.get(pk=pk))
