"""Do operators see what upkeep has still to do, and is it gone once that has run?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import upkeep as of_accounts
from accounts.models import User
from accounts.standing import suspend
from moderation import upkeep
from moderation.models import Appeal, Case, Hearing, Sweep
from moderation.queue import claim, open_case
from moderation.suspending import announce, come_back_overdue
from tests.factories import make_comment, make_discussion
from tests.metrics import counter


@pytest.fixture
def case(bob):
    return open_case(make_comment(make_discussion(), bob), reason="opened")


class ClaimTests:
    def test_a_lapsed_claim_is_counted_released_once_and_gone(self, client, case, mona):
        claim(case, moderator=mona)
        Case.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))
        assert counter(client, "claims_lapsed") == 1
        assert [upkeep.release_lapsed_claims() for _twice in range(2)] == [1, 0]
        case.refresh_from_db()
        assert (case.claimed_by, case.claimed_at) == (None, None)
        assert counter(client, "claims_lapsed") == 0

    def test_who_is_at_work_keeps_his_case(self, case, mona):
        claim(case, moderator=mona)
        Case.objects.update(claimed_at=timezone.now() - timedelta(minutes=9))
        assert upkeep.release_lapsed_claims() == 0
        case.refresh_from_db()
        assert case.claimed_by == mona

    def test_many_are_released_in_batches(self, case, bob, mona, monkeypatch):
        other = open_case(make_comment(make_discussion(), bob), reason="opened")
        for one in (case, other):
            claim(one, moderator=mona)
        Case.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))
        monkeypatch.setattr(upkeep, "BATCH", 1)
        assert [upkeep.release_lapsed_claims() for _round in range(3)] == [1, 1, 0]


class SuspensionTests:
    def test_an_ended_suspension_is_counted_cleared_once_and_gone(self, client, bob):
        suspend(bob, until=timezone.now() - timedelta(minutes=1), ground="Werbung")
        assert counter(client, "suspensions_over") == 1
        assert [of_accounts.tidy()["suspensions"] for _twice in range(2)] == [1, 0]
        bob.refresh_from_db()
        assert (bob.suspended_at, bob.suspended_until, bob.suspension_ground) == (None, None, "")
        assert counter(client, "suspensions_over") == 0

    def test_one_that_runs_or_has_no_end_stays(self, eve, bob):
        suspend(bob, until=None, ground="Werbung")
        assert of_accounts.tidy()["suspensions"] == 0
        assert all(one.is_suspended for one in User.objects.filter(pk__in=[eve.pk, bob.pk]))

    def test_a_longer_one_that_came_in_between_stays(self, bob):
        suspend(bob, until=timezone.now() + timedelta(days=1), ground="Werbung")
        assert not of_accounts._clear_ended_suspension(bob.pk, timezone.now())
        bob.refresh_from_db()
        assert bob.is_suspended


class WaitingTests:
    def test_an_appeal_past_its_date_is_counted(self, client, paper):
        assert counter(client, "appeals_overdue") == 0
        Appeal.objects.update(due_at=timezone.now() - timedelta(minutes=1))
        assert counter(client, "appeals_overdue") == 1

    def test_a_hearing_that_nobody_answered_is_counted_until_it_is_back(self, client, bob, mona):
        announce(
            make_comment(make_discussion(), bob),
            moderator=mona,
            days=3,
            ground="personal_attack",
            explanation="Der Ton war schon mehrmals so.",
        )
        assert counter(client, "hearings_overdue") == 0
        Hearing.objects.update(deadline=timezone.now() - timedelta(minutes=1))
        assert counter(client, "hearings_overdue") == 1
        come_back_overdue()
        assert counter(client, "hearings_overdue") == 0

    def test_a_removal_of_many_that_failed_five_times_is_counted(self, client, case, max_):
        sweep = Sweep.objects.create(
            branch=case.comment, ground="threat", explanation="Drohung.", ordered_by=max_
        )
        assert counter(client, "sweeps_set_aside") == 0
        Sweep.objects.filter(pk=sweep.pk).update(attempts=5)
        assert counter(client, "sweeps_set_aside") == 1
