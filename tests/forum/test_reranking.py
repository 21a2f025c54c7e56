"""Do ranks follow when the formula has changed?"""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from bench.filling import fill
from forum import ranking, reranking
from forum.listing import rank_of
from forum.models import Comment, Discussion, Tally
from forum.reranking import rerank
from tests.factories import make_comment, make_discussion

pytestmark = pytest.mark.django_db


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
        monkeypatch.setattr(reranking, "RANKED_AT_ONCE", 7)
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
        monkeypatch.setattr(reranking, "RANKED_AT_ONCE", 25)
        _last, changed = reranking._rerank_batch(discussion.pk, after=0)
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
