"""Can people read in comfort: hide and follow, fold, go on by keys, and come back to the place?"""

import re

import pytest
from playwright.sync_api import Page, expect

from bench.filling import fill
from forum.models import Comment
from notifications.gathering import tell_followers
from tests import people
from tests.e2e.conftest import sign_in, wait_for
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

with_and_without_script = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
on_both_screens = pytest.mark.parametrize("width", [360, 1280])

# The comment at the top of the window, and how far below the top it begins.
ON_TOP = """() => {
    const boxes = [...document.querySelectorAll(".comment")]
        .map((comment) => [comment.id, comment.getBoundingClientRect()]);
    const [id, box] = boxes.find(([, box]) => box.bottom > 80);
    return [id, Math.round(box.top)];
}"""
SHIFTED = """() => new Promise((answer) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => answer(sum), 500);
})"""
# Pixels by which a browser of its own accord may miss the place: less than one comment.
SOME_LINES = 120
LINES = " ".join(f"Satz {number} über die Uferstraße und was aus ihr wird." for number in range(90))


@pytest.fixture
def discussion(transactional_db):
    return make_discussion()


@pytest.fixture
def egon(transactional_db):
    return people.person("Egon Ritter")


def menu_of(page: Page, comment: Comment):
    menu = page.locator(f"#comment-{comment.pk} .menu")
    menu.locator("summary").click()
    return menu


def heading(page: Page, comment: Comment):
    return page.locator(f"#by-{comment.pk}")


def on_top(page: Page) -> tuple[str, int]:
    page.wait_for_timeout(400)
    return tuple(page.evaluate(ON_TOP))


@with_and_without_script
@on_both_screens
class MuteTests:
    def test_a_reader_hides_somebody_looks_all_the_same_and_shows_him_again(
        self, visit, discussion, alice, bob, egon, script, width
    ):
        rude = make_comment(discussion, egon, "Wie immer das gleiche Gerede.")
        make_comment(discussion, bob, "Welches Gerede?", parent=rude)
        page = visit(script=script, width=width)
        sign_in(page, alice, PASSWORD)
        page.goto(discussion.get_absolute_url())
        menu_of(page, rude).get_by_role("button", name="Egon Ritter ausblenden").click()
        line = page.locator(f"#comment-{rude.pk}")
        expect(line).to_contain_text("Beitrag von Egon Ritter ausgeblendet.")
        expect(page).to_have_url(re.compile(f"{discussion.get_absolute_url()}#comment-{rude.pk}$"))
        expect(page.locator("main")).to_contain_text(
            "Beiträge von Egon Ritter sehen Sie nicht mehr"
        )
        expect(page.locator("main")).to_contain_text("Welches Gerede?")
        line.get_by_role("link", name="Anzeigen").click()
        expect(line).to_contain_text("Wie immer das gleiche Gerede.")
        if script:
            expect(heading(page, rude)).to_be_focused()
            expect(page).to_have_url(re.compile(discussion.get_absolute_url()))
        page.goto("/account/settings/")
        page.get_by_role("link", name="Ausgeblendete Personen").click()
        page.get_by_role("button", name="Egon Ritter wieder anzeigen").click()
        expect(page.locator("main")).to_contain_text("Niemand.")
        page.goto(discussion.get_absolute_url())
        expect(line).to_contain_text("Wie immer das gleiche Gerede.")


@with_and_without_script
class StrangerTests:
    def test_a_stranger_is_told_what_he_needs_to_hide_and_to_follow(
        self, visit, discussion, egon, script
    ):
        comment = make_comment(discussion, egon)
        page = visit(discussion.get_absolute_url(), script=script)
        menu_of(page, comment).get_by_role("button", name="Egon Ritter ausblenden").click()
        expect(page.locator("main")).to_contain_text("Zum Ausblenden brauchen Sie ein Konto.")
        page.goto(discussion.get_absolute_url())
        page.locator(".discussion__head").get_by_role("button", name="Diskussion folgen").click()
        expect(page.locator("main")).to_contain_text("brauchen Sie ein Konto.")
        assert page.context.cookies() == []


@with_and_without_script
class FollowTests:
    def test_a_reader_follows_is_told_once_and_stops(self, visit, discussion, alice, bob, script):
        make_comment(discussion, bob)
        page = visit(script=script)
        sign_in(page, alice, PASSWORD)
        page.goto(discussion.get_absolute_url())
        head = page.locator(".discussion__head")
        head.get_by_role("button", name="Diskussion folgen").click()
        followed = head.get_by_role("button", name="Sie folgen dieser Diskussion")
        expect(followed).to_be_visible()
        if script:
            expect(followed).to_be_focused()
        for _ in range(3):
            make_comment(discussion, bob)
            tell_followers()
        page.goto("/notifications/")
        expect(page.locator(".entry")).to_have_count(1)
        expect(page.locator(".entry")).to_contain_text("3 neue Beiträge in dieser Diskussion.")
        page.get_by_role("button", name="Zur Diskussion").click()
        page.wait_for_url("**/discussions/*/?sort=newest")
        page.goto("/account/following/")
        expect(page.locator(".entry")).to_contain_text("Nichts Neues")
        page.get_by_role("button", name="Nicht mehr folgen").click()
        expect(page.locator("main")).to_contain_text("Noch keine.")


@on_both_screens
class FoldTests:
    def test_a_conversation_is_folded_into_a_line_and_unfolded(
        self, visit, discussion, alice, bob, width
    ):
        root = make_comment(discussion, alice)
        replies = [make_comment(discussion, bob, parent=root) for _ in range(2)]
        page = visit(discussion.get_absolute_url(), width=width)
        menu_of(page, root).get_by_role("button", name="Antworten einklappen").click()
        for reply in replies:
            expect(page.locator(f"#comment-{reply.pk}")).to_be_hidden()
        line = page.get_by_role("button", name="2 Antworten anzeigen")
        expect(line).to_be_focused()
        line.press("Enter")
        for reply in replies:
            expect(page.locator(f"#comment-{reply.pk}")).to_be_visible()
        expect(heading(page, root)).to_be_focused()
        expect(line).to_have_count(0)

    def test_without_script_nothing_is_folded_and_nothing_offers_it(
        self, visit, discussion, alice, bob, width
    ):
        root = make_comment(discussion, alice, LINES)
        make_comment(discussion, bob, parent=root)
        page = visit(discussion.get_absolute_url(), script=False, width=width)
        menu = menu_of(page, root)
        expect(menu).not_to_contain_text("einklappen")
        expect(page.get_by_text("Weiterlesen")).to_be_hidden()
        expect(page.get_by_text("Tasten zum Lesen")).to_be_hidden()
        body = page.locator(f"#comment-{root.pk} .comment__body").bounding_box()
        assert page.locator(f"#comment-{root.pk}").bounding_box()["height"] > body["height"]


@on_both_screens
class LongTextTests:
    def test_a_long_text_is_cut_before_anything_is_painted_and_opens_in_place(
        self, visit, discussion, alice, bob, width
    ):
        long = make_comment(discussion, alice, LINES)
        short = make_comment(discussion, bob, "Kurz gesagt: nein.")
        address = f"{discussion.get_absolute_url()}?sort=oldest"
        page = visit(address, width=width)
        assert page.evaluate(SHIFTED) < 0.02
        box = page.locator(f"#comment-{long.pk} .long")
        assert box.bounding_box()["height"] < 640
        expect(page.locator(f"#comment-{short.pk} .long")).to_have_count(0)
        more = box.get_by_role("link", name="Weiterlesen")
        # Playwright's own click scrolls within the box, which opens it and takes the link away.
        box.evaluate("box => box.scrollIntoView({block: 'end'})")
        link = more.bounding_box()
        page.mouse.click(link["x"] + link["width"] / 2, link["y"] + link["height"] / 2)
        assert box.bounding_box()["height"] > 640
        expect(more).to_be_hidden()
        expect(heading(page, long)).to_be_focused()
        expect(page).to_have_url(re.compile(re.escape(address)))

    def test_should_the_script_not_arrive_the_link_shows_the_whole_text(
        self, visit, discussion, alice, width
    ):
        long = make_comment(discussion, alice, LINES)
        page = visit(width=width)
        page.route("**/long-text*.js", lambda route: route.fulfill(status=503))
        page.goto(discussion.get_absolute_url())
        box = page.locator(f"#comment-{long.pk} .long")
        box.get_by_role("link", name="Weiterlesen").click()
        assert box.bounding_box()["height"] > 640

    def test_its_own_page_shows_all_of_it(self, visit, discussion, alice, width):
        long = make_comment(discussion, alice, LINES)
        page = visit(long.get_absolute_url(), width=width)
        assert page.locator(f"#comment-{long.pk} .long").bounding_box()["height"] > 640


class KeyTests:
    @pytest.fixture
    def threads(self, discussion, alice, bob) -> list[list[Comment]]:
        """Two conversations, each of a question, an answer, and an answer to that."""
        found = []
        for number in range(2):
            root = make_comment(discussion, alice, f"Frage {number}?")
            reply = make_comment(discussion, bob, parent=root)
            found.append([root, reply, make_comment(discussion, alice, parent=reply)])
        return found

    @pytest.fixture
    def page(self, visit, discussion, threads) -> Page:
        page = visit(f"{discussion.get_absolute_url()}?sort=oldest")
        page.locator(".sorts a").first.focus()
        return page

    def test_keys_lead_from_one_conversation_to_the_next_and_within_one(self, page, threads):
        (first, reply, last), (second, _reply, _last) = threads
        for key, there in [
            ("j", first), ("j", second), ("j", second), ("k", first),
        ]:  # fmt: skip
            page.keyboard.press(key)
            expect(heading(page, there)).to_be_focused()
        page.locator(f"#comment-{last.pk} .comment__time").focus()
        for key, there in [("b", reply), ("b", first)]:
            page.keyboard.press(key)
            expect(heading(page, there)).to_be_focused()
        page.locator(f"#comment-{last.pk} .comment__time").focus()
        page.keyboard.press("a")
        expect(heading(page, first)).to_be_focused()
        page.keyboard.press("f")
        expect(page.locator(f"#comment-{reply.pk}")).to_be_hidden()
        page.keyboard.press("f")
        expect(heading(page, first)).to_be_focused()
        page.locator(f"#comment-{last.pk} .comment__time").focus()
        page.keyboard.press("k")
        expect(heading(page, first)).to_be_focused()

    def test_they_rest_outside_with_other_keys_and_when_switched_off(self, page, threads):
        first = heading(page, threads[0][0])
        page.keyboard.press("Control+j")
        page.locator(".bar a").first.focus()
        page.keyboard.press("j")
        expect(first).not_to_be_focused()

        page.locator(".sorts a").first.focus()
        page.keyboard.press("?")
        expect(page.locator("reading-keys summary")).to_be_focused()
        page.get_by_label("Tasten benutzen").uncheck()
        for again in (False, True):
            if again:
                page.reload()
            page.locator(".sorts a").first.focus()
            page.keyboard.press("j")
            expect(first).not_to_be_focused()
        page.locator("reading-keys summary").press("Enter")
        expect(page.get_by_label("Tasten benutzen")).not_to_be_checked()

    def test_they_write_letters_in_a_field(self, page, threads, bob):
        sign_in(page, bob, PASSWORD)
        page.goto(threads[0][0].discussion.get_absolute_url())
        field = page.get_by_label("Ihr Beitrag")
        field.click()
        page.keyboard.type("jkbaf?")
        expect(field).to_have_value("jkbaf?")
        expect(field).to_be_focused()

    def test_links_lead_the_same_ways(self, page, threads):
        (first, reply, last), (second, _reply, _last) = threads
        menu_of(page, last).get_by_role("link", name="Zum beantworteten Beitrag").click()
        expect(heading(page, reply)).to_be_focused()
        expect(page.locator(f"#comment-{last.pk} .menu")).not_to_have_attribute("open", "")
        menu_of(page, last).get_by_role("link", name="Zum Gesprächsanfang").click()
        expect(heading(page, first)).to_be_focused()
        page.get_by_role("link", name="Zum nächsten Gespräch").press("Enter")
        expect(heading(page, second)).to_be_focused()
        page.get_by_role("link", name="Zum vorigen Gespräch").press("Enter")
        expect(heading(page, first)).to_be_focused()

    def test_without_script_links_lead_there_too(self, visit, discussion, threads):
        (first, reply, last), (second, *_replies) = threads
        page = visit(f"{discussion.get_absolute_url()}?sort=oldest", script=False)
        page.get_by_role("link", name="Zum nächsten Gespräch").press("Enter")
        expect(page).to_have_url(re.compile(f"#comment-{second.pk}$"))
        menu_of(page, last).get_by_role("link", name="Zum beantworteten Beitrag").click()
        expect(page).to_have_url(re.compile(f"{reply.get_absolute_url()}$"))
        page.locator("main .actions-row").first.get_by_role(
            "link", name="Zum Gesprächsanfang"
        ).click()
        expect(page).to_have_url(re.compile(f"{first.get_absolute_url()}$"))
        page.get_by_role("link", name="Zurück zur Stelle in der Diskussion").click()
        expect(page).to_have_url(re.compile(f"around={first.pk}#comment-{first.pk}$"))


@on_both_screens
class ReturnTests:
    """Back and Reload come to the comment that stood on top."""

    @pytest.fixture
    def address(self, discussion, alice, bob) -> str:
        fill(discussion, count=150, authors=[alice, bob])
        return f"{discussion.get_absolute_url()}?sort=oldest"

    @with_and_without_script
    def test_from_an_unfolded_thread(self, visit, address, width, script):
        page = visit(address, script=script, width=width)
        page.locator(".thread__more a").first.click()
        page.wait_for_url("**thread=*")
        page.evaluate("scrollBy(0, 700)")
        self.assert_it_returns(page, script=script)

    @with_and_without_script
    def test_from_a_further_page(self, visit, address, width, script):
        page = visit(address, script=script, width=width)
        page.locator(".pager__more").scroll_into_view_if_needed()
        before = on_top(page)
        self.turn_the_page(page)
        page.evaluate("scrollBy(0, 1500)")
        self.assert_it_returns(page, script=script)
        page.go_back()
        page.wait_for_url(lambda url: "after=" not in url)
        comes_to(page, before, within=2 if script else SOME_LINES)

    def test_from_above_the_further_page(self, visit, address, width):
        page = visit(address, width=width)
        self.turn_the_page(page)
        page.evaluate("scrollBy(0, -1500)")
        there, _top = on_top(page)
        page.reload()
        page.wait_for_url("**around=*")
        wait_for(lambda: on_top(page)[0] == there)

    def test_a_new_visit_begins_at_the_beginning(self, visit, address, width):
        page = visit(address, width=width)
        page.evaluate("scrollBy(0, 1500)")
        page.wait_for_timeout(400)
        page.goto("/")
        page.goto(address)
        page.wait_for_timeout(400)
        assert page.evaluate("scrollY") == 0

    def turn_the_page(self, page: Page) -> None:
        href = page.locator(".pager__more").get_attribute("href")
        page.locator(".pager__more").click()
        page.wait_for_url("**after=*")
        expect(page.locator(f'.pager__more[href="{href}"]')).to_have_count(0)

    def assert_it_returns(self, page: Page, *, script: bool) -> None:
        there = on_top(page)
        page.reload()
        comes_to(page, there, within=2 if script else SOME_LINES)
        page.locator(f"#{there[0]} .comment__time").evaluate("link => link.click()")
        page.wait_for_url("**/comments/*/")
        page.go_back()
        page.wait_for_url("**sort=*")
        # Without script that is the browser's doing, which now and then is some lines off.
        comes_to(page, there, within=2 if script else SOME_LINES)


def comes_to(page: Page, wanted: tuple[str, int], *, within: int = 2) -> None:
    """Within a few looks: pages load, and browsers put the place right once more after that."""
    name, top = wanted
    stands = page.locator(f"#{name}")
    for _look in range(10):
        page.wait_for_timeout(400)
        at = stands.evaluate("line => Math.round(line.getBoundingClientRect().top)")
        if abs(at - top) <= within:
            return
    pytest.fail(f"{name} is at {at} instead of {top}: {page.url}")
