"""Is a question whose SQL was put together once still answered for whoever asks?"""

import pytest

from forum.asking import among, put_together_once
from forum.models import Comment
from tests.factories import make_comment, make_discussion

pytestmark = pytest.mark.django_db


@put_together_once(author=int, ids=list)
def written_by(*, author: int, ids: list[int]):
    return Comment.objects.published().filter(author=author, pk__in=among(ids)).values_list("pk")


class AskingTests:
    def test_each_time_with_other_values_and_the_same_text(
        self, alice, bob, django_assert_num_queries
    ):
        discussion = make_discussion()
        one, two = make_comment(discussion, alice), make_comment(discussion, alice)
        other = make_comment(discussion, bob)
        make_comment(discussion, alice, status="held")
        ids = [one.pk, two.pk, other.pk]
        with django_assert_num_queries(4) as captured:
            assert sorted(written_by(author=alice.pk, ids=ids)) == [(one.pk,), (two.pk,)]
            assert written_by(author=bob.pk, ids=ids) == [(other.pk,)]
            assert written_by(author=alice.pk, ids=[two.pk]) == [(two.pk,)]
            assert written_by(author=alice.pk, ids=[]) == []
        assert {query["sql"].split(" WHERE ")[0] for query in captured} == {
            captured[0]["sql"].split(" WHERE ")[0]
        }

    def test_a_value_that_is_changed_on_its_way_is_refused(self):
        @put_together_once(author=int)
        def wrong(*, author: int):
            return Comment.objects.filter(author=author + 1)

        with pytest.raises(ValueError, match="author"):
            wrong(author=7)
