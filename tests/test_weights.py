"""Is the first visit of a discussion as light as was promised?"""

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from bench.filling import fill
from bench.weights import bounds, first_visit
from tests.factories import make_discussion


def compressed(address: str) -> int:
    """As it is shipped: compressed once, as far as it goes."""
    path = finders.find(address.removeprefix("/static/"))
    return len(gzip.compress(Path(path).read_bytes(), 9))


@pytest.mark.django_db
class FirstVisitTests:
    @pytest.mark.parametrize("where", ["discussion", "article"])
    def test_fifty_comments_stay_below_every_bound(self, client, alice, bob, carla, where):
        discussion = make_discussion()
        fill(discussion, count=50, authors=[alice, bob, carla])
        shown = discussion if where == "discussion" else discussion.article
        html = client.get(shown.get_absolute_url()).content.decode()
        assert html.count('<article class="comment') > 30
        broken = [bound for bound in bounds(first_visit(html, compressed)) if not bound.is_held]
        assert broken == []
