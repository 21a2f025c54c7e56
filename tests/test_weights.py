"""Is the first visit of a discussion as light as was promised?"""

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from bench.filling import fill
from bench.weights import Bound, bounds, first_visit
from forum.models import Discussion
from tests.factories import make_discussion


def compressed(address: str) -> int:
    """As it is shipped: compressed once, as far as it goes."""
    path = finders.find(address.removeprefix("/static/"))
    return len(gzip.compress(Path(path).read_bytes(), 9))


def too_heavy(client: Client, address: str) -> list[Bound]:
    html = client.get(address).content.decode()
    assert html.count('<article class="comment') > 30
    return [bound for bound in bounds(first_visit(html, compressed)) if not bound.is_held]


@pytest.mark.django_db
class FirstVisitTests:
    @pytest.fixture
    def discussion(self, alice, bob, carla) -> Discussion:
        discussion = make_discussion()
        fill(discussion, count=50, authors=[alice, bob, carla])
        return discussion

    @pytest.mark.parametrize("where", ["discussion", "article"])
    def test_fifty_comments_stay_below_every_bound(self, client, discussion, where):
        shown = discussion if where == "discussion" else discussion.article
        assert too_heavy(client, shown.get_absolute_url()) == []

    def test_whoever_is_signed_in_loads_the_scripts_to_write_with_and_no_more(
        self, client, discussion, dieter
    ):
        client.force_login(dieter)
        broken = too_heavy(client, discussion.get_absolute_url())
        assert [bound for bound in broken if bound.what.startswith("own script")] == []
