"""Does a query that was put together once answer what the ORM would, whatever it is asked?"""

from unittest.mock import patch

import pytest
from django.db import connection
from django.db.models import TextField, Value
from django.test.utils import CaptureQueriesContext

from forum.asking import asked_once, none_of, one_of
from forum.models import Comment, Tally
from tests.factories import make_comment, make_discussion

pytestmark = pytest.mark.django_db


@asked_once
def roots(order: str, *, discussion: int, besides: int | None = None, ids: list[int] | None = None):
    found = Tally.objects.filter(listed_in=discussion)
    if besides is not None:
        found = found.exclude(pk=besides)
    if ids is not None:
        found = found.filter(one_of(ids))
    return found.order_by(order).values_list("pk")


@pytest.fixture
def listed(alice) -> list[tuple[int]]:
    discussion = make_discussion()
    return [(make_comment(discussion, alice).pk,) for _number in range(3)]


@pytest.fixture
def place(listed) -> int:
    return Tally.objects.get(pk=listed[0][0]).listed_in_id


class AskedOnceTests:
    def test_shape_decides_the_order(self, listed, place):
        assert roots("pk", discussion=place) == listed
        assert roots("-pk", discussion=place) == listed[::-1]

    def test_values_may_be_any(self, listed, place):
        for (pk,) in listed:
            left = [one for one in listed if one != (pk,)]
            assert roots("pk", discussion=place, besides=pk) == left
        assert roots("pk", discussion=place, besides=None) == listed
        assert roots("pk", discussion=place + 1) == []

    def test_an_id_that_no_row_can_have_finds_none(self, listed, place):
        assert roots("pk", discussion=10**20) == []
        assert roots("pk", discussion=place, ids=[10**20, listed[0][0]]) == listed[:1]

    def test_lists_may_be_of_any_length(self, listed, place):
        for count in range(4):
            ids = [pk for (pk,) in listed[:count]]
            assert roots("pk", discussion=place, ids=ids) == listed[:count]

    def test_query_is_put_together_once(self, listed, place):
        roots("pk", discussion=place)
        with patch.object(Tally.objects, "filter") as put_together:
            assert roots("pk", discussion=place) == listed
            assert not put_together.called

    def test_value_that_is_lost_on_the_way_is_noticed(self):
        @asked_once
        def negated(*, pk: int):
            return Tally.objects.filter(pk=-pk).values_list("pk")

        with pytest.raises(ValueError, match="negated does not ask"):
            negated(pk=7)

    def test_what_stands_there_always_is_written_out(self, listed, place):
        """Whatever it holds: the planner reads it, and it is filled in no second time."""

        @asked_once
        def told(*, discussion: int):
            constant = Value("100 %s 'x'", output_field=TextField())
            return Tally.objects.filter(listed_in=discussion).values_list(constant)

        with CaptureQueriesContext(connection) as asked:
            assert told(discussion=place) == [("100 %s 'x'",)] * 3
        assert "100 %s ''x''" in asked[0]["sql"]

    def test_all_but_some(self, listed):
        ids = [pk for (pk,) in listed[:2]]
        assert list(Tally.objects.filter(none_of(ids)).values_list("pk")) == listed[2:]

    def test_of_any_column(self, alice, bob, listed):
        @asked_once
        def written_by(*, authors: list[int]):
            return (
                Comment.objects.filter(one_of(authors, of="author"))
                .order_by("pk")
                .values_list("pk")
            )

        assert written_by(authors=[alice.pk, bob.pk]) == listed
        assert written_by(authors=[bob.pk]) == written_by(authors=[]) == []
