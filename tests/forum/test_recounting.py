"""Does counting anew find what is wrong, and put it right?"""

import pytest
from django.utils import timezone

from forum.models import Comment, Discussion, Findable, Recommendation, Tally
from forum.recounting import recount
from forum.reranking import rerank
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
