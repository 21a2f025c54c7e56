"""Which comment is put first under "best"."""

from datetime import UTC, datetime, timedelta
from math import exp, log

import pytest
from django.db import connection

from forum.ranking import rank

START = datetime(2025, 1, 1, tzinfo=UTC)


def score_by_hand(recommendations: int, replies: int, published_at: datetime) -> float:
    """The same written as a product: votes shrink to a tenth in two days. Then its logarithm."""
    days = (published_at - START) / timedelta(days=1)
    return (2 + recommendations + replies / 4) * exp(log(10) * days / 2)


class RankTests:
    @pytest.mark.parametrize(
        ("recommendations", "replies", "days", "expected"),
        [
            (0, 0, 0, 0.30103),
            (8, 0, 0, 1.0),
            (98, 0, 0, 2.0),
            (0, 32, 0, 1.0),
            (8, 0, 2, 2.0),
            (0, 0, 1, 0.80103),
        ],
    )
    def test_worked_values(self, recommendations, replies, days, expected):
        value = rank(recommendations, replies, START + timedelta(days=days))
        assert value == pytest.approx(expected, abs=1e-5)

    @pytest.mark.parametrize("recommendations", [0, 1, 7, 250, 10_000])
    @pytest.mark.parametrize("replies", [0, 3, 500])
    @pytest.mark.parametrize("hours", [0, 5, 300])
    def test_product_formula_agrees(self, recommendations, replies, hours):
        published_at = START + timedelta(hours=hours)
        product = score_by_hand(recommendations, replies, published_at)
        assert 10 ** rank(recommendations, replies, published_at) == pytest.approx(product)

    @pytest.mark.django_db
    def test_postgresql_agrees(self):
        published_at = START + timedelta(days=700, seconds=12.5)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT log((2 + %s + %s * 0.25)::numeric)"
                " + extract(epoch FROM %s - timestamptz '2025-01-01 00:00+00') / 172800",
                [137, 41, published_at],
            )
            (value,) = cursor.fetchone()
        assert rank(137, 41, published_at) == pytest.approx(float(value), abs=1e-9)

    def test_early_comment_does_not_stay_first_for_ever(self):
        early = rank(40, 10, START)
        assert rank(5, 0, START + timedelta(hours=3)) < early
        assert rank(5, 0, START + timedelta(days=2)) > early

    def test_each_recommendation_and_each_reply_lifts(self):
        assert rank(1, 0, START) > rank(0, 1, START) > rank(0, 0, START)
