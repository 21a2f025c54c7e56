"""Does what one reads stay where it is?"""

import pytest
from playwright.sync_api import Page

from articles.models import Article
from forum.opening import open_discussion
from tests.e2e.conftest import sign_in
from tests.factories import ArticleFactory, TickerEntryFactory, TopicFactory, make_comment
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

ALLOWED = 0.02  # Cumulative Layout Shift; Chromium calls 0.1 good
COUNT_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def addresses(transactional_db, alice, bob) -> list[str]:
    """Front page, topic, live report with a picture that comes late, or not at all."""
    topic = TopicFactory()
    articles: list[Article] = [
        ArticleFactory(
            topic=topic,
            kind=kind,
            picture="pictures/missing.svg",
            picture_alt="Die leere Straße",
            paragraphs=["Der Stadtrat sperrt die Uferstraße ab Mai für Autos."] * 3,
        )
        for kind in (Article.Kind.LIVE, Article.Kind.REPORT)
    ]
    for article in articles:
        TickerEntryFactory(article=article, text="Sitzung beginnt.")
        discussion = open_discussion(article=article)
        first = make_comment(discussion, alice, f"Zum {article.kind}: endlich Ruhe am Ufer.")
        make_comment(discussion, bob, f"Und der Wochenmarkt, {article.kind}?", parent=first)
    return ["/", topic.get_absolute_url(), *(one.get_absolute_url() for one in articles)]


def shifts(page: Page, address: str) -> float:
    """How much moved while the page was opened and read to its end."""
    page.goto(address)
    for _screen in range(4):
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(50)
    return page.evaluate("shifted")


@pytest.mark.parametrize("width", [360, 1280])
class StillnessTests:
    def test_nothing_moves_while_strangers_read(self, visit, addresses, width):
        page = visit("/netiquette/", width=width)
        page.add_init_script(COUNT_SHIFTS)
        found = {address: shifts(page, address) for address in addresses}
        assert {address: moved for address, moved in found.items() if moved >= ALLOWED} == {}

    def test_nor_while_somebody_signed_in_does(self, visit, addresses, alice, width):
        page = visit("/netiquette/", width=width)
        page.add_init_script(COUNT_SHIFTS)
        sign_in(page, alice, PASSWORD)
        found = {address: shifts(page, address) for address in addresses}
        assert {address: moved for address, moved in found.items() if moved >= ALLOWED} == {}
