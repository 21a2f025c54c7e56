"""Does any page ask for what its own policy forbids? Every page, opened in a browser.

Those that strangers and readers can open, and the desk's, are opened in test_looks.py, where
whatever the console reports fails. Here are the others.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article
from forum.models import Discussion
from tests.e2e.conftest import sign_in, sign_in_by_form
from tests.factories import make_comment
from tests.people import PASSWORD
from tests.routes import address_of, paper, routes
from tests.test_permissions import in_admin, matrix, second_factors_of

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
    "autocomplete/",
)
# Open to all staff, but not with the same on it.
FOR_STAFF = {"admin:index", "admin:password_change_done"}
# Of these each is asked only for that, and for what none of those above him can open: their columns
# in docs/permissions.md.
ABOVE = {"anna": "author", "max_": "senior", "admin": "admin"}
COLUMNS = ("anonymous", "reader", "moderator", *ABOVE.values())


def pages_for(role: str, values: dict[str, str]) -> Iterator[str]:
    """Addresses of the pages that this role sees more of than the one before.

    Of a moderator's the desk is left out, and the admin, where she finds what the others find.
    """
    opened = opened_by(ABOVE[role]) | FOR_STAFF if role in ABOVE else set()
    for where, name, _pattern in routes():
        if where.startswith(LEFT_OUT) or any(part in where for part in NO_PAGES):
            continue
        if role == "mona" and where.startswith(("moderation/", "admin/")):
            continue
        if role in ABOVE and name not in opened:
            continue
        yield address_of(where, name, values)


def opened_by(column: str) -> set[str]:
    """Routes that nobody of a column before can open."""
    before = COLUMNS[: COLUMNS.index(column)]
    opened = {
        column: {
            line.route
            for line, answers in matrix().items()
            if line.method == "GET" and answers[column] == "200"
        }
        for column in (*before, column)
    }
    return opened[column].difference(*(opened[each] for each in before))


def violations(page: Page, address: str, *, opens: bool = False) -> list[str]:
    answer = page.goto(address)
    assert answer is not None
    assert answer.ok or not opens, address
    assert "Content-Security-Policy".lower() in answer.headers, address
    return page.evaluate("violations")


class PolicyTests:
    @pytest.mark.parametrize(
        ("role", "fewest"), [("mona", 40), ("anna", 5), ("max_", 2), ("admin", 26)]
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
        person = request.getfixturevalue(role)
        sign_in(page, person, PASSWORD)
        if role == "anna":
            Article.objects.update(author=person)
        dieter = request.getfixturevalue("dieter")
        values = paper | in_admin(dieter) | second_factors_of(dieter)
        found = {
            address: violations(page, address, opens=role in ABOVE)
            for address in pages_for(role, values)
        }
        context.close()
        assert len(found) >= fewest
        assert {address: broken for address, broken in found.items() if broken} == {}
        assert reported == []

    def test_nor_does_what_is_refused_or_put_into_a_page(self, visit, paper, alice, bob):
        """No page there, a form that is wrong, a button that htmx serves, what is offered live."""
        page = visit("/netiquette/")
        page.context.add_init_script(COUNT_VIOLATIONS)
        assert violations(page, "/nirgends/") == []
        sign_in_by_form(page, bob, "falsch, ganz falsch")
        expect(page.locator(".errorlist, [role=alert]").first).to_be_visible()
        assert page.evaluate("violations") == []

        sign_in(page, bob, PASSWORD)
        discussion = Discussion.objects.get(pk=paper["forum:discussion pk"])
        page.goto(discussion.get_absolute_url())
        button = page.locator(f"#comment-{paper['forum pk']}").get_by_role("button", name="Empfehl")
        with page.expect_response("**/recommendation/"):
            button.first.click()
        make_comment(discussion, alice, "Auch im Winter.")
        with page.expect_response("**/news/?since=*"):
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.get_by_role("link", name="1 neuen Beitrag anzeigen").click()
        expect(page.get_by_text("Auch im Winter.")).to_be_visible()
        assert page.evaluate("violations") == []

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
