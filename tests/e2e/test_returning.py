"""Does a reader who comes back see what is new, go from one to the next, and find his place?"""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import Page, expect

from bench.filling import fill
from forum.models import ReadMarker
from tests.e2e.conftest import sign_in, wait_for
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

SINCE = re.compile(r"3 neue Beiträge seit Ihrem letzten Besuch \(\d\d\.\d\d\.\d{4}, \d\d:\d\d")
# As if the visits that this browser remembers had been a day earlier.
A_DAY_AGO = """() => {
    const visits = JSON.parse(localStorage.visits);
    for (const [, visit] of visits) { visit[0] -= 86_400_000; visit[2] -= 86_400_000; }
    localStorage.visits = JSON.stringify(visits);
}"""


@pytest.fixture
def discussion(transactional_db, bob):
    """So long that what is new does not fit one page."""
    discussion = make_discussion()
    fill(discussion, count=60, authors=[bob])
    long_ago = {name: F(name) - timedelta(days=9) for name in ("submitted_at", "published_at")}
    discussion.comments.update(**long_ago)
    return discussion


def a_day_passes() -> None:
    day = timedelta(days=1)
    ReadMarker.objects.update(read_at=F("read_at") - day, left_at=F("left_at") - day)


def write(discussion, bob) -> list[int]:
    """Three new ones: below an old thread, on top, and folded away below a long one."""
    oldest = discussion.comments.filter(parent=None).earliest("pk")
    reply = make_comment(discussion, bob, "Spät, aber doch.", parent=oldest)
    root = make_comment(discussion, bob, "Etwas ganz Neues.")
    long = discussion.comments.filter(parent=None).order_by("-tally__reply_count", "pk")[0]
    return [one.pk for one in (reply, root, make_comment(discussion, bob, "Tief.", parent=long))]


def expect_at(page: Page, pk: int) -> None:
    expect(page.locator(f"#by-{pk}")).to_be_focused()
    expect(page.locator(f"#comment-{pk}")).to_be_in_viewport()


class SignedInTests:
    def test_alice_reads_bob_writes_alice_returns_and_jumps_with_a_key(
        self, visit, discussion, alice, bob
    ):
        address = f"{discussion.get_absolute_url()}?sort=newest"
        page = visit()
        sign_in(page, alice, PASSWORD)
        page.goto(address)
        expect(page.locator("reading-marker")).not_to_contain_text("seit Ihrem letzten Besuch")
        wait_for(ReadMarker.objects.exists)
        a_day_passes()
        new = write(discussion, bob)

        page.goto("/")
        page.get_by_role("link", name="3 neu").click()
        expect_at(page, new[0])
        expect(page.locator("reading-marker")).to_contain_text(SINCE)
        for pk in (*new[1:], new[0]):
            page.keyboard.press("n")
            expect_at(page, pk)
            expect(page.locator(f"#comment-{pk} .mark-new")).to_have_text(re.compile("^Neu"))

        wait_for(lambda: ReadMarker.objects.get().read_version > 62)
        page.goto(address)
        expect(page.locator("reading-marker")).to_contain_text(SINCE)
        page.get_by_role("button", name="Alles als gelesen merken").click()
        expect(page.locator(".comment .mark-new")).to_have_count(0)
        page.goto("/account/discussions/")
        expect(page.locator(".entry")).to_contain_text("Nichts Neues")

    def test_without_script_buttons_and_links_do_the_same(self, visit, discussion, alice, bob):
        page = visit(script=False)
        sign_in(page, alice, PASSWORD)
        page.goto(discussion.get_absolute_url())
        page.get_by_role("button", name="Alles als gelesen merken").click()
        expect(page).to_have_url(re.compile(f"{discussion.get_absolute_url()}#discussion$"))
        new = write(discussion, bob)
        page.goto("/account/settings/")
        page.get_by_role("link", name="Meine Diskussionen").click()
        page.get_by_role("link", name="3 neu").click()
        expect(page.locator("reading-marker")).to_contain_text(SINCE)
        for pk in new:
            expect(page).to_have_url(re.compile(f"around={pk}#comment-{pk}$"))
            expect(page.locator(f"#comment-{pk}")).to_be_in_viewport()
            if pk != new[-1]:
                page.locator(f"#comment-{pk} a.mark-new").click()
        expect(page.locator(f"#comment-{new[-1]} a.mark-new")).to_have_count(0)


class SignedOutTests:
    def test_the_browser_remembers_marks_and_leads_on(self, visit, discussion, bob):
        address = f"{discussion.get_absolute_url()}?sort=newest"
        page = visit(address)
        expect(page.locator("last-visit a")).to_be_hidden()
        expect(page.locator(".comment .mark-new")).to_have_count(0)
        page.evaluate(A_DAY_AGO)
        new = write(discussion, bob)
        for _look in range(2):
            page.goto(address)
            new_ones = page.get_by_role("link", name="3 neu")
            expect(new_ones).to_have_attribute(
                "title", re.compile("seit Ihrem letzten Besuch .+20")
            )
            expect(page.locator(f"#comment-{new[1]} .mark-new")).to_have_text(re.compile("^Neu"))
            expect(page.locator(".comment .mark-new")).to_have_count(1)
        new_ones.click()
        expect_at(page, new[0])
        for pk in new[1:]:
            page.keyboard.press("n")
            expect_at(page, pk)
        page.keyboard.press("n")
        expect(page.locator("h1")).to_have_text("Das war der letzte neue Beitrag")
        assert page.context.cookies() == []

    def test_what_is_fetched_into_the_page_is_marked_too(self, visit, discussion, bob):
        page = visit(discussion.get_absolute_url())
        page.evaluate(A_DAY_AGO)
        *_others, deep = write(discussion, bob)
        thread = discussion.comments.get(pk=deep).root_id
        page.goto(f"{discussion.get_absolute_url()}?around={thread}")
        expect(page.locator(f"#comment-{deep}")).to_have_count(0)
        page.locator(f"#thread-{thread} .thread__more a").click()
        expect(page.locator(f"#comment-{deep} .mark-new")).to_be_visible()

    def test_fifty_discussions_are_remembered_and_none_after_signing_out(
        self, visit, discussion, alice
    ):
        page = visit()
        page.evaluate(
            "localStorage.visits = JSON.stringify("
            "[...Array(60)].map((_, pk) => [`${pk + 1000}`, [0, 1, 0, 1]]))"
        )
        page.goto(discussion.get_absolute_url())
        kept = page.evaluate("JSON.parse(localStorage.visits).map(([id]) => id)")
        assert len(kept) == 50
        assert kept[-1] == str(discussion.pk)
        sign_in(page, alice, PASSWORD)
        page.goto(discussion.get_absolute_url())
        expect(page.locator("last-visit")).to_have_count(0)
        page.goto("/account/settings/")
        page.get_by_role("button", name="Abmelden").click()
        page.wait_for_url("**/")
        assert page.evaluate("localStorage.visits") is None


class BackTests:
    @pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
    def test_from_deep_in_a_thread_back_to_the_same_place(self, visit, discussion, bob, script):
        root = make_comment(discussion, bob)
        replies = [make_comment(discussion, bob, parent=root) for _number in range(55)]
        page = visit(f"{root.get_absolute_url()}replies/", script=script)
        href = page.locator(".thread__more a").get_attribute("href")
        page.goto(href)
        page.get_by_role("link", name="Zurück zur Stelle in der Diskussion").click()
        there = replies[50].pk
        expect(page).to_have_url(re.compile(f"around={there}#comment-{there}$"))
        expect(page.locator(f"#comment-{there}")).to_be_in_viewport()
        page.get_by_role("link", name="Zum Anfang der Diskussion").click()
        expect(page).to_have_url(re.compile(r"/\?sort=best#discussion$"))
