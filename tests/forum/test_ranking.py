"""Which comment is put first under "best"."""

from datetime import UTC, datetime, timedelta
from itertools import product
from math import exp, log, sqrt

import pytest
from django.db import connection

from forum.ranking import FEW, PICK_LEAD, PROVEN_LEAD, rank

START = datetime(2025, 1, 1, tzinfo=UTC)
# 80 % of a normal distribution lie within so many standard deviations.
Z = 1.281551565545


def score_by_hand(recommendations: int, replies: int, published_at: datetime) -> float:
    """The same written as a product: votes shrink to a tenth in two days. Then its logarithm."""
    days = (published_at - START) / timedelta(days=1)
    return (2 + recommendations + replies / 4) * exp(log(10) * days / 2)


def merit(recommendations: int, replies: int, published_at: datetime) -> float:
    """The rank without the lead over what only a few have recommended."""
    value = rank(recommendations, replies, published_at)
    return value - PROVEN_LEAD if recommendations >= FEW else value


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
        value = merit(recommendations, replies, START + timedelta(days=days))
        assert value == pytest.approx(expected, abs=1e-5)

    @pytest.mark.parametrize("recommendations", [0, 1, 7, 250, 10_000])
    @pytest.mark.parametrize("replies", [0, 3, 500])
    @pytest.mark.parametrize("hours", [0, 5, 300])
    def test_product_formula_agrees(self, recommendations, replies, hours):
        published_at = START + timedelta(hours=hours)
        product = score_by_hand(recommendations, replies, published_at)
        assert 10 ** merit(recommendations, replies, published_at) == pytest.approx(product)

    @pytest.mark.django_db
    def test_postgresql_agrees(self):
        published_at = START + timedelta(days=700, seconds=12.5)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT log((2 + %s + %s * 0.25)::numeric)"
                " + extract(epoch FROM %s - timestamptz '2025-01-01 00:00+00') / 172800 + 10000",
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
        for replies, hours in product((0, 7), (0, 900)):
            at = START + timedelta(hours=hours)
            ranks = [rank(count, replies, at) for count in range(300)]
            assert ranks == sorted(set(ranks))

    def test_among_equals_the_newer_stands_higher(self):
        at = [START + timedelta(seconds=second) for second in range(100)]
        for recommendations in (0, FEW, 1_000):
            ranks = [rank(recommendations, 0, moment) for moment in at]
            assert ranks == sorted(set(ranks))

    def test_what_only_a_few_have_recommended_never_leads_however_new_it_is(self):
        ten_years_later = START + timedelta(days=3_650)
        for recommendations in range(FEW):
            assert rank(recommendations, 500, ten_years_later) < rank(FEW, 0, START)

    def test_a_pick_stands_ahead_of_everything(self):
        ten_years_later = START + timedelta(days=3_650)
        assert rank(0, 0, START, is_picked=True) > rank(10**7, 10**6, ten_years_later)
        assert rank(9, 0, START, is_picked=True) > rank(8, 0, START, is_picked=True)

    def test_leads_leave_room_for_a_second_between_two_comments(self):
        """A float keeps sixteen digits; a second of age is in the sixth after the point."""
        later = START + timedelta(days=36_500)
        one_second_more = later + timedelta(seconds=1)
        assert rank(9, 0, later, is_picked=True) < rank(9, 0, one_second_more, is_picked=True)
        assert PICK_LEAD > 10 * PROVEN_LEAD


def wilson(up: int, down: int) -> float:
    """Lower bound of the share of those in favour (Reddit, r2/r2/lib/db/_sorts.pyx; Lobsters)."""
    n = up + down
    share = up / n
    spread = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return (share + Z * Z / (2 * n) - spread) / (1 + Z * Z / n)


def wilson_by_search(up: int, down: int) -> float:
    """The smallest share at which so many in favour would be no more than Z deviations too many."""
    n = up + down
    low, high = 0.0, up / n
    for _step in range(60):
        middle = (low + high) / 2
        is_too_many = up / n - middle > Z * sqrt(middle * (1 - middle) / n)
        low, high = (middle, high) if is_too_many else (low, middle)
    return high


class WilsonTests:
    """Why readers' orders do without it (docs/decisions/0025): nobody here votes against."""

    @pytest.mark.parametrize(
        ("up", "down", "published"),
        [(1, 0, 0.378), (10, 0, 0.859), (10, 10, 0.362), (100, 20, 0.785)],
    )
    def test_published_values(self, up, down, published):
        assert wilson(up, down) == pytest.approx(published, abs=0.0005)
        assert wilson_by_search(up, down) == pytest.approx(wilson(up, down))

    def test_without_votes_against_it_orders_as_ours_does(self):
        for up in range(1, 200):
            assert wilson(up, 0) == pytest.approx(up / (up + Z * Z))
            assert wilson(up + 1, 0) > wilson(up, 0)
            assert merit(up + 1, 0, START) > merit(up, 0, START)
