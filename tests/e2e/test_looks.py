"""Can everybody use the pages: on a small screen, in the dark, with a screen reader?"""

import re
from collections.abc import Sequence
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Page, expect

from notifications.letters import Entry, Letter
from tests.e2e.conftest import sign_in
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD
from tests.routes import address_of, routes

pytestmark = pytest.mark.e2e

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Django's own desk for operators, files, and what only machines ask for.
NO_PAGES = ("admin/", "^media", "^static", "health/", "metrics")
# So do scripts, for what they put into a page: it is looked at there, in test_desk_keys.py.
NO_PAGES += ("moderation/cases/<int:pk>/ahead/", "moderation/news/")
# What may differ in the dark and on a small screen; all else is the same markup.
SEEN_RULES = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]
# All that axe finds in order is ten times as long.
# What sticks to an edge lies over something wherever one has scrolled to: targets below it are as
# large as ever, and what gets focus stops beside it.
VIOLATIONS = """async (rules) => {
    for (const element of document.querySelectorAll("body *"))
        if (getComputedStyle(element).position === "sticky") element.style.position = "static";
    const options = { runOnly: rules, resultTypes: ["violations"] };
    return (await axe.run(options)).violations;
}"""
# What a change of colours sets going is brought to its end, also what follows from that.
SETTLED = """() => {
    const going = () => document.getAnimations().filter((one) => one.playState !== "finished");
    for (let left = going(); left.length; left = going()) left.forEach((one) => one.finish());
}"""
# In which letters two refusals may differ: a form's token, and where to go after signing in.
OWN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=/account/login/\?next=)[^"]*')
Key = str | tuple[str, str]
Screen = tuple[int, Literal["light", "dark"]]
SCREENS: list[Screen] = [(1280, "light"), (1280, "dark"), (360, "light"), (320, "dark")]


def faults(page: Page, rules: list[str] = RULES) -> list[str]:
    if page.evaluate("!window.axe"):
        # It is half a megabyte: the pages this window shows next have it without being sent it.
        page.add_init_script(Axe().axe_script)
        page.evaluate(Axe().axe_script)
    found = page.evaluate(VIOLATIONS, rules)
    return [f"{fault['id']}: {node['html'][:150]}" for fault in found for node in fault["nodes"]]


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def switch(page: Page, screen: Screen) -> None:
    """The open window gets this width and these colours; what it shows stays."""
    width, scheme = screen
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLED)


def faults_on(
    page: Page, screens: Sequence[Screen] = SCREENS, *, but: tuple[str, ...] = ()
) -> list[str]:
    """What is wrong with what the window shows, and on which screen; but: rules left out.

    In the other colours of a width that was looked at, only what colours may change.
    """
    found: list[str] = []
    seen: set[int] = set()
    for width, scheme in screens:
        switch(page, (width, scheme))
        wrong = faults(page, SEEN_RULES if width in seen else RULES)
        if scrolls_sideways(page):
            wrong.append("scrolls sideways")
        found += [f"{width} {scheme}: {one}" for one in wrong if not one.startswith(but)]
        seen.add(width)
    return found


def as_sent(answer: APIResponse) -> tuple[str, str]:
    """All that makes up the page: what it may load, and its text."""
    return answer.headers.get("content-security-policy", ""), OWN.sub("", answer.text())


def all_faults(
    page: Page, paper: dict[str, str], *, only: tuple[str, ...] = ("",)
) -> dict[str, list[str]]:
    """Address -> what is wrong there, wide in the light and narrow in the dark; pages that lead
    elsewhere are seen where they lead."""
    found: dict[str, list[str]] = {}
    # Many refusals are one page, letter for letter; it is looked at where it is met first.
    seen: set[Key] = set()
    for where, name, _pattern in routes():
        if where.startswith(NO_PAGES) or not where.startswith(only):
            continue
        address = address_of(where, name, paper)
        answer = page.request.get(address)
        if answer.status == 405 or "html" not in answer.headers["content-type"]:
            continue
        # All that ask to sign in first lead to the same page.
        keys: set[Key] = {urlsplit(answer.url).path, as_sent(answer)}
        is_known = bool(keys & seen)
        seen |= keys
        if is_known:
            continue
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
        page.goto(answer.url)
        wrong = faults(page)
        switch(page, (320, "dark"))
        wrong += [f"in the dark: {fault}" for fault in faults(page, SEEN_RULES)]
        if scrolls_sideways(page):
            wrong.append("scrolls sideways")
        if wrong:
            found[page.url] = wrong
    assert seen
    return found


@pytest.fixture
def discussion(transactional_db):
    return make_discussion()


class GalleryTests:
    def test_everybody_can_use_every_component(self, visit, transactional_db, settings):
        settings.ROOT_URLCONF = "tests.gallery_urls"
        page = visit("/gallery/")
        assert faults_on(page) == []


class LetterTests:
    def test_everybody_can_read_a_mail(self, visit, transactional_db):
        letter = Letter(
            subject="Neue Antwort auf Ihren Beitrag",
            greeting="Guten Tag Alice,",
            entries=[Entry("Bob hat geantwortet:", "/comments/7/", "Lesen", "„Doch.“")],
            why="Sie bekommen diese E-Mail, weil Sie um eine gebeten haben.",
            unsubscribe="/unsubscribe/x/",
        )
        page = visit("/netiquette/")
        page.goto("about:blank")
        page.set_content(letter.as_html())
        # A mail is a letter: it has no landmarks, and its heading is its subject.
        missing = ("landmark-one-main", "page-has-heading-one", "region")
        assert faults_on(page, but=missing) == []


class PageTests:
    """Every address that answers with a page, as it is for a stranger, readers, a moderator."""

    def test_strangers_can_use_every_page(self, visit, transactional_db, paper):
        assert all_faults(visit("/netiquette/"), paper) == {}

    # Some eighty pages, each looked at twice.
    @pytest.mark.timeout(300)
    def test_readers_can_use_every_page(self, visit, transactional_db, paper, alice):
        page = visit("/netiquette/")
        sign_in(page, alice, PASSWORD)
        assert all_faults(page, paper) == {}

    def test_whoever_was_removed_can_use_what_tells_him(self, visit, transactional_db, paper, bob):
        page = visit("/netiquette/")
        sign_in(page, bob, PASSWORD)
        rooms = ("account/comments/", "decisions/", "notifications/", "discussions/", "comments/")
        assert all_faults(page, paper, only=rooms) == {}

    def test_moderators_can_use_every_page(self, visit, transactional_db, paper, mona):
        page = visit("/netiquette/")
        sign_in(page, mona, PASSWORD)
        assert all_faults(page, paper, only=("moderation/",)) == {}

    def test_seniors_can_use_the_figures(self, visit, transactional_db, paper, max_):
        page = visit("/netiquette/")
        sign_in(page, max_, PASSWORD)
        assert all_faults(page, paper, only=("moderation/figures",)) == {}
        # The chart is a picture of the table beside it, which can be reached by keyboard.
        assert page.locator(".figure .chart").count() >= 5
        page.locator("#cases .figure__rows").focus()
        expect(page.locator("#cases .figure__rows")).to_be_focused()

    def test_seniors_can_use_the_forms_of_the_rules(self, visit, transactional_db, paper, max_):
        page = visit("/netiquette/")
        sign_in(page, max_, PASSWORD)
        assert all_faults(page, paper, only=("moderation/rules/",)) == {}


class WriteBoxTests:
    def test_one_box_to_reply_is_open_at_a_time_and_closes_without_leaving(
        self, visit, discussion, alice, bob
    ):
        first = make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
        second = make_comment(discussion, alice, "Und der Wochenmarkt?")
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(discussion.get_absolute_url())
        for comment in (first, second):
            page.locator(f"#comment-{comment.pk} .action--reply").click()
            expect(page.locator(f"#comment-{comment.pk} + write-box textarea")).to_be_focused()
        expect(page.get_by_label("Ihre Antwort an Alice")).to_have_count(1)
        page.get_by_role("link", name="Abbrechen").click()
        expect(page.get_by_label("Ihre Antwort an Alice")).to_have_count(0)
        expect(page.locator(f"#comment-{second.pk} .action--reply")).to_be_focused()

    def test_the_counter_speaks_up_for_the_last_five_hundred_characters(
        self, visit, discussion, bob
    ):
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(discussion.get_absolute_url())
        counter = page.locator("#comment-form [data-left]")
        for typed, said in [(4499, ""), (4588, "noch 412 Zeichen"), (5012, "12 Zeichen zu lang")]:
            page.get_by_label("Ihr Beitrag").fill("a" * typed)
            expect(counter).to_have_text(said)
        # A family is one character, as on the server.
        page.get_by_label("Ihr Beitrag").fill("👨‍👩‍👧‍👦" * 4600)
        expect(counter).to_have_text("noch 400 Zeichen")

    def test_what_was_sent_stands_in_its_place_and_shows_what_became_of_it(
        self, visit, discussion, worker, alice, bob
    ):
        question = make_comment(discussion, alice, "Und der Wochenmarkt?")
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(discussion.get_absolute_url())
        page.locator(f"#comment-{question.pk} .action--reply").click()
        page.get_by_label("Ihre Antwort an Alice").fill("Der bleibt.")
        page.locator("#reply-form").get_by_role("button", name="Beitrag senden").click()
        answer = page.locator(f"#comment-{question.pk} + article")
        expect(answer).to_contain_text("Der bleibt.")
        expect(answer.get_by_role("heading")).to_be_focused()
        # It looks less and less often; on a busy machine the worker may miss the first looks.
        expect(answer).to_have_attribute("data-status", "published", timeout=20_000)
        expect(page.locator("#announcer")).to_have_text("Ihr Beitrag ist veröffentlicht.")

    def test_what_could_not_be_sent_stays_and_can_be_sent_again(self, visit, discussion, bob):
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(discussion.get_absolute_url())
        page.route("**/comments/", lambda route: route.fulfill(status=502), times=1)
        page.get_by_label("Ihr Beitrag").fill("Und der Wochenmarkt?")
        page.get_by_role("button", name="Beitrag senden").click()
        expect(page.get_by_role("alert")).to_contain_text("Das konnte nicht gesendet werden.")
        expect(page.get_by_label("Ihr Beitrag")).to_have_value("Und der Wochenmarkt?")
        page.get_by_role("button", name="Beitrag senden").click()
        expect(page.locator("#threads article")).to_contain_text("Und der Wochenmarkt?")

    def test_a_press_recommends_and_another_takes_it_back(self, visit, discussion, alice, bob):
        comment = make_comment(discussion, alice, "Und der Wochenmarkt?")
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(discussion.get_absolute_url())
        button = page.locator(f"#comment-{comment.pk} .comment__actions button")
        for word in ("Empfohlen", "Empfehlen"):
            button.click()
            expect(button).to_have_text(word)
        assert page.url.endswith(discussion.get_absolute_url())
