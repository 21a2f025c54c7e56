"""Can everybody use the pages: on a small screen, in the dark, with a screen reader?"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import sign_in
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
in_both_schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
on_all_screens = pytest.mark.parametrize("width", [320, 360, 1280])


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{fault['id']}: {node['html'][:150]}" for fault in found for node in fault["nodes"]]


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.fixture
def discussion(transactional_db):
    return make_discussion()


@in_both_schemes
@on_all_screens
class GalleryTests:
    def test_everybody_can_use_every_component(
        self, visit, transactional_db, settings, width, scheme
    ):
        settings.ROOT_URLCONF = "tests.gallery_urls"
        page = visit("/", width=width)
        page.emulate_media(color_scheme=scheme)
        page.goto("/gallery/")
        assert faults(page) == []
        assert not scrolls_sideways(page)


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
        counter = page.locator("#comment-form .write-box__counter")
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
        button = page.locator(f"#comment-{comment.pk} button.action")
        for word in ("Empfohlen", "Empfehlen"):
            button.click()
            expect(button).to_have_text(word)
        assert page.url.endswith(discussion.get_absolute_url())
