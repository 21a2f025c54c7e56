"""Does a page that is open follow what happens, and does nothing move meanwhile?"""

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article
from articles.writing import add_entry, edit_entry, withdraw_entry
from forum.models import Comment
from forum.opening import lead, open_discussion
from forum.publishing import remove
from tests.e2e.conftest import sign_in, wait_for
from tests.e2e.test_stillness import ALLOWED, COUNT_SHIFTS
from tests.factories import ArticleFactory, make_comment
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e


@pytest.fixture
def discussion(transactional_db, alice, bob, carla):
    discussion = open_discussion(article=ArticleFactory())
    for author in (alice, bob, carla) * 3:
        first = make_comment(discussion, author)
        make_comment(discussion, bob, parent=first)
    return discussion


def look(page: Page) -> None:
    """As if the reader came back to the tab: that asks at once."""
    with page.expect_response("**/news/?since=*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def read(page: Page, address: str) -> Page:
    """Open it, scroll to its third conversation, and note from now on what moves."""
    page.add_init_script(COUNT_SHIFTS)
    page.goto(address)
    page.locator(".thread").nth(2).evaluate("each => each.scrollIntoView()")
    page.wait_for_timeout(50)
    page.evaluate("shifted = 0")
    return page


class DiscussionTests:
    @pytest.mark.parametrize("width", [360, 1280])
    def test_new_comment_waits_for_the_reader_and_a_removed_one_goes(
        self, visit, discussion, worker, alice, dieter, width
    ):
        alices = visit("/netiquette/", width=width)
        sign_in(alices, alice, PASSWORD)
        read(alices, f"{discussion.get_absolute_url()}?sort=newest")
        dieters = visit("/netiquette/")
        sign_in(dieters, dieter, PASSWORD)
        dieters.goto(discussion.get_absolute_url())
        dieters.locator("#comment-form-body").fill("Die Busse fahren ja auch noch.")
        dieters.get_by_role("button", name="Beitrag senden").click()
        written = wait_for(lambda: Comment.objects.published().filter(author=dieter).first())

        look(alices)
        offer = alices.get_by_role("link", name="1 neuen Beitrag anzeigen")
        expect(offer).to_be_in_viewport()
        expect(alices.locator("#announcer")).to_have_text("1 neuen Beitrag anzeigen")
        assert alices.evaluate("shifted") < ALLOWED
        expect(alices.locator("#discussion")).not_to_contain_text("Die Busse fahren")

        offer.click()
        new = alices.locator(f"#comment-{written.pk}")
        expect(new).to_contain_text("Die Busse fahren ja auch noch.")
        expect(new).to_contain_text("Neu")
        expect(new).to_be_in_viewport()
        expect(alices.locator(f"#by-{written.pk}")).to_be_focused()
        expect(alices.locator(".thread").first).to_have_attribute("id", f"thread-{written.pk}")
        expect(offer).to_be_hidden()
        expect(alices.locator(".discussion__count")).to_have_text("19 Beiträge")
        discussion.refresh_from_db()
        marker = alices.locator("reading-marker")
        expect(marker).to_have_attribute("data-version", str(discussion.version))
        new.get_by_role("link", name="Antworten").click()
        expect(alices.locator("#reply-form-body")).to_be_focused()

        remove(written, ground="personal_attack")
        look(alices)
        expect(new).to_have_count(0)

    def test_writer_is_not_told_of_his_own(self, visit, discussion, worker, dieter):
        page = visit("/netiquette/")
        sign_in(page, dieter, PASSWORD)
        page.goto(f"{discussion.get_absolute_url()}?sort=newest")
        make_comment(discussion, dieter, "Von meinem anderen Gerät aus.")
        look(page)
        expect(page.locator(".discussion__count")).to_have_text("19 Beiträge")
        expect(page.locator("live-news a")).to_be_hidden()

    def test_new_answers_stand_behind_the_former_ones(self, visit, discussion, alice, dieter):
        page = read(visit("/netiquette/"), discussion.get_absolute_url())
        root = page.locator(".thread").nth(1)
        first = Comment.objects.get(pk=root.get_attribute("id").split("-")[1])
        reply = make_comment(discussion, dieter, "Sogar im Winter.", parent=first)
        answer = make_comment(discussion, alice, "Im Winter erst recht.", parent=reply)
        look(page)
        page.get_by_role("link", name="2 neue Beiträge anzeigen").click()
        expect(root.locator(".comment").nth(2)).to_have_id(f"comment-{reply.pk}")
        expect(root.locator(".comment").nth(3)).to_have_id(f"comment-{answer.pk}")
        expect(page.locator(f"#by-{reply.pk}")).to_be_focused()

    def test_in_other_orders_new_ones_are_a_link_to_the_newest(self, visit, discussion, dieter):
        page = read(visit("/netiquette/"), discussion.article.get_absolute_url())
        written = make_comment(discussion, dieter)
        look(page)
        page.get_by_role("link", name="1 neuen Beitrag anzeigen").click()
        expect(page).to_have_url(f"{page.url.split('?')[0].split('#')[0]}?sort=newest#discussion")
        expect(page.locator(".thread").first).to_have_attribute("id", f"thread-{written.pk}")

    def test_what_is_read_stays_when_something_above_it_goes(self, visit, discussion, alice):
        page = read(visit("/netiquette/"), f"{discussion.get_absolute_url()}?sort=newest")
        third = page.locator(".thread").nth(2)
        gone = page.locator(".thread").nth(0).locator(".comment").nth(1)
        pk = gone.get_attribute("id").split("-")[1]
        before = third.evaluate("each => each.getBoundingClientRect().top")
        remove(Comment.objects.get(pk=pk), ground="personal_attack")
        look(page)
        expect(page.locator(f"#comment-{pk}")).to_have_count(0)
        assert third.evaluate("each => each.getBoundingClientRect().top") == pytest.approx(
            before, abs=1
        )

    def test_answer_to_the_comment_that_a_page_is_of(self, visit, discussion, dieter):
        last = discussion.comments.last()
        page = visit(last.get_absolute_url())
        reply = make_comment(discussion, dieter, "Sogar im Winter.", parent=last)
        look(page)
        page.get_by_role("link", name="1 neuen Beitrag anzeigen").click()
        expect(page.locator(f".thread > #comment-{reply.pk}")).to_contain_text("Sogar im Winter.")

    def test_closed_one_says_so_and_is_asked_no_more(self, visit, discussion, mona):
        page = read(visit("/netiquette/"), discussion.get_absolute_url())
        lead(discussion, by=mona, state="closed", question="")
        look(page)
        expect(page.locator("#news")).to_contain_text("Diese Diskussion ist geschlossen.")
        expect(page.locator(".action--reply").first).to_be_hidden()
        expect(page.locator("live-news")).to_have_count(0)


class PauseTests:
    """How often a page asks."""

    @pytest.fixture
    def page(self, visit, discussion) -> Page:
        page = visit("/netiquette/")
        page.add_init_script("""
            window.pauses = [];
            Math.random = () => 0.5;
            const later = setTimeout;
            window.setTimeout = (call, pause) => {
                if (pause >= 5000) pauses.push(pause);
                return later(call, pause);
            };
        """)
        page.goto(discussion.get_absolute_url())
        return page

    def pauses(self, page: Page, count: int) -> list[int]:
        return wait_for(lambda: (found := page.evaluate("pauses"))[count - 1 :] and found)

    def test_less_often_while_nothing_happens_and_often_again(self, page, discussion, dieter):
        assert self.pauses(page, 1) == [5_000]
        for asked in range(1, 8):
            look(page)
            self.pauses(page, 1 + asked)
        assert self.pauses(page, 8)[1:3] == [7_500, 11_250]
        assert self.pauses(page, 8)[-1] == 60_000
        make_comment(discussion, dieter)
        look(page)
        assert self.pauses(page, 9)[-1] == 5_000

    def test_after_a_minute_when_it_was_refused_or_the_line_is_broken(self, page):
        page.route("**/news/?since=*", lambda asked: asked.fulfill(status=503))
        look(page)
        assert self.pauses(page, 2)[-1] == 60_000
        page.unroute("**/news/?since=*")
        page.route("**/news/?since=*", lambda asked: asked.abort("internetdisconnected"))
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert self.pauses(page, 3)[-1] == 60_000

    def test_never_while_nobody_looks(self, page):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.evaluate("""
            Object.defineProperty(document, "hidden", { get: () => true });
            document.dispatchEvent(new Event("visibilitychange"));
        """)
        page.wait_for_timeout(50)
        assert [url for url in asked if "/news/" in url] == []
        assert self.pauses(page, 1) == [5_000]


class LiveReportTests:
    @pytest.fixture
    def report(self, transactional_db, anna) -> Article:
        report = ArticleFactory(kind=Article.Kind.LIVE, author=anna)
        open_discussion(article=report)
        for minute in range(8):
            add_entry(report, editor=anna, text=f"Die Sitzung dauert {minute} Minuten. " * 6)
        report.refresh_from_db()
        return report

    def test_entries_come_change_and_go(self, visit, report, anna):
        page = visit("/netiquette/")
        page.add_init_script(COUNT_SHIFTS)
        page.goto(report.get_absolute_url())
        entries = page.locator(".ticker__entry")
        entries.nth(3).scroll_into_view_if_needed()
        page.wait_for_timeout(50)
        page.evaluate("shifted = 0")

        first = add_entry(report, editor=anna, text="Es wird abgestimmt.")
        second = add_entry(report, editor=anna, text="Der Antrag ist angenommen.")
        look(page)
        offer = page.get_by_role("link", name="2 neue Einträge anzeigen")
        expect(offer).to_be_in_viewport()
        assert page.evaluate("shifted") < ALLOWED
        offer.click()
        expect(entries.first).to_contain_text("Der Antrag ist angenommen.")
        expect(entries.nth(1)).to_contain_text("Es wird abgestimmt.")
        expect(entries.first.locator("p")).to_be_focused()
        expect(page.locator("#last-entry")).to_contain_text("10 Einträge")

        edit_entry(first, editor=anna, text="Es wird namentlich abgestimmt.")
        withdraw_entry(second, editor=anna)
        look(page)
        expect(entries.first).to_contain_text("Es wird namentlich abgestimmt.")
        expect(entries).to_have_count(9)
