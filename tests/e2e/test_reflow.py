"""Can people read and write who see little, aim badly, listen, or want no motion?

What axe cannot see; what it sees is in test_looks.py, the keyboard's ways in test_access.py.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from forum.models import Comment
from moderation.flagging import flag
from tests.e2e.conftest import sign_in
from tests.factories import MORNING, make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

SENTENCE = "Die Schranke am Nordtor kostet neunzigtausend Euro, und niemand weiß, woher sie kommen."
NARROWEST = """() => Math.min(...[...document.querySelectorAll(".comment__body")]
    .map((body) => body.getBoundingClientRect().width))"""
# Text that is cut off at an edge, or lies outside of the window.
LOST = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter((element) => element.getClientRects().length && element.innerText?.trim())
    .filter((element) => !element.closest(".visually-hidden, .skip"))
    .filter((element) => {
        const style = getComputedStyle(element);
        const cuts = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1
            && style.textOverflow !== "ellipsis" && style.overflowX !== "auto";
        return cuts || element.getBoundingClientRect().left < -1;
    })
    .map((element) => element.outerHTML.slice(0, 120))"""
# WCAG 2.5.8 leaves out links in sentences, and what is hidden until it is focused.
TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, summary, input, textarea")]
    .filter((target) => target.type !== "hidden" && target.getClientRects().length)
    .filter((target) => !target.closest(".skip, .comment__body, .prose, .lead, .visually-hidden"))
    .filter((target) => {
        const around = target.closest("p, li, dd, td")?.innerText.trim() ?? "";
        return around.length < 3 + (target.innerText ?? "").trim().length * 1.5;
    })
    .map((target) => [target.outerHTML.slice(0, 120), target.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.width < 23.9 || box.height < 23.9))
    .map(([html, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`)"""
# Name, what describes it, and the named group it stands in: what a screen reader says of it.
SAID = """() => {
    const textOf = (ids) => (ids ?? "").split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    return [...document.querySelectorAll("main a[href], main button, main summary")]
        .filter((one) => one.checkVisibility() && !one.closest(".comment__body"))
        .map((one) => [
            [
                one.getAttribute("aria-label") ?? one.textContent,
                textOf(one.getAttribute("aria-describedby")),
                textOf(one.closest("[role=group]")?.getAttribute("aria-labelledby")),
            ].join(" ").replace(/\\s+/g, " ").trim(),
            one.getAttribute("formaction") ?? one.getAttribute("href") ?? one.outerHTML,
        ]);
}"""
# Some of what has focus can be seen and is covered by nothing.
UNCOVERED = """() => {
    const focused = document.activeElement;
    const box = focused.getBoundingClientRect();
    const points = [0.1, 0.5, 0.9].flatMap((x) => [0.15, 0.5, 0.85].map((y) =>
        document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)));
    return points.some((seen) => seen && (focused.contains(seen) || seen.contains(focused)));
}"""
MOVING = """() => [...document.querySelectorAll("*")]
    .filter((element) => {
        const style = getComputedStyle(element);
        return [style.transitionDuration, style.animationDuration]
            .some((each) => each.split(",").some((time) => parseFloat(time) > 0.01))
            || style.scrollBehavior === "smooth";
    })
    .map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture
def discussion(transactional_db):
    return make_discussion()


@pytest.fixture
def thread(discussion, alice, bob) -> Comment:
    """Twelve answers, each to the one before; the last of them."""
    comment = None
    for depth in range(13):
        author = bob if depth % 2 else alice
        comment = make_comment(discussion, author, f"{depth}: {SENTENCE}", parent=comment)
    assert comment.depth == 12
    return comment


@pytest.fixture
def rooms(thread, alice, carla) -> list[str]:
    """Where readers and moderators spend their time."""
    case = flag(thread, reader=carla, reason="off_topic").case
    article = thread.discussion.article.get_absolute_url()
    return [
        article,
        thread.discussion.get_absolute_url(),
        f"/comments/{thread.root_id}/replies/",
        f"/comments/{thread.root_id}/replies/?sort=best",
        "/sorting/",
        thread.get_absolute_url(),
        "/notifications/",
        "/account/settings/",
        "/account/comments/",
        "/moderation/",
        case.get_absolute_url(),
    ]


def enlarge(page: Page, width: int) -> None:
    """Text twice as large; where there are columns, by zooming.

    How many columns there are follows the browser's own setting, which no script can change.
    """
    if page.locator(".desk").count() and width > 1000:
        page.set_viewport_size({"width": width // 2, "height": 400})
        return
    page.evaluate("document.documentElement.style.fontSize = '200%'")


class ReflowTests:
    def test_at_320_pixels_the_deepest_answer_still_has_a_column(self, visit, thread):
        page = visit(f"/comments/{thread.root_id}/replies/", width=320)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate(NARROWEST) >= 240

    @pytest.mark.parametrize("width", [360, 1280])
    def test_text_twice_as_large_is_not_lost(self, visit, rooms, mona, width):
        page = visit(width=width)
        sign_in(page, mona, PASSWORD)
        found = {}
        for address in rooms:
            page.goto(address)
            enlarge(page, width)
            lost = page.evaluate(LOST)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                lost.append("scrolls sideways")
            if lost:
                found[address] = lost
        assert found == {}


class TargetTests:
    @pytest.mark.parametrize("width", [360, 1280])
    def test_whatever_is_pressed_measures_24_pixels(self, visit, rooms, mona, width):
        page = visit(width=width)
        sign_in(page, mona, PASSWORD)
        found = {}
        for address in rooms:
            page.goto(address)
            if small := page.evaluate(TOO_SMALL):
                found[address] = small
        assert found == {}


class SaidTests:
    def test_what_repeats_with_every_comment_says_whose_it_is(
        self, visit, discussion, alice, bob, carla
    ):
        """A named group around the actions costs one attribute a comment, and is read to whoever
        enters it; a name of its own for each link would cost three, and be read each time."""
        for minute, author in enumerate([alice, bob, carla]):
            comment = make_comment(discussion, author)
            at = MORNING + timedelta(minutes=minute)
            Comment.objects.filter(pk=comment.pk).update(submitted_at=at)
        page = visit()
        sign_in(page, alice, PASSWORD)
        page.goto(discussion.get_absolute_url())
        leads: dict[str, set[str]] = {}
        for said, target in page.evaluate(SAID):
            leads.setdefault(said, set()).add(target)
        assert {said: to for said, to in leads.items() if len(to) > 1} == {}
        assert any("Bob" in said and "Antworten" in said for said in leads)

    def test_live_regions_are_few_polite_and_silent_until_something_happens(
        self, visit, thread, alice
    ):
        page = visit()
        sign_in(page, alice, PASSWORD)
        page.goto(thread.discussion.get_absolute_url())
        assert page.locator("[aria-live=assertive]").count() == 0
        assert page.locator("[role=status], [role=alert], [aria-live]").count() <= 8
        # Errors interrupt; nothing else does.
        assert page.locator("[role=alert]").all_inner_texts() in ([], [""])


class FocusTests:
    @pytest.mark.parametrize("width", [360, 1280])
    def test_nothing_that_has_focus_is_covered(self, visit, thread, carla, width):
        """Down and up again: what sticks to an edge must not lie on it."""
        page = visit(width=width)
        sign_in(page, carla, PASSWORD)
        page.goto(thread.discussion.get_absolute_url())
        for key in ["Tab"] * 45 + ["Shift+Tab"] * 40:
            page.keyboard.press(key)
            assert page.evaluate(UNCOVERED), page.evaluate("document.activeElement.outerHTML")

    def test_nor_at_the_desk_where_the_button_sticks_to_the_edge(self, visit, thread, mona, carla):
        case = flag(thread, reader=carla, reason="off_topic").case
        page = visit(width=360)
        sign_in(page, mona, PASSWORD)
        page.goto(case.get_absolute_url())
        for key in ["Tab"] * 25 + ["Shift+Tab"] * 20:
            page.keyboard.press(key)
            assert page.evaluate(UNCOVERED), page.evaluate("document.activeElement.outerHTML")


class WishesTests:
    def test_in_forced_colours_buttons_keep_an_edge_and_focus_an_outline(
        self, visit, thread, carla
    ):
        page = visit()
        sign_in(page, carla, PASSWORD)
        page.emulate_media(forced_colors="active")
        page.goto(thread.discussion.get_absolute_url())
        bare = """() => [...document.querySelectorAll(".button")]
            .filter((button) => button.getClientRects().length)
            .filter((button) => parseFloat(getComputedStyle(button).borderTopWidth) < 1)
            .map((button) => button.outerHTML)"""
        assert page.evaluate(bare) == []
        box = page.get_by_label("Ihr Beitrag")
        box.focus()
        assert box.evaluate("box => getComputedStyle(box).outlineStyle") == "solid"

    def test_whoever_wants_no_motion_gets_none(self, visit, thread, carla):
        page = visit()
        sign_in(page, carla, PASSWORD)
        page.emulate_media(reduced_motion="reduce")
        page.goto(thread.discussion.get_absolute_url())
        assert page.evaluate(MOVING) == []
