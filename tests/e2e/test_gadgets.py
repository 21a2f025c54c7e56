"""Does htmx obey what a reader has written, should an attribute ever get through?"""

import json

import pytest
from playwright.sync_api import Page, Request

from tests.e2e.conftest import sign_in
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

BODY = ".comment__body"
GADGETS = (
    '<p hx-get="/netiquette/?{0}-get" hx-trigger="load" hx-swap="none">x</p>',
    '<p data-hx-get="/netiquette/?{0}-data" data-hx-trigger="load" data-hx-swap="none">x</p>',
    '<form hx-post="/netiquette/?{0}-post" hx-trigger="load" hx-swap="none"></form>',
    '<p hx-get="/netiquette/?{0}-click" hx-swap="none" class="gadget">x</p>',
    '<p hx-boost="true"><a href="/netiquette/?{0}-boost" hx-swap="none" class="gadget">x</a></p>',
)
PUT_INTO = """([place, html]) =>
    document.querySelector(place).insertAdjacentHTML("beforeend", html)"""
# A click that htmx does not take leads nowhere: the browser itself would follow a link.
PROCESS = """() => {
    document.addEventListener("click", (event) => event.preventDefault());
    htmx.process(document.body);
    document.querySelectorAll(".gadget").forEach((each) => each.click());
}"""


@pytest.fixture
def page(visit, transactional_db, alice, bob) -> Page:
    """A comment, and a reader who is signed in: what is asked would be asked in his name."""
    discussion = make_discussion()
    make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
    page = visit("/netiquette/")
    sign_in(page, bob, PASSWORD)
    page.goto(discussion.get_absolute_url())
    page.wait_for_function("window.htmx")
    return page


class GadgetTests:
    def test_htmx_asks_nothing_from_within_a_comment(self, page):
        asked: list[str] = []

        def note(request: Request) -> None:
            if "/netiquette/?" in request.url:
                asked.append(request.url.partition("?")[2])

        page.on("request", note)
        # What stands in the page first is asked first.
        for place, name in ((BODY, "inside"), ("#main", "outside")):
            page.evaluate(PUT_INTO, [place, "".join(each.format(name) for each in GADGETS)])
        page.evaluate(PROCESS)
        page.wait_for_load_state("networkidle")
        assert sorted(asked) == [
            "outside-boost", "outside-click", "outside-data", "outside-get", "outside-post",
        ]  # fmt: skip

    def test_what_hx_on_says_is_run_nowhere(self, browser, live_server, transactional_db):
        context = browser.new_context(base_url=live_server.url)
        page = context.new_page()
        page.goto("/netiquette/")
        page.evaluate("""() => {
            window.refused = 0;
            document.addEventListener("htmx:evalDisallowedError", () => refused++);
        }""")
        gadget = """<p hx-on:click="document.title = 'run'" class="gadget">x</p>"""
        page.evaluate(PUT_INTO, ["#main", gadget])
        page.evaluate(PROCESS)
        assert page.evaluate("refused") == 1
        assert page.title() != "run"
        context.close()

    def test_htmx_is_set_as_the_page_says(self, page):
        said = json.loads(page.locator("meta[name=htmx-config]").get_attribute("content"))
        settings = page.evaluate("htmx.config")
        assert {name: settings[name] for name in said} == said
        assert not said["allowEval"]
        assert not said["allowScriptTags"]
        assert not said["includeIndicatorStyles"]
        assert said["selfRequestsOnly"]
        assert said["historyCacheSize"] == 0
