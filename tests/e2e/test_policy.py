"""Does any page ask for what its own policy forbids? Every page, opened in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import sign_in
from tests.people import PASSWORD
from tests.routes import address_of, paper, routes

pytestmark = pytest.mark.e2e
__all__ = ["paper"]

COUNT_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
    violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
# Files, what another page downloads, and what ends the session that asks.
LEFT_OUT = ("^media", "^static", "gallery/", "health", "metrics", "robots", "sitemap")
NO_PAGES = (
    "feed",
    ".csv",
    "json",
    "download",
    "logout",
    "news/shown",
    "html/",
    "counts/",
    "jsi18n",
)
# Of these a stranger sees nothing but the way to signing in.
ROOMS = ("admin/", "account/", "moderation/", "newsroom/", "notifications/")
OPERATORS = ("admin:index", "_changelist", "_add")


def pages_for(role: str, values: dict[str, str]) -> Iterator[str]:
    """Addresses of the pages that this role sees more of than the one before."""
    for where, name, _pattern in routes():
        if where.startswith(LEFT_OUT) or any(part in where for part in NO_PAGES):
            continue
        is_operators = where.startswith("admin/")
        if role == "stranger" and where.startswith(ROOMS):
            continue
        if is_operators != (role == "admin") or (is_operators and not name.endswith(OPERATORS)):
            continue
        yield address_of(where, name, values)


def violations(page: Page, address: str) -> list[str]:
    answer = page.goto(address)
    assert answer is not None
    assert "Content-Security-Policy".lower() in answer.headers, address
    return page.evaluate("violations")


class PolicyTests:
    @pytest.mark.parametrize(
        ("role", "fewest"), [("stranger", 20), ("alice", 50), ("mona", 50), ("admin", 10)]
    )
    def test_no_page_breaks_it(
        self, transactional_db, browser, live_server, paper, request, role, fewest
    ):
        context = browser.new_context(base_url=live_server.url, locale="de-DE")
        context.add_init_script(COUNT_VIOLATIONS)
        page = context.new_page()
        reported: list[str] = []
        page.on(
            "console", lambda line: "Content Security" in line.text and reported.append(line.text)
        )
        page.goto("/netiquette/")
        if role != "stranger":
            sign_in(page, request.getfixturevalue(role), PASSWORD)
        found = {address: violations(page, address) for address in pages_for(role, paper)}
        context.close()
        assert len(found) >= fewest
        assert {address: broken for address, broken in found.items() if broken} == {}
        assert reported == []

    def test_a_broken_one_would_be_noticed(self, browser, live_server, transactional_db):
        context = browser.new_context(base_url=live_server.url)
        context.add_init_script(COUNT_VIOLATIONS)
        page = context.new_page()
        page.goto("/netiquette/")
        page.evaluate(
            "document.body.append(Object.assign(new Image(), {src: 'https://evil.example/'}))"
        )
        page.wait_for_function("violations.length > 0")
        context.close()
