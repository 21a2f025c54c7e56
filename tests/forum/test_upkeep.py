"""Does counting and ranking anew find what is wrong, and put it right?"""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from bench.filling import fill
from forum import ranking, upkeep
from forum.listing import rank_of
from forum.models import Comment, Discussion, Findable, Recommendation, Tally
from forum.upkeep import recount, rerank
from tests.factories import make_comment, make_discussion

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion(alice, bob, carla) -> Discussion:
    """A removed root above a withdrawn reply above a visible one, and one recommendation."""
    discussion = make_discussion()
    root = make_comment(discussion, alice)
    reply = make_comment(discussion, bob, parent=root)
    answer = make_comment(discussion, alice, parent=reply)
    now = timezone.now()
    Recommendation.objects.create(comment=answer, reader=carla, folded_at=now)
    Tally.objects.filter(comment=answer).update(recommendation_count=1)
    Comment.objects.filter(pk=root.pk).update(status="removed", visible_revision=None)
    Comment.objects.filter(pk=reply.pk).update(status="withdrawn", visible_revision=None)
    Tally.objects.filter(comment=root).update(reply_count=1)
    Findable.objects.exclude(comment=answer).delete()
    Discussion.objects.update(comment_count=1)
    rerank()
    return discussion


class RecountTests:
    def test_right_counters_are_left_alone(self, discussion):
        version = Discussion.objects.get().version
        assert recount() == []
        assert Discussion.objects.get().version == version

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda: Discussion.objects.update(comment_count=7),
            lambda: Tally.objects.filter(listed_in__isnull=False).update(reply_count=7),
            lambda: Tally.objects.filter(listed_under__isnull=False).update(reply_count=7),
            lambda: Tally.objects.update(recommendation_count=7),
            lambda: Tally.objects.update(listed_in=None),
            lambda: Tally.objects.update(listed_under=None),
            lambda: Comment.objects.exclude(status="published").update(is_listed=False),
        ],
        ids=[
            "comments",
            "replies",
            "answers",
            "recommendations",
            "threads",
            "sorted replies",
            "tombstones",
        ],
    )
    def test_wrong_ones_are_named_and_put_right_in_one_round(self, discussion, spoil):
        rows = [model.objects.order_by("pk") for model in (Comment, Tally)]
        before = [list(table.values()) for table in rows]
        spoil()
        assert recount()
        assert recount() == []
        assert [list(table.values()) for table in rows] == before
        assert Discussion.objects.get().comment_count == 1

    def test_ranks_follow_what_was_put_right(self, discussion):
        Tally.objects.update(reply_count=7, rank=0)
        assert recount()
        assert rerank() == 0


class RerankTests:
    @pytest.fixture
    def discussion(self, alice, bob) -> Discussion:
        discussion = make_discussion()
        fill(discussion, count=60, authors=[alice, bob])
        return discussion

    def test_right_ranks_are_left_alone(self, discussion):
        version = Discussion.objects.get().version
        assert rerank() == 0
        assert Discussion.objects.get().version == version

    def test_another_formula_reaches_every_comment_in_batches(self, discussion, monkeypatch):
        Comment.objects.filter(pk=Comment.objects.earliest("pk").pk).update(
            picked_at=timezone.now()
        )
        monkeypatch.setattr(ranking, "DECADE_SECONDS", ranking.DECADE_SECONDS / 2)
        monkeypatch.setattr(upkeep, "RANKED_AT_ONCE", 7)
        assert rerank() == 60
        for tally in Tally.objects.select_related("comment"):
            assert tally.rank == rank_of(tally.comment, tally)
        assert rerank() == 0

    def test_only_discussions_in_which_something_changed_get_a_new_version(self, discussion, alice):
        other = make_discussion()
        wrong = make_comment(other, alice)
        Tally.objects.filter(comment=wrong).update(rank=0)
        before = dict(Discussion.objects.values_list("pk", "version"))
        assert rerank() == 1
        after = dict(Discussion.objects.values_list("pk", "version"))
        assert after == before | {other.pk: before[other.pk] + 1}

    def test_stopped_halfway_it_goes_on_where_ranks_are_still_wrong(self, discussion, monkeypatch):
        Tally.objects.update(rank=0)
        monkeypatch.setattr(upkeep, "RANKED_AT_ONCE", 25)
        _last, changed = upkeep._rerank_batch(discussion.pk, after=0)
        assert changed == 25
        assert rerank() == 35

    def test_what_has_no_place_is_not_ranked(self, discussion, alice):
        make_comment(discussion, alice, status="pending")
        assert rerank() == 0

    def test_rows_from_before_sorted_replies_are_filled_as_the_verbs_do(self, discussion):
        before = list(Tally.objects.order_by("pk").values())
        Tally.objects.update(listed_under=None, rank=0)
        Tally.objects.filter(listed_in=None).update(reply_count=0)
        migration = import_module("forum.migrations.0008_orders_of_replies")
        migration.fill(None, SimpleNamespace(connection=connection))
        assert list(Tally.objects.order_by("pk").values()) == before
