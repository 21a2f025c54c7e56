"""Which cases wait, in which order, and who works on them?"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from forum.posting import withdraw
from moderation import queue
from moderation.models import CLAIM_LASTS, Case
from moderation.queue import claim, next_case, open_case, release
from tests import people
from tests.factories import make_comment, make_discussion
from tests.moderation.races import at_once


@pytest.fixture
def case(bob):
    return open_case(make_comment(make_discussion(), bob, status="held"), reason="held")


class OpenCaseTests:
    def test_a_comment_has_one_open_case_with_all_its_reasons(self, case):
        again = open_case(case.comment, reason="set_aside")
        assert again == case
        assert again.reasons == ["held", "set_aside"]
        assert open_case(case.comment, reason="held").reasons == ["held", "set_aside"]
        assert Case.objects.count() == 1

    def test_after_it_was_closed_a_new_one_opens(self, case):
        queue.close_as_withdrawn(case.comment)
        assert open_case(case.comment, reason="opened") != case

    def test_an_unknown_reason_is_a_mistake_of_ours(self, case):
        with pytest.raises(ValueError, match="whim"):
            open_case(case.comment, reason="whim")

    def test_nothing_is_left_to_decide_on_what_its_author_has_withdrawn(self, case, bob):
        withdraw(case.comment, author=bob)
        assert not Case.objects.open().exists()
        with pytest.raises(ValidationError, match="zurückgezogen"):
            open_case(case.comment, reason="opened")


class ClaimTests:
    def test_the_first_has_it_and_the_second_is_told_no(self, case, mona):
        other = people.person("Mika", role="moderator")
        assert claim(case, moderator=mona)
        assert not claim(case, moderator=other)
        assert Case.objects.get().claimant == mona

    def test_claiming_again_is_harmless(self, case, mona):
        assert claim(case, moderator=mona)
        assert claim(case, moderator=mona)

    def test_after_ten_minutes_it_is_free_again(self, case, mona):
        other = people.person("Mika", role="moderator")
        claim(case, moderator=mona)
        long_ago = timezone.now() - CLAIM_LASTS - timedelta(seconds=1)
        Case.objects.update(claimed_at=long_ago)
        assert Case.objects.get().claimant is None
        assert claim(case, moderator=other)

    def test_a_senior_takes_it_over(self, case, mona, max_):
        claim(case, moderator=mona)
        assert claim(case, moderator=max_)
        assert Case.objects.get().claimant == max_

    def test_what_is_closed_cannot_be_claimed(self, case, mona):
        queue.close_as_withdrawn(case.comment)
        assert not claim(case, moderator=mona)

    def test_giving_it_back_frees_it_but_only_for_its_owner(self, case, mona, max_):
        claim(case, moderator=mona)
        assert not release(case, moderator=max_)
        assert release(case, moderator=mona)
        assert Case.objects.get().claimant is None

    def test_b48_nobody_takes_on_his_own_comment(self, mona):
        own = open_case(make_comment(make_discussion(), mona), reason="opened")
        with pytest.raises(PermissionDenied, match="Über eigene Beiträge entscheidet jemand"):
            claim(own, moderator=mona)

    @pytest.mark.parametrize("name", ["alice", "anna", "admin", "eve"])
    def test_only_moderators_claim(self, case, name, request):
        with pytest.raises(PermissionDenied):
            claim(case, moderator=request.getfixturevalue(name))


class NextCaseTests:
    def test_the_most_urgent_that_is_free_and_not_ones_own(self, bob, mona, max_):
        discussion = make_discussion()
        own = open_case(make_comment(discussion, mona), reason="opened")
        taken = open_case(make_comment(discussion, bob, status="held"), reason="held")
        free = open_case(make_comment(discussion, bob), reason="opened")
        claim(taken, moderator=max_)
        assert next_case(mona) == free
        Case.objects.filter(pk=own.pk).update(score=1e9)
        assert next_case(mona) == free
        queue.close_as_withdrawn(free.comment)
        assert next_case(mona) is None


@pytest.mark.django_db(transaction=True)
class RaceTests:
    def test_ten_who_open_a_case_at_once_open_one(self, bob):
        comment = make_comment(make_discussion(), bob)
        cases = at_once(10, lambda _number: open_case(comment, reason="opened"))
        assert len(set(cases)) == Case.objects.count() == 1

    def test_of_eight_moderators_who_claim_at_once_one_has_it(self, bob):
        case = open_case(make_comment(make_discussion(), bob), reason="opened")
        crew = [people.person(f"Mika {n}", role="moderator") for n in range(8)]
        claims = at_once(8, lambda number: claim(case, moderator=crew[number]))
        assert sorted(claims) == [False] * 7 + [True]
        assert Case.objects.get().claimant == crew[claims.index(True)]
