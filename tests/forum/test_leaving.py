"""What becomes of texts and recommendations when their author has closed his account?"""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from accounts.leaving import request_closing
from accounts.tasks import tidy
from forum import leaving
from forum.following import follow
from forum.models import (
    ChosenOrder,
    Comment,
    Departure,
    Discussion,
    Follow,
    Mute,
    ReadMarker,
    Recommendation,
    Submission,
)
from forum.muting import mute
from forum.ordering import choose_order
from forum.recommending import fold_recommendations, recommend
from forum.recounting import recount
from forum.tasks import see_off_departed
from moderation.models import Screening
from tests.factories import make_comment, make_discussion


@pytest.fixture
def discussion(db):
    return make_discussion()


@pytest.fixture
def leave(time_machine):
    """Ask, let two weeks pass, and let the clock close the account."""

    def close(reader, *, keeps_texts: bool) -> None:
        request_closing(reader, keeps_texts=keeps_texts)
        time_machine.move_to(timezone.now() + timedelta(days=14, minutes=1))
        tidy()

    return close


def version(discussion) -> int:
    return Discussion.objects.get(pk=discussion.pk).version


def page_of(client, discussion) -> str:
    return client.get(discussion.get_absolute_url()).content.decode()


class StayingTextTests:
    def test_they_stand_without_the_name_and_kept_pages_change(
        self, client, discussion, alice, bob, leave
    ):
        comment = make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
        make_comment(discussion, bob, "Und der Markt?", parent=comment)
        before = version(discussion)
        etag = client.get(discussion.get_absolute_url())["ETag"]
        assert "Alice" in page_of(client, discussion)

        leave(alice, keeps_texts=True)
        see_off_departed()
        assert version(discussion) > before
        response = client.get(discussion.get_absolute_url(), headers={"if-none-match": etag})
        page = response.content.decode()
        assert response.status_code == 200
        assert "Endlich Ruhe am Ufer." in page
        assert "Gelöschtes Konto" in page
        assert "Alice" not in page
        assert "/readers/Gel" not in page
        feed = client.get(f"{discussion.get_absolute_url()}feed/").content.decode()
        assert "Gelöschtes Konto" in feed
        assert "Alice" not in feed
        assert "Alice" not in client.get(comment.get_absolute_url()).content.decode()
        assert discussion.comments.published().count() == 2

    def test_what_nobody_has_seen_goes(self, discussion, alice, leave):
        waiting = make_comment(discussion, alice, "Noch ungelesen.", status="pending")
        held = make_comment(discussion, alice, "Zurückgehalten.", status="held")
        leave(alice, keeps_texts=True)
        see_off_departed()
        for comment in (waiting, held):
            comment.refresh_from_db()
            assert comment.status == "withdrawn"
            assert comment.revisions.get().body == ""


class GoingTextTests:
    def test_they_are_withdrawn_and_their_wording_forgotten(
        self, client, discussion, alice, bob, leave
    ):
        comment = make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
        reply = make_comment(discussion, bob, "Und der Markt?", parent=comment)
        earlier = make_comment(discussion, alice, "Vor Wochen gesagt.", status="withdrawn")
        leave(alice, keeps_texts=False)
        see_off_departed()

        for one in (comment, earlier):
            one.refresh_from_db()
            assert one.status == "withdrawn"
            wording = one.revisions.get()
            assert (wording.body, wording.html, wording.fingerprint) == ("", "", "")
        page = page_of(client, discussion)
        assert "Endlich Ruhe am Ufer." not in page
        assert f'id="comment-{comment.pk}"' in page
        assert f'id="comment-{reply.pk}"' in page
        assert "Alice" not in page
        assert recount() == []

    def test_what_the_moderators_removed_is_kept_with_its_decision(self, discussion, alice, leave):
        removed = make_comment(discussion, alice, "Alles Lügner.", status="removed")
        leave(alice, keeps_texts=False)
        see_off_departed()
        removed.refresh_from_db()
        assert removed.status == "removed"
        assert removed.revisions.get().body == "Alles Lügner."

    def test_a_worker_killed_on_the_way_goes_on_where_it_stopped(
        self, discussion, alice, leave, monkeypatch
    ):
        for _ in range(5):
            make_comment(discussion, alice)
        leave(alice, keeps_texts=False)
        monkeypatch.setattr(leaving, "AT_ONCE", 2)
        counts = []
        for _ in range(4):
            see_off_departed()
            counts.append(Comment.objects.published().filter(author=alice).count())
        assert counts == [3, 1, 0, 0]
        assert all(before >= after for before, after in pairwise(counts))
        assert Departure.objects.get().finished_at

    def test_a_round_ends_when_its_time_is_up(self, discussion, alice, leave, monkeypatch):
        make_comment(discussion, alice)
        leave(alice, keeps_texts=False)
        monkeypatch.setattr(leaving, "ROUND_SECONDS", 0)
        see_off_departed()
        assert discussion.comments.published().exists()

    def test_a_text_removed_at_that_moment_stops_nothing(
        self, discussion, alice, leave, monkeypatch
    ):
        first, second = make_comment(discussion, alice), make_comment(discussion, alice)
        leave(alice, keeps_texts=False)
        withdraw = leaving.withdraw

        def removed_meanwhile(comment, *, author):
            if comment == first:
                Comment.objects.filter(pk=first.pk).update(
                    status="removed", visible_revision=None, is_listed=False
                )
            return withdraw(comment, author=author)

        monkeypatch.setattr(leaving, "withdraw", removed_meanwhile)
        see_off_departed()
        second.refresh_from_db()
        assert second.status == "withdrawn"

    def test_one_reader_whose_texts_make_trouble_holds_up_nobody(
        self, discussion, alice, bob, leave, monkeypatch
    ):
        make_comment(discussion, alice)
        make_comment(discussion, bob)
        request_closing(bob, keeps_texts=False)
        leave(alice, keeps_texts=False)
        withdraw = leaving.withdraw

        def fail_for_alice(comment, *, author):
            assert author != alice
            return withdraw(comment, author=author)

        monkeypatch.setattr(leaving, "withdraw", fail_for_alice)
        see_off_departed()
        assert Departure.objects.get(reader=bob).finished_at
        assert Departure.objects.get(reader=alice).finished_at is None

        monkeypatch.undo()
        see_off_departed()
        assert Departure.objects.get(reader=alice).finished_at

    def test_what_was_being_screened_is_overtaken(self, discussion, alice, leave):
        make_comment(discussion, alice, status="pending")
        leave(alice, keeps_texts=False)
        see_off_departed()
        assert Screening.objects.get().revision.body == ""


class RecommendationTests:
    def test_they_are_taken_back_folded_and_deleted(self, discussion, alice, bob, leave):
        comment = make_comment(discussion, bob)
        recommend(comment, reader=alice)
        fold_recommendations()
        leave(alice, keeps_texts=True)
        see_off_departed()
        assert Departure.objects.get().finished_at is None

        fold_recommendations()
        see_off_departed()
        comment.tally.refresh_from_db()
        assert comment.tally.recommendation_count == 0
        assert not Recommendation.objects.exists()
        assert Departure.objects.get().finished_at
        assert recount() == []

    def test_whom_he_had_hidden_who_had_hidden_him_and_what_he_followed_is_forgotten(
        self, discussion, alice, bob, leave
    ):
        mute(bob, reader=alice)
        mute(alice, reader=bob)
        follow(discussion, reader=alice)
        choose_order(alice, "oldest")
        leave(alice, keeps_texts=True)
        see_off_departed()
        assert not Mute.objects.exists()
        assert not Follow.objects.exists()
        assert not ChosenOrder.objects.exists()
        assert not ReadMarker.objects.exists()

    def test_ids_of_forms_go_too(self, discussion, alice, leave):
        comment = make_comment(discussion, alice)
        Submission.objects.create(
            author=alice, submission_id="6f1f7b52-5d1f-4c51-9e5e-1b3b6a1f0a11", comment=comment
        )
        leave(alice, keeps_texts=True)
        see_off_departed()
        assert not Submission.objects.exists()

    def test_who_was_seen_off_costs_no_more(self, discussion, alice, leave):
        make_comment(discussion, alice)
        leave(alice, keeps_texts=True)
        see_off_departed()
        before = version(discussion)
        see_off_departed()
        assert version(discussion) == before
