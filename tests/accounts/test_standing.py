"""How does a reader gain trust, and lose leave to write?"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts import rules, signals
from accounts.models import User
from accounts.standing import count_published, reinstate, settle, suspend
from tests import people

# Where somebody else reads the objection.
OBJECT = "Sehen Sie das anders? Schreiben Sie an leserdialog@example.org."


@pytest.fixture
def facts():
    """What was announced while the test ran."""
    heard = []

    def listen(signal, user, **kwargs):
        heard.append((signal, user.name))

    for signal in (signals.suspended, signals.reinstated):
        signal.connect(listen)
    yield heard
    for signal in (signals.suspended, signals.reinstated):
        signal.disconnect(listen)


class SuspendTests:
    def test_alice_may_read_but_not_write_until_then(self, alice, facts):
        until = timezone.now() + timedelta(days=3)
        suspend(alice, until=until, ground="Werbung")

        alice.refresh_from_db()
        assert alice.is_suspended
        refusal = rules.writing_refusal(alice)
        assert refusal.startswith("Sie können bis ")
        assert refusal.endswith(f" Uhr lesen, aber nicht schreiben. Grund: Werbung. {OBJECT}")
        assert facts == [(signals.suspended, "Alice")]

    def test_without_an_end_it_lasts_until_revoked(self, alice):
        suspend(alice, until=None, ground="Drohung")

        assert rules.writing_refusal(alice) == (
            f"Sie können lesen, aber nicht schreiben. Grund: Drohung. {OBJECT}"
        )

    def test_it_ends_by_itself(self, alice):
        suspend(alice, until=timezone.now() - timedelta(seconds=1), ground="Werbung")

        assert rules.writing_refusal(alice) is None


class ReinstateTests:
    def test_eve_may_write_again(self, eve, facts):
        reinstate(eve)

        eve.refresh_from_db()
        assert rules.writing_refusal(eve) is None
        assert eve.suspension_ground == ""
        assert facts == [(signals.reinstated, "Eve")]


class WritingRefusalTests:
    def test_a_stranger_is_told_that_he_needs_an_account(self):
        assert rules.writing_refusal(AnonymousUser()) == (
            "Zum Schreiben brauchen Sie ein Konto. "
            "Ihr öffentlicher Name muss nicht Ihr bürgerlicher sein."
        )

    def test_alice_is_not_refused_and_nothing_is_asked(self, alice, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert rules.writing_refusal(alice) is None


class CountPublishedTests:
    def test_it_goes_up_and_down_but_never_below_nothing(self, nina):
        count_published(nina)
        count_published(nina, by=-1)
        count_published(nina, by=-1)

        nina.refresh_from_db()
        assert nina.published_count == 0


class SettleTests:
    @pytest.mark.parametrize(
        ("days", "comments", "becomes"), [(8, 5, "regular"), (6, 50, "new"), (800, 4, "new")]
    )
    def test_a_week_and_five_comments_make_a_regular(self, db, days, comments, becomes):
        person = people.person(
            "Paula",
            standing=User.Standing.NEW,
            published_count=comments,
            joined_at=timezone.now() - timedelta(days=days),
        )
        settle()

        person.refresh_from_db()
        assert person.standing == becomes

    def test_the_trusted_stay_trusted(self, tom):
        settle()

        tom.refresh_from_db()
        assert tom.standing == "trusted"
