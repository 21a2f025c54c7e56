"""Which comments readers find worth recommending."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import timedelta
from itertools import chain

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.models import Comment, Discussion, Recommendation, Tally
from forum.publishing import hold
from forum.recommending import fold_recommendations, recommend, take_back
from forum.recounting import recount
from tests import people
from tests.factories import make_comment, make_discussion
from tests.moderation.races import at_once


@pytest.fixture
def discussion(db) -> Discussion:
    return make_discussion()


@pytest.fixture
def comment(discussion, alice) -> Comment:
    return make_comment(discussion, alice)


def shown_count(comment: Comment) -> int:
    return Tally.objects.get(comment=comment).recommendation_count


class RecommendTests:
    def test_is_counted_once_however_often_pressed(self, comment, bob):
        recommend(comment, reader=bob)
        recommend(comment, reader=bob)
        fold_recommendations()
        assert shown_count(comment) == 1

    def test_several_readers_add_up(self, comment, bob, carla, dieter):
        for reader in (bob, carla, dieter):
            recommend(comment, reader=reader)
        fold_recommendations()
        assert shown_count(comment) == 3

    def test_b37_not_ones_own(self, comment, alice):
        with pytest.raises(PermissionDenied, match="Den eigenen Beitrag"):
            recommend(comment, reader=alice)
        assert not Recommendation.objects.exists()

    @pytest.mark.parametrize("status", ["pending", "held", "removed", "withdrawn"])
    def test_b37_only_what_everybody_reads(self, discussion, alice, bob, status):
        with pytest.raises(Http404):
            recommend(make_comment(discussion, alice, status=status), reader=bob)
        assert not Recommendation.objects.exists()

    def test_b37_not_in_a_closed_discussion(self, comment, bob):
        Discussion.objects.update(closed_at=timezone.now())
        with pytest.raises(PermissionDenied, match="geschlossen"):
            recommend(comment, reader=bob)

    def test_b37_not_by_the_house(self, comment, anna, mona):
        for member in (anna, mona):
            with pytest.raises(PermissionDenied):
                recommend(comment, reader=member)

    def test_suspended_reader_cannot(self, comment, eve):
        with pytest.raises(PermissionDenied):
            recommend(comment, reader=eve)

    def test_new_account_counts_when_it_is_a_day_old(self, comment, nina):
        recommend(comment, reader=nina)
        fold_recommendations()
        assert shown_count(comment) == 0

        fold_recommendations(now=timezone.now() + timedelta(hours=25))
        assert shown_count(comment) == 1

    def test_too_many_are_slowed(self, discussion, alice, nina):
        comments = [make_comment(discussion, alice) for _ in range(31)]
        for comment in comments[:30]:
            recommend(comment, reader=nina)
        with pytest.raises(ValidationError) as refused:
            recommend(comments[30], reader=nina)
        assert refused.value.code == "too_fast"


class TakeBackTests:
    def test_count_goes_down_again(self, comment, bob):
        recommend(comment, reader=bob)
        fold_recommendations()
        take_back(comment, reader=bob)
        fold_recommendations()
        assert shown_count(comment) == 0

    def test_may_be_given_again(self, comment, bob):
        recommend(comment, reader=bob)
        take_back(comment, reader=bob)
        recommend(comment, reader=bob)
        fold_recommendations()
        assert shown_count(comment) == 1

    def test_somebody_elses_stays(self, comment, bob, carla):
        recommend(comment, reader=bob)
        take_back(comment, reader=carla)
        fold_recommendations()
        assert shown_count(comment) == 1

    def test_possible_when_the_comment_is_out_of_sight(self, comment, bob):
        recommend(comment, reader=bob)
        hold(comment)
        take_back(comment, reader=bob)
        fold_recommendations()
        assert shown_count(comment) == 0


class FoldRecommendationsTests:
    def test_raises_rank_and_version_once_for_all(self, discussion, comment, bob, carla):
        before = Tally.objects.get(comment=comment).rank
        discussion.refresh_from_db()
        version = discussion.version
        recommend(comment, reader=bob)
        recommend(comment, reader=carla)

        assert fold_recommendations() == 1
        discussion.refresh_from_db()
        assert discussion.version == version + 1
        assert Tally.objects.get(comment=comment).rank > before

    def test_nothing_new_changes_nothing(self, discussion, comment, bob):
        recommend(comment, reader=bob)
        fold_recommendations()
        discussion.refresh_from_db()
        version = discussion.version
        assert fold_recommendations() == 0
        discussion.refresh_from_db()
        assert discussion.version == version

    def test_given_and_taken_back_in_between_changes_nothing(self, comment, bob):
        recommend(comment, reader=bob)
        take_back(comment, reader=bob)
        assert fold_recommendations() == 0
        assert recount() == []

    def test_wrong_tally_is_found_and_put_right(self, comment, bob):
        recommend(comment, reader=bob)
        fold_recommendations()
        Tally.objects.update(recommendation_count=7, reply_count=3)
        Discussion.objects.update(comment_count=9)
        found = {wrong.counter: (wrong.counted, wrong.actual) for wrong in recount()}
        assert found == {
            "discussion.comment_count": (9, 1),
            "tally.reply_count": (3, 0),
            "tally.recommendation_count": (7, 1),
        }
        assert recount() == []


@pytest.mark.django_db(transaction=True)
class AtOnceTests:
    def test_two_hundred_clicks_make_one_row(self, settings):
        """Forty windows at the same moment, five clicks each."""
        settings.RATE_LIMITS = False
        comment = make_comment(make_discussion(), people.alice())
        address = reverse("forum:recommendation", args=[comment.pk])
        signed_in = Client()
        signed_in.force_login(people.bob())

        def click(_number: int) -> list[int]:
            window = Client()
            window.cookies = deepcopy(signed_in.cookies)
            return [window.post(address).status_code for _click in range(5)]

        assert [*chain(*at_once(40, click))] == [303] * 200
        fold_recommendations()
        assert Recommendation.objects.count() == 1
        assert shown_count(comment) == 1
        assert recount() == []

    def test_folding_at_once_counts_once(self):
        comment = make_comment(make_discussion(), people.alice())
        recommend(comment, reader=people.bob())

        def fold(_number):
            try:
                return fold_recommendations()
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as threads:
            changed = sum(threads.map(fold, range(4)))
        assert changed == 1
        assert shown_count(comment) == 1
