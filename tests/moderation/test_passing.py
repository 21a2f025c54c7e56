"""How do many texts of one discussion pass together that nothing speaks against?"""

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.models import Comment, Discussion, Tally
from forum.posting import edit_comment, post_comment, withdraw
from forum.publishing import remove
from forum.recounting import recount
from moderation import passing, screening
from moderation.desk_rules import options
from moderation.desk_rules.wordlists import add_entry
from moderation.models import Case, Screening
from notifications.models import Notification
from tests.factories import make_comment, make_discussion

# Of one short reply that answers somebody else: claim, texts, words, begin, discussion, comment,
# screening, verdicts, show, findable, tallies twice, author, mutes, notice, commit. A longer text
# is compared with others besides.
QUERIES = 16
# Words, mutes and notice.
QUERIES_OF_EACH = 3


@pytest.fixture
def discussion(db) -> Discussion:
    add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
    return make_discussion()


def statuses() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


def queries_of(act) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


class PassTogetherTests:
    def submit(self, discussion: Discussion, alice, bob, *, count: int) -> Comment:
        root = make_comment(discussion, alice, f"Womit fangen wir an, {count}?")
        for number in range(count):
            body = f"Mit Ufer {number} von {count}."
            make_comment(discussion, bob, body, parent=root, status="pending")
        return root

    def test_a_burst_is_shown_under_one_lock_and_all_counts_are_right(self, discussion, alice, bob):
        root = self.submit(discussion, alice, bob, count=5)
        version = Discussion.objects.get().version
        assert not screening.screen_waiting()
        assert statuses() == ["published"] * 6
        assert Discussion.objects.get().version == version + 5
        versions = Comment.objects.order_by("pk").values_list("visible_version", flat=True)
        assert list(versions)[1:] == [version + place for place in range(1, 6)]
        assert Tally.objects.get(comment=root).reply_count == 5
        assert recount() == []
        assert Notification.objects.filter(recipient=alice).count() == 5
        assert {one.verdicts.count() for one in Screening.objects.filter(attempts=1)} == {
            len(screening.CHECKS) + len(options.ON_BY_DEFAULT)
        }

    def test_it_asks_no_more_of_postgresql_than_it_must(self, discussion, alice, bob, settings):
        settings.RATE_LIMITS = False
        self.submit(discussion, alice, bob, count=1)
        # Two more than written down: a test has its transactions as savepoints, one in the other.
        assert queries_of(screening.screen_waiting) <= QUERIES + 2
        self.submit(discussion, alice, bob, count=3)
        assert queries_of(screening.screen_waiting) <= QUERIES + 2 + 2 * QUERIES_OF_EACH

    def test_the_doubtful_and_edits_among_them_go_their_own_ways(self, discussion, alice, bob):
        edited = make_comment(discussion, alice, "Gut so.")
        edit_comment(edited, author=alice, body="Sehr gut so.")
        make_comment(discussion, bob, "Du Tropf.", status="pending")
        make_comment(discussion, bob, "Mit dem Ufer.", status="pending")
        screening.screen_waiting()
        assert statuses() == ["published", "held", "published"]
        assert Comment.objects.get(pk=edited.pk).edited_at
        assert Case.objects.open().count() == 1
        assert recount() == []

    def test_below_a_tombstone_the_tombstone_comes_back(self, discussion, alice, bob):
        root = make_comment(discussion, alice, "Womit fangen wir an?")
        make_comment(discussion, bob, "Mit dem Ufer.", parent=root, status="pending")
        remove(root, ground="off_topic")
        assert not Comment.objects.get(pk=root.pk).is_listed
        screening.screen_waiting()
        assert Comment.objects.get(pk=root.pk).is_listed
        assert recount() == []

    def test_one_that_changes_while_it_is_read_is_not_shown(self, discussion, alice, monkeypatch):
        edited = make_comment(discussion, alice, "Erstens.", status="pending")
        gone = make_comment(discussion, alice, "Zweitens.", status="pending")
        together = passing.pass_together

        def meanwhile(*given):
            edit_comment(edited, author=alice, body="Drittens, du Tropf.")
            withdraw(gone, author=alice)
            return together(*given)

        monkeypatch.setattr(passing, "pass_together", meanwhile)
        screening.screen_waiting()
        assert statuses() == ["pending", "withdrawn"]
        assert set(Screening.objects.exclude(outcome="").values_list("outcome", flat=True)) == {
            "stale"
        }

    def test_if_they_cannot_be_shown_together_each_is_shown_alone(
        self, discussion, alice, bob, monkeypatch
    ):
        def broken(*given):
            raise DatabaseError

        self.submit(discussion, alice, bob, count=2)
        monkeypatch.setattr(passing, "pass_together", broken)
        screening.screen_waiting()
        assert statuses() == ["published"] * 3

    def test_a_text_that_no_check_survives_does_not_hold_up_the_others(
        self, discussion, alice, bob, monkeypatch
    ):
        def poison(comment, revision):
            if "Gift" in revision.body:
                raise RecursionError
            return passing.Finding()

        make_comment(discussion, alice, "Gift.", status="pending")
        make_comment(discussion, bob, "Mit dem Ufer.", status="pending")
        monkeypatch.setattr(screening, "CHECKS", [poison])
        screening.screen_waiting()
        assert statuses() == ["pending", "published"]
        # From now on it is read alone.
        assert screening.claim_new() == ([], False)

    @pytest.mark.parametrize(("attempts", "lease"), [(1, -1), (2, 1)], ids=["first", "again"])
    def test_while_one_waits_that_has_failed_before_the_others_are_claimed_one_by_one(
        self, discussion, alice, bob, attempts, lease
    ):
        """Each of them would wait with the next that hangs or kills who reads it."""
        self.submit(discussion, alice, bob, count=3)
        failed = Screening.objects.filter(pk=Screening.objects.waiting().earliest("pk").pk)
        failed.update(attempts=attempts, leased_until=timezone.now() + lease * screening.LEASE)
        claimed, more_may_wait = screening.claim_new()
        assert len(claimed) == 1
        assert more_may_wait
        failed.update(set_aside_at=timezone.now())
        self.submit(discussion, alice, bob, count=2)
        claimed, more_may_wait = screening.claim_new()
        assert len(claimed) == 3
        assert not more_may_wait

    def test_what_another_worker_reads_has_not_failed(self, discussion, alice, bob):
        self.submit(discussion, alice, bob, count=3)
        others = Screening.objects.filter(pk=Screening.objects.waiting().earliest("pk").pk)
        others.update(attempts=1, leased_until=timezone.now() + screening.LEASE)
        assert len(screening.claim_new()[0]) == 2

    def test_none_of_them_is_forgotten_for_that(self, discussion, alice, bob):
        self.submit(discussion, alice, bob, count=4)
        failed = Screening.objects.filter(pk=Screening.objects.waiting().earliest("pk").pk)
        failed.update(attempts=2, leased_until=timezone.now() + screening.LEASE)
        assert not screening.screen_waiting()
        assert sorted(statuses()) == ["pending"] + ["published"] * 4

    def test_of_two_workers_each_claims_a_row_once(self, discussion, alice, bob):
        self.submit(discussion, alice, bob, count=2)
        assert len(screening.claim_new()[0]) == 2
        assert screening.claim_new() == ([], False)


class PostTests:
    def test_a_reply_is_stored_with_few_queries(self, discussion, alice, bob):
        """Form, locks, acts and counts of the limits, repetition, comment with tally and wording,
        screening; and two savepoints that a test puts around them."""
        root = make_comment(discussion, alice, "Womit fangen wir an?")
        sent = {"author": bob, "body": "Mit dem Ufer.", "parent": root, "address": "192.0.2.7"}
        assert queries_of(lambda: post_comment(discussion, **sent)) <= 10
