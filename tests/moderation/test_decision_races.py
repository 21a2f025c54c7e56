"""Two moderators decide at the same moment: is it always one, and is the other told who?"""

from threading import Barrier

import pytest
from django.core.exceptions import ValidationError

from forum.posting import withdraw
from moderation.deciding import decide
from moderation.models import Case, Decision
from moderation.queue import open_case
from tests.factories import make_comment, make_discussion
from tests.moderation.races import at_once

RACES = 200
WHY = "Der Satz greift eine Person an, statt zu widersprechen."


def decide_as(moderator, case, measure, revision):
    return decide(
        case,
        moderator=moderator,
        measure=measure,
        revision=revision,
        ground="personal_attack",
        explanation=WHY,
    )


def raced(start, moderator, case, measure, revision):
    start.wait()
    try:
        return decide_as(moderator, case, measure, revision)
    except ValidationError as refusal:
        return refusal


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(600)
class DecisionRaceTests:
    def test_two_hundred_times_one_wins_and_the_other_is_told_who_was_first(
        self, bob, mona, max_, settings
    ):
        settings.RATE_LIMITS = False
        discussion = make_discussion()
        waiting = []
        for number in range(RACES):
            comment = make_comment(discussion, bob, f"Beitrag {number} von vielen.")
            waiting.append((open_case(comment, reason="opened"), comment.revisions.get()))
        start = Barrier(2, timeout=60)

        def decide_all(who):
            return [
                raced(start, [mona, max_][who], case, ["publish", "remove"][who], revision)
                for case, revision in waiting
            ]

        for results in zip(*at_once(2, decide_all), strict=True):
            (decision,) = [one for one in results if isinstance(one, Decision)]
            (refusal,) = [one for one in results if isinstance(one, ValidationError)]
            assert refusal.code == "conflict"
            assert f"Schon entschieden von {decision.decided_by.name}" in refusal.messages[0]
        assert Decision.objects.count() == RACES
        assert not Case.objects.open().exists()

    def test_of_a_decision_and_a_withdrawal_one_comes_first(self, bob, mona, settings):
        settings.RATE_LIMITS = False
        discussion = make_discussion()
        for number in range(20):
            comment = make_comment(discussion, bob, f"Beitrag {number} von vielen.")
            case, revision = open_case(comment, reason="opened"), comment.revisions.get()

            def act(who, comment=comment, case=case, revision=revision):
                if who:
                    return withdraw(comment, author=bob)
                return decide_as(mona, case, "remove", revision)

            results = at_once(2, act)
            (refusal,) = [one for one in results if isinstance(one, Exception)]
            assert isinstance(refusal, ValidationError), refusal
            assert refusal.code == "conflict"
            comment.refresh_from_db()
            is_removed = isinstance(results[0], Decision)
            assert comment.status == ("removed" if is_removed else "withdrawn")
            assert Decision.objects.filter(comment=comment).exists() == is_removed
        assert not Case.objects.open().exists()
