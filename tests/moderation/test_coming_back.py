"""When is a comment read again that a moderator has let stand?"""

import pytest

from forum.posting import edit_comment
from moderation.deciding import decide
from moderation.flagging import flag
from moderation.models import Case
from moderation.rules import ENOUGH_OTHERS, comes_back
from notifications.models import Notification
from tests import people
from tests.factories import make_comment, make_discussion, pass_screening


@pytest.fixture
def approved(bob, alice, mona):
    """Reported as rude, read, and left where it is."""
    comment = make_comment(make_discussion(), bob)
    flag(comment, reader=alice, reason="rude")
    decide(Case.objects.get(), moderator=mona, measure="publish", revision=comment.revisions.get())
    return comment


class ComesBackTests:
    def test_for_a_reason_nobody_knew_of_at_once(self):
        assert comes_back("spam", judged={"rude"}, since=1)

    def test_for_the_same_reason_once_enough_others_have_come(self):
        assert not comes_back("rude", judged={"rude"}, since=ENOUGH_OTHERS - 1)
        assert comes_back("rude", judged={"rude"}, since=ENOUGH_OTHERS)


class FlaggedAnewTests:
    def test_the_same_reason_is_filed_and_its_sender_told_what_was_decided(self, approved, carla):
        filed = flag(approved, reader=carla, reason="rude")
        assert not Case.objects.open().exists()
        assert filed.case.decisions.get().measure == "publish"
        assert Notification.objects.filter(recipient=carla, kind="flag").count() == 1

    def test_whoever_had_been_told_is_not_told_again(self, approved, alice, carla):
        before = Notification.objects.filter(recipient=alice).count()
        flag(approved, reader=carla, reason="rude")
        assert Notification.objects.filter(recipient=alice).count() == before == 1

    def test_another_reason_brings_it_back(self, approved, carla):
        flag(approved, reader=carla, reason="personal_data")
        assert Case.objects.open().get().comment == approved

    def test_enough_others_bring_it_back_and_further_ones_join_them(self, approved):
        for number in range(ENOUGH_OTHERS + 1):
            assert Case.objects.open().exists() == (number >= ENOUGH_OTHERS)
            flag(approved, reader=people.person(f"Leser {number}"), reason="rude")
        assert Case.objects.count() == 2

    def test_another_wording_has_not_been_judged(self, approved, bob, carla):
        edit_comment(approved, author=bob, body="Jetzt steht hier etwas ganz anderes.")
        approved.refresh_from_db()
        pass_screening(approved)
        approved.refresh_from_db()
        flag(approved, reader=carla, reason="rude")
        assert Case.objects.open().exists()

    def test_what_was_published_without_a_case_has_not_been_judged(self, bob, carla):
        flag(make_comment(make_discussion(), bob), reader=carla, reason="rude")
        assert Case.objects.open().exists()
