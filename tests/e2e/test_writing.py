"""Does what somebody writes survive, and do the box and its questions stay where he is?"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from forum.models import Comment, Discussion
from moderation.desk_rules.wordlists import add_entry
from tests.e2e.conftest import sign_in, sign_in_by_form, wait_for
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

TEXT = "Ich war am Montag selbst dabei, und es war ruhig."
SAVED = "Entwurf gespeichert"
FOUND = re.compile(r"Ihr Entwurf vom \d\d\.\d\d\.\d{4}, \d\d:\d\d Uhr\.")

with_and_without_script = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


@pytest.fixture
def discussion(transactional_db) -> Discussion:
    return make_discussion()


def box(page: Page) -> Locator:
    return page.locator("#write-box textarea")


def send(page: Page) -> None:
    page.locator("#write-box").get_by_role("button", name="Beitrag senden").click()


def type_draft(page: Page, discussion: Discussion, text: str = TEXT) -> None:
    page.goto(discussion.get_absolute_url())
    box(page).fill(text)
    expect(page.locator("#write-box")).to_contain_text(SAVED)


def drafts_on(page: Page) -> int:
    return page.evaluate("Object.keys(localStorage).filter((n) => n.startsWith('draft:')).length")


@pytest.fixture
def alices(visit, alice) -> Page:
    page = visit()
    sign_in(page, alice, PASSWORD)
    return page


class DraftTests:
    def test_survives_reload_and_can_be_thrown_away(self, alices, discussion):
        type_draft(alices, discussion)
        alices.reload()
        expect(box(alices)).to_have_value(TEXT)
        expect(alices.locator("#write-box")).to_contain_text(FOUND)
        alices.get_by_role("button", name="Verwerfen").click()
        expect(box(alices)).to_have_value("")
        expect(box(alices)).to_be_focused()
        alices.reload()
        expect(box(alices)).to_have_value("")

    def test_survives_closing_the_browser(self, alices, discussion, browser, live_server):
        type_draft(alices, discussion)
        kept = alices.context.storage_state()
        alices.context.close()
        context = browser.new_context(base_url=live_server.url, storage_state=kept)
        page = context.new_page()
        page.goto(discussion.get_absolute_url())
        expect(box(page)).to_have_value(TEXT)
        context.close()

    def test_last_keys_before_leaving_are_kept(self, alices, discussion):
        alices.goto(discussion.get_absolute_url())
        box(alices).fill(TEXT)
        alices.goto("/")
        alices.goto(discussion.get_absolute_url())
        expect(box(alices)).to_have_value(TEXT)

    def test_is_found_in_the_box_of_that_comment_alone(self, alices, discussion, bob):
        first, other = (make_comment(discussion, bob) for _number in range(2))
        alices.goto(discussion.get_absolute_url())
        alices.locator(f"#comment-{first.pk} .action--reply").click()
        alices.get_by_label("Ihre Antwort an Bob").fill(TEXT)
        expect(alices.locator("#reply-box")).to_contain_text(SAVED)
        alices.locator(f"#comment-{other.pk} .action--reply").click()
        expect(alices.get_by_label("Ihre Antwort an Bob")).to_have_value("")
        alices.locator(f"#comment-{first.pk} .action--reply").click()
        expect(alices.get_by_label("Ihre Antwort an Bob")).to_have_value(TEXT)
        expect(box(alices)).to_have_value("")

    def test_survives_the_end_of_the_session(self, alices, discussion, alice):
        type_draft(alices, discussion)
        alices.context.clear_cookies()
        alices.goto(discussion.get_absolute_url())
        expect(box(alices)).to_have_count(0)
        sign_in_by_form(alices, alice, PASSWORD)
        alices.goto(discussion.get_absolute_url())
        expect(box(alices)).to_have_value(TEXT)

    def test_is_not_shown_to_another_reader(self, alices, discussion, bob):
        type_draft(alices, discussion)
        alices.context.clear_cookies()
        sign_in_by_form(alices, bob, PASSWORD)
        alices.goto(discussion.get_absolute_url())
        expect(box(alices)).to_have_value("")

    def test_is_gone_once_sent(self, alices, discussion):
        type_draft(alices, discussion)
        send(alices)
        expect(alices.locator(".comment--waiting")).to_contain_text(TEXT)
        expect(alices.locator(".comment--waiting h3")).to_be_focused()
        assert drafts_on(alices) == 0
        alices.reload()
        expect(box(alices)).to_have_value("")

    def test_is_gone_once_sent_without_htmx(self, alices, discussion, alice):
        alices.route("**/htmx*.js", lambda route: route.fulfill(body=""))
        type_draft(alices, discussion)
        send(alices)
        alices.wait_for_url("**/comments/*/**")
        expect(alices.locator(".comment--waiting")).to_contain_text(TEXT)
        assert drafts_on(alices) == 0

    def test_is_gone_after_signing_out(self, alices, discussion, alice):
        type_draft(alices, discussion)
        alices.goto("/account/settings/")
        assert drafts_on(alices) == 1
        alices.locator("main").get_by_role("button", name="Abmelden").click()
        alices.wait_for_url("**/")
        assert drafts_on(alices) == 0

    def test_two_windows_do_not_overwrite_each_other(self, alices, discussion):
        type_draft(alices, discussion, "Aus dem ersten Fenster.")
        other = alices.context.new_page()
        other.goto(discussion.get_absolute_url())
        expect(box(other)).to_have_value("Aus dem ersten Fenster.")
        box(other).fill("Aus dem zweiten Fenster.")
        expect(other.locator("#write-box")).to_contain_text(SAVED)
        box(alices).fill("Aus dem ersten Fenster, ergänzt.")
        expect(alices.locator("#write-box")).to_contain_text(SAVED)
        assert drafts_on(alices) == 2
        send(other)
        expect(other.locator(".comment--waiting")).to_be_visible()
        alices.reload()
        expect(box(alices)).to_have_value("Aus dem ersten Fenster, ergänzt.")

    def test_blocked_storage_does_not_keep_anybody_from_writing(self, alices, discussion, alice):
        alices.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})"
        )
        alices.goto(discussion.get_absolute_url())
        box(alices).fill(TEXT)
        send(alices)
        expect(alices.locator(".comment--waiting")).to_contain_text(TEXT)

    def test_wording_to_be_edited_is_kept_too(self, alices, discussion, alice):
        comment = make_comment(discussion, alice, "Neunzigtausent Euro.")
        edit = f"/comments/{comment.pk}/revisions/"
        alices.goto(edit)
        alices.get_by_label("Ihr Beitrag").fill("Neunzigtausend Euro.")
        expect(alices.locator("#edit-box")).to_contain_text(SAVED)
        alices.reload()
        expect(alices.get_by_label("Ihr Beitrag")).to_have_value("Neunzigtausend Euro.")
        alices.get_by_role("button", name="Neue Fassung senden").click()
        alices.wait_for_url(re.compile(rf"/comments/{comment.pk}/(#|$)"))
        assert drafts_on(alices) == 0


class ConnectionTests:
    def test_lost_and_found_again_stores_the_text_once(self, alices, discussion, alice):
        type_draft(alices, discussion)
        alices.context.set_offline(True)
        send(alices)
        expect(alices.get_by_role("alert")).to_have_text(
            "Keine Verbindung. Ihr Text ist auf diesem Gerät gespeichert."
        )
        expect(box(alices)).to_have_value(TEXT)
        alices.context.set_offline(False)
        alices.get_by_role("button", name="Noch einmal senden").click()
        expect(alices.locator(".comment--waiting")).to_contain_text(TEXT)
        assert alice.comments.count() == 1

    def test_nothing_is_claimed_where_storage_is_blocked(self, alices, discussion):
        alices.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})"
        )
        alices.goto(discussion.get_absolute_url())
        box(alices).fill(TEXT)
        alices.context.set_offline(True)
        send(alices)
        expect(alices.get_by_role("alert")).to_have_text(
            "Keine Verbindung. Ihr Text steht noch da."
        )


@with_and_without_script
class NudgeTests:
    def test_asks_once_and_sends_on(self, visit, discussion, alice, script):
        add_entry("Schwachkopf", ground="personal_attack", reason="test")
        page = visit(script=script)
        sign_in(page, alice, PASSWORD)
        page.goto(discussion.get_absolute_url())
        box(page).fill("Das war ein Schwachkopf.")
        send(page)
        expect(page.get_by_role("status").first).to_be_attached()
        expect(page.locator("#write-box")).to_contain_text("„Schwachkopf“ verstehen viele")
        page.get_by_role("link", name="Text ändern").click()
        expect(box(page)).to_be_focused()
        assert not alice.comments.exists()
        box(page).fill("Das war ein Schwachkopf, finde ich.")
        name = "Beitrag senden" if script else "Trotzdem senden"
        page.locator("#write-box").get_by_role("button", name=name).click()
        expect(page.locator(".comment--waiting")).to_contain_text("Schwachkopf, finde ich")
        assert alice.comments.count() == 1
        if script:
            assert drafts_on(page) == 0


class QuoteTests:
    @pytest.fixture
    def comment(self, discussion, bob) -> Comment:
        return make_comment(discussion, bob, "Die Straße gehört *allen*.\n\nAuch den Kindern.")

    def select(self, page: Page, comment: Comment) -> None:
        page.evaluate(
            """(id) => getSelection().selectAllChildren(
                document.querySelector(`#${id} .comment__body p`))""",
            f"comment-{comment.pk}",
        )

    def test_reply_begins_with_what_is_selected(self, alices, discussion, comment):
        alices.goto(discussion.get_absolute_url())
        self.select(alices, comment)
        alices.locator(f"#comment-{comment.pk} .action--reply").click()
        reply = alices.get_by_label("Ihre Antwort an Bob")
        expect(reply).to_have_value("> Die Straße gehört allen.\n\n")
        expect(reply).to_be_focused()

    def test_quote_takes_the_selection_or_all_of_it(self, alices, discussion, comment):
        alices.goto(discussion.get_absolute_url())
        menu = alices.locator(f"#comment-{comment.pk} summary")
        self.select(alices, comment)
        menu.click()
        alices.get_by_role("link", name="Zitieren").click()
        reply = alices.get_by_label("Ihre Antwort an Bob")
        expect(reply).to_have_value("> Die Straße gehört allen.\n\n")
        reply.fill("Da stimme ich zu.")
        alices.reload()
        menu.click()
        alices.get_by_role("link", name="Zitieren").click()
        expect(reply).to_have_value(
            re.compile("^Da stimme ich zu.\n\n> Die Straße gehört .*\n>\n> Auch den Kindern.")
        )

    def test_selection_elsewhere_is_left_alone(self, alices, discussion, comment):
        alices.goto(discussion.get_absolute_url())
        alices.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
        alices.locator(f"#comment-{comment.pk} .action--reply").click()
        expect(alices.get_by_label("Ihre Antwort an Bob")).to_have_value("")


class ButtonTests:
    def test_stays_under_the_pointer_of_whoever_presses_it_first(self, alices, discussion):
        """The box grew when the button took the focus, and the press went into the void."""
        alices.goto(discussion.get_absolute_url())
        button = alices.get_by_role("button", name="Beitrag senden")
        before = button.bounding_box()
        alices.mouse.move(before["x"] + 20, before["y"] + 10)
        alices.mouse.down()
        assert button.bounding_box() == before
        alices.mouse.up()
        expect(
            alices.get_by_role("alert").filter(has_text="Bitte schreiben Sie etwas.")
        ).to_be_visible()


class FocusTests:
    def test_goes_into_the_reply_and_back(self, alices, discussion, bob):
        comment = make_comment(discussion, bob)
        alices.goto(discussion.get_absolute_url())
        answer = alices.locator(f"#comment-{comment.pk} .action--reply")
        answer.focus()
        alices.keyboard.press("Enter")
        expect(alices.get_by_label("Ihre Antwort an Bob")).to_be_focused()
        alices.get_by_role("link", name="Abbrechen").click()
        expect(answer).to_be_focused()

    def test_goes_to_what_is_wrong(self, alices, discussion):
        alices.goto(discussion.get_absolute_url())
        box(alices).click()
        send(alices)
        expect(box(alices)).to_be_focused()
        expect(box(alices)).to_have_attribute("aria-invalid", "true")
        expect(alices.locator("#write-box").get_by_role("alert").first).to_have_text(
            "Bitte schreiben Sie etwas."
        )

    def test_stays_on_the_preview_button(self, alices, discussion):
        alices.goto(discussion.get_absolute_url())
        box(alices).fill(TEXT)
        alices.get_by_role("button", name="Vorschau").click()
        expect(alices.locator(".write-box__preview")).to_contain_text(TEXT)
        expect(alices.get_by_role("button", name="Vorschau erneuern")).to_be_focused()
        assert drafts_on(alices) == 1

    def test_reply_box_uses_the_width_of_a_phone(self, visit, discussion, alice, bob):
        parent = None
        for _level in range(4):
            parent = make_comment(discussion, bob, parent=parent)
        page = visit(width=360)
        sign_in(page, alice, PASSWORD)
        page.goto(parent.get_absolute_url())
        page.locator(f"#comment-{parent.pk} .action--reply").click()
        assert page.locator("#reply-box").bounding_box()["width"] == 328


class SignInTests:
    @with_and_without_script
    def test_reply_of_a_stranger_leads_back_to_that_box(
        self, visit, discussion, alice, bob, script
    ):
        comment = make_comment(discussion, bob)
        page = visit(discussion.get_absolute_url(), script=script)
        page.locator(f"#comment-{comment.pk} .action--reply").click()
        page.locator(".write-box--reply").get_by_role("link", name="Anmelden").click()
        page.get_by_label("E-Mail-Adresse").fill(alice.email)
        page.get_by_label("Passwort", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Anmelden").click()
        expect(page.get_by_label("Ihre Antwort an Bob")).to_be_visible()


class WithdrawTests:
    def test_question_stands_in_place(self, alices, discussion, alice, bob):
        comment = make_comment(discussion, alice, TEXT)
        make_comment(discussion, bob, parent=comment)
        alices.goto(discussion.get_absolute_url())
        where = alices.locator(f"#comment-{comment.pk}")
        where.locator("summary").click()
        where.get_by_role("link", name="Zurückziehen").click()
        expect(where).to_contain_text("Ihr Text verschwindet für alle.")
        where.get_by_role("link", name="Abbrechen").click()
        expect(where).not_to_contain_text("Ihr Text verschwindet")
        expect(where.locator("summary")).to_be_focused()
        where.locator("summary").click()
        where.get_by_role("link", name="Zurückziehen").click()
        where.get_by_role("button", name="Beitrag zurückziehen").click()
        expect(where).to_contain_text("Zurückgezogen am")
        expect(where).not_to_contain_text(TEXT)
        expect(alices.locator(f"#by-{comment.pk}")).to_be_focused()
        assert wait_for(lambda: Comment.objects.filter(pk=comment.pk, status="withdrawn").exists())
        assert alices.url.endswith(discussion.get_absolute_url())

    def test_waiting_comment_too(self, alices, discussion, alice):
        comment = make_comment(discussion, alice, TEXT, status="held")
        alices.goto(discussion.get_absolute_url())
        where = alices.locator(f"#comment-{comment.pk}")
        where.get_by_role("link", name="Zurückziehen").click()
        expect(where.get_by_role("link", name="Abbrechen")).to_be_focused()
        where.get_by_role("link", name="Abbrechen").click()
        expect(where.get_by_role("link", name="Zurückziehen")).to_be_focused()


class RecommendTests:
    def test_new_account_reads_in_place_from_when_it_counts(self, visit, discussion, nina, bob):
        comment = make_comment(discussion, bob)
        page = visit()
        sign_in(page, nina, PASSWORD)
        page.goto(discussion.get_absolute_url())
        page.locator(f"#recommend-{comment.pk}").click()
        expect(page.locator(f"#recommend-{comment.pk}")).to_contain_text("zählt ab")
        expect(page.locator("#announcer")).to_contain_text("Ihr Konto ist neu: Ihre Empfehlung")
