"""What readers see when the house publishes, holds or removes a comment."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from forum.models import Clearance, Comment, Discussion, Revision, Tally
from forum.posting import edit_comment, post_comment, withdraw
from forum.publishing import decline_edit, hold, publish, remove
from forum.recounting import recount
from forum.signals import comment_held, comment_published, comment_removed
from moderation.models import Decision, Screening
from tests.factories import make_comment, make_discussion, pass_screening

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion(db) -> Discussion:
    return make_discussion()


@pytest.fixture
def heard(request):
    """Facts that were announced while the test ran, in order."""
    facts = []

    def hear(signal, name):
        def receive(sender, **facts_of_signal):
            facts.append((name, facts_of_signal))

        signal.connect(receive, weak=False)
        request.addfinalizer(lambda: signal.disconnect(receive))

    hear(comment_published, "published")
    hear(comment_held, "held")
    hear(comment_removed, "removed")
    return facts


def is_public(comment: Comment) -> bool:
    return Comment.objects.published().filter(pk=comment.pk).exists()


def place(comment: Comment) -> bool:
    return Comment.objects.listed().filter(pk=comment.pk).exists()


def decision(comment: Comment, revision: Revision, moderator, measure="publish") -> Decision:
    return Decision.objects.create(
        comment=comment, revision=revision, measure=measure, origin="own", decided_by=moderator
    )


class PublishTests:
    def test_comment_appears_and_is_counted(self, discussion, alice):
        version = discussion.version
        make_comment(discussion, alice)

        discussion.refresh_from_db()
        assert discussion.comment_count == 1
        assert discussion.version > version
        alice.refresh_from_db()
        assert alice.published_count == 13

    def test_reply_counts_in_its_thread_at_any_depth(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        reply = make_comment(discussion, bob, parent=root)
        make_comment(discussion, alice, parent=reply)

        assert Tally.objects.get(comment=root).reply_count == 2
        assert recount() == []

    def test_wording_without_clearance_cannot_be_stored_as_visible(self, discussion, alice):
        comment = make_comment(discussion, alice, status="pending")
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.filter(pk=comment.pk).update(status="published", is_listed=True)

    def test_clearance_names_a_screening_of_that_very_revision(self, discussion, alice):
        first = make_comment(discussion, alice)
        other = make_comment(discussion, alice, status="pending")
        screening = Screening.objects.get(revision=first.revisions.get())
        publish(other, revision=other.revisions.get(), screening_id=screening.pk)
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)

    def test_clearance_without_reason_is_impossible(self, discussion, alice):
        comment = make_comment(discussion, alice, status="pending")
        with pytest.raises(IntegrityError), transaction.atomic():
            publish(comment, revision=comment.revisions.get())

    def test_only_the_latest_wording_is_published(self, discussion, alice):
        comment = make_comment(discussion, alice, "Erste Fassung.", status="pending")
        first = comment.revisions.get()
        edit_comment(comment, author=alice, body="Zweite Fassung.")

        with pytest.raises(ValidationError) as refused:
            publish(comment, revision=first, screening_id=1)
        assert refused.value.code == "conflict"
        assert not is_public(comment)

    def test_former_wording_stays_until_the_edit_has_passed(self, discussion, alice):
        comment = make_comment(discussion, alice, "Erste Fassung.")
        edit_comment(comment, author=alice, body="Zweite Fassung.")
        comment.refresh_from_db()
        assert comment.visible_revision.revision.body == "Erste Fassung."
        assert comment.edited_at is None

        comment = pass_screening(comment)
        assert comment.visible_revision.revision.body == "Zweite Fassung."
        assert comment.edited_at is not None
        discussion.refresh_from_db()
        assert discussion.comment_count == 1

    def test_published_twice_is_counted_once(self, discussion, alice):
        comment = make_comment(discussion, alice)
        with pytest.raises(ValidationError):
            pass_screening(comment)
        discussion.refresh_from_db()
        assert discussion.comment_count == 1

    def test_what_a_moderator_is_to_read_no_check_publishes(self, discussion, alice):
        comment = make_comment(discussion, alice, status="held")
        with pytest.raises(ValidationError) as refused:
            pass_screening(comment)
        assert refused.value.code == "conflict"
        assert not is_public(comment)

    def test_moderator_publishes_what_was_held(self, discussion, alice, mona):
        comment = make_comment(discussion, alice, status="held")
        revision = comment.revisions.get()
        publish(comment, revision=revision, decision_id=decision(comment, revision, mona).pk)
        assert is_public(comment)
        assert Clearance.objects.get(revision=revision).screening_id is None

    def test_moderator_restores_what_was_removed(self, discussion, alice, mona):
        comment = make_comment(discussion, alice, status="removed")
        revision = comment.revisions.get()
        comment = publish(
            comment, revision=revision, decision_id=decision(comment, revision, mona).pk
        )
        assert is_public(comment)
        assert comment.removed_at is None
        assert comment.edited_at is None
        assert recount() == []

    def test_withdrawn_stays_withdrawn(self, discussion, alice, mona):
        comment = make_comment(discussion, alice, status="withdrawn")
        revision = comment.revisions.get()
        with pytest.raises(ValidationError):
            publish(comment, revision=revision, decision_id=decision(comment, revision, mona).pk)
        assert not is_public(comment)

    def test_first_publication_is_told_apart_from_an_edit(self, discussion, alice, heard):
        comment = make_comment(discussion, alice)
        edit_comment(comment, author=alice, body="Besser gesagt.")
        pass_screening(comment)
        assert [(name, fact["first_time"]) for name, fact in heard] == [
            ("published", True),
            ("published", False),
        ]

    def test_reply_brings_the_tombstone_above_it_back(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        reply = make_comment(discussion, bob, parent=root, status="pending")
        withdraw(root, author=alice)
        assert not place(root)

        pass_screening(reply)
        assert place(root)
        assert Tally.objects.get(comment=root).listed_in == discussion
        assert recount() == []


class HoldTests:
    def test_public_comment_is_out_of_sight_at_once(self, discussion, alice, heard):
        comment = make_comment(discussion, alice)
        discussion.refresh_from_db()
        version = discussion.version
        hold(comment)

        assert not is_public(comment)
        assert not place(comment)
        discussion.refresh_from_db()
        assert discussion.comment_count == 0
        assert discussion.version > version
        assert heard[-1][0] == "held"
        assert recount() == []

    def test_replies_keep_their_place_below_it(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        reply = make_comment(discussion, bob, parent=root)
        hold(root)
        assert place(root)
        assert is_public(reply)
        assert Tally.objects.get(comment=root).reply_count == 1

    def test_removed_comment_is_not_held(self, discussion, alice):
        comment = make_comment(discussion, alice, status="removed")
        with pytest.raises(ValidationError) as refused:
            hold(comment)
        assert refused.value.code == "conflict"


class RemoveTests:
    def test_tombstone_stays_above_replies_and_goes_with_the_last(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        middle = make_comment(discussion, bob, parent=root)
        leaf = make_comment(discussion, alice, parent=middle)
        remove(root, ground="threat")
        remove(middle, ground="threat")
        assert place(root)
        assert place(middle)

        withdraw(leaf, author=alice)
        assert not place(root)
        assert not place(middle)
        assert Tally.objects.get(comment=root).listed_in is None
        discussion.refresh_from_db()
        assert discussion.comment_count == 0
        assert recount() == []

    def test_sibling_keeps_the_tombstone_standing(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        first = make_comment(discussion, bob, parent=root)
        make_comment(discussion, alice, parent=root)
        remove(root, ground="threat")
        remove(first, ground="threat")
        assert place(root)
        assert not place(first)

    def test_ground_is_kept_for_the_tombstone(self, discussion, alice, heard):
        comment = make_comment(discussion, alice)
        assert remove(comment, ground="advertising").removal_ground == "advertising"
        assert heard[-1][0] == "removed"

    def test_waiting_edit_goes_with_the_comment(self, discussion, alice):
        comment = make_comment(discussion, alice)
        edit = edit_comment(comment, author=alice, body="Noch schärfer gesagt.")
        remove(comment, ground="threat")
        edit.refresh_from_db()
        assert edit.declined_at is not None

    def test_what_nobody_has_held_or_shown_is_not_removed(self, discussion, alice):
        comment = make_comment(discussion, alice, status="pending")
        with pytest.raises(ValidationError):
            remove(comment, ground="threat")

    def test_author_loses_the_count(self, discussion, alice):
        make_comment(discussion, alice, status="removed")
        alice.refresh_from_db()
        assert alice.published_count == 12


class DeclineEditTests:
    def test_former_wording_stays_and_can_be_edited_again(self, discussion, alice):
        comment = make_comment(discussion, alice, "Erste Fassung.")
        decline_edit(edit_comment(comment, author=alice, body="Zweite Fassung."))
        comment.refresh_from_db()
        assert comment.visible_revision.revision.body == "Erste Fassung."

        edit_comment(comment, author=alice, body="Dritte Fassung.")
        assert pass_screening(comment).visible_revision.revision.body == "Dritte Fassung."

    def test_declined_wording_cannot_be_published(self, discussion, alice):
        comment = make_comment(discussion, alice)
        edit = edit_comment(comment, author=alice, body="Zweite Fassung.")
        decline_edit(edit)
        with pytest.raises(ValidationError):
            pass_screening(comment)

    def test_first_wording_is_no_edit(self, discussion, alice):
        comment = post_comment(discussion, author=alice, body="Erste Fassung.")
        with pytest.raises(ValidationError):
            decline_edit(comment.revisions.get())
