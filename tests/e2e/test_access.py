"""Do people get done what they came for with the keyboard alone, or with very large text?"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from articles.writing import publish, write_article
from forum.models import Comment
from moderation.flagging import flag
from moderation.models import Case, Flag, Respite
from tests.e2e.conftest import mailed_code, sign_in
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
# What has focus: whether it is outlined, and whether it can be seen at all.
SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    const box = document.activeElement.getBoundingClientRect();
    return style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 3
        && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""
TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, input, textarea")]
    .filter((target) => !target.closest(".comment__body, .prose, .lead"))
    .map((target) => [target.outerHTML.slice(0, 120), target.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24))
    .map(([html]) => html)"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has focus; every stop on the way must be visible."""
    for _step in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail("forty times Tab did not lead there")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)


def heading_of(page: Page, comment: Comment) -> Locator:
    return page.locator(f"#by-{comment.pk}")


def action(page: Page, comment: Comment, word: str) -> Locator:
    return page.locator(f"#comment-{comment.pk} .action", has_text=word)


@pytest.fixture
def discussion(transactional_db):
    return make_discussion()


class KeyboardTests:
    def test_a_reader_skips_to_the_text_and_reads_on(self, visit, discussion, alice, bob):
        question = make_comment(discussion, alice, "Wohin soll der Verkehr?")
        replies = [make_comment(discussion, bob, parent=question) for _ in range(5)]
        page = visit(discussion.article.get_absolute_url())
        press(page, page.get_by_role("link", name="Zum Inhalt"))
        expect(page.locator("main")).to_be_focused()
        press(page, page.get_by_role("link", name="Alle 5 Antworten"))
        expect(heading_of(page, replies[3])).to_be_focused()

    def test_a_reader_answers_and_goes_on_from_there(self, visit, discussion, worker, alice, bob):
        question = make_comment(discussion, alice, "Wohin soll der Verkehr?")
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(discussion.get_absolute_url())
        press(page, action(page, question, "Antworten"))
        box = page.get_by_label("Ihre Antwort an Alice")
        expect(box).to_be_focused()
        press(page, page.get_by_role("link", name="Abbrechen"))
        expect(action(page, question, "Antworten")).to_be_focused()
        page.keyboard.press("Enter")
        expect(box).to_be_focused()
        page.keyboard.type("In die Gartenstraße, fürchte ich.")
        press(page, page.locator("#reply-form button", has_text="Beitrag senden"))
        answer = page.locator(f"#comment-{question.pk} + .comment")
        expect(answer).to_contain_text("In die Gartenstraße, fürchte ich.")
        expect(answer.get_by_role("heading")).to_be_focused()

    def test_a_mistake_leads_back_into_the_field(self, visit, discussion, bob):
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(discussion.get_absolute_url())
        press(page, page.get_by_role("button", name="Beitrag senden"))
        expect(page.get_by_role("alert").filter(has_text="Bitte schreiben")).to_be_visible()
        expect(page.get_by_label("Ihr Beitrag")).to_be_focused()

    def test_pressed_buttons_keep_focus(self, visit, discussion, alice, bob):
        comment = make_comment(discussion, alice, "Wohin soll der Verkehr?")
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(discussion.get_absolute_url())
        tab_to(page, page.get_by_label("Ihr Beitrag"))
        page.keyboard.type("In die Gartenstraße.")
        press(page, page.get_by_role("button", name="Vorschau"))
        expect(page.get_by_role("button", name="Vorschau erneuern")).to_be_focused()
        press(page, action(page, comment, "Empfehlen"))
        expect(action(page, comment, "Empfohlen")).to_be_focused()

    def test_a_reader_reports_a_comment(self, visit, discussion, alice, bob):
        rude = make_comment(discussion, alice, "Wer das beschlossen hat, gehört abgewählt.")
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(rude.get_absolute_url())
        press(page, action(page, rude, "Melden"))
        page.wait_for_url("**/flags/")
        press(page, page.locator("input[name=reason]").first, "Space")
        tab_to(page, page.get_by_label("Erläuterung"))
        page.keyboard.type("Das geht gegen gewählte Leute.")
        press(page, page.get_by_role("button", name="Meldung senden"))
        expect(page.get_by_role("status").filter(has_text="Danke.")).to_be_visible()
        assert Flag.objects.get().reader == bob

    def test_a_moderator_decides_and_comes_to_the_next_case(
        self, visit, discussion, alice, bob, mona
    ):
        rude, rash = (make_comment(discussion, alice, body) for body in ("Alles Lügner.", "Nie!"))
        for comment in (rude, rash):
            flag(comment, reader=bob, reason="rude")
        page = visit()
        sign_in(page, mona, PASSWORD)
        page.goto("/moderation/")
        case = Case.objects.get(comment=rude)
        press(page, page.locator(f"#case-{case.pk} a"))
        expect(page.locator("#case-title")).to_be_focused()
        # One stop for all radio buttons of a question; arrows go from one to the next.
        tab_to(page, page.locator("input[name=measure]").first)
        for _step in ("warn", "hold", "remove"):
            page.keyboard.press("ArrowDown")
        expect(page.get_by_label("Entfernen", exact=True)).to_be_checked()
        tab_to(page, page.locator("input[name=ground]:checked"))
        tab_to(page, page.locator("textarea[name=explanation]"))
        page.keyboard.type("Sie sprechen gewählten Leuten pauschal die Ehrlichkeit ab.")
        press(page, page.get_by_role("button", name="Entfernen und nächster Fall"))
        expect(page).to_have_url(Case.objects.get(comment=rash).get_absolute_url())
        expect(page.locator("#case-title")).to_be_focused()
        assert Respite.objects.get().measure == "remove"

    def test_a_newcomer_opens_an_account(self, visit, transactional_db):
        page = visit()
        press(page, page.get_by_role("link", name="Anmelden"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
        press(page, page.get_by_role("link", name="Konto anlegen"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Konto anlegen")
        tab_to(page, page.get_by_label("E-Mail-Adresse"))
        page.keyboard.type("ida@example.org")
        tab_to(page, page.get_by_label("Öffentlicher Name"))
        page.keyboard.type("Ida Lorenz")
        tab_to(page, page.get_by_label("Passwort", exact=True))
        page.keyboard.type("kurz")
        page.keyboard.press("Enter")
        # What is wrong has focus, and is said with the field's name.
        field = page.get_by_label("Passwort", exact=True)
        expect(field).to_be_focused()
        expect(field).to_have_accessible_description(re.compile("12 Zeichen"))
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        code = page.get_by_label("Code")
        expect(code).to_be_visible()
        tab_to(page, code)
        page.keyboard.type(mailed_code("ida@example.org"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Ida Lorenz")).to_be_visible()

    def test_a_writer_changes_his_text_and_takes_it_back(self, visit, discussion, bob):
        comment = make_comment(discussion, bob, "In die Gartenstraße.")
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(discussion.get_absolute_url())
        menu = page.locator(f"#comment-{comment.pk} .menu__button")
        press(page, menu)
        press(page, page.locator(f"#comment-{comment.pk}").get_by_role("link", name="Bearbeiten"))
        box = page.get_by_label("Ihr Beitrag")
        expect(box).to_be_focused()
        page.keyboard.press("Control+End")
        page.keyboard.type(" Fürchte ich.")
        press(page, page.get_by_role("button", name="Neue Fassung senden"))
        expect(page.get_by_text("Ihre Änderung wird geprüft.")).to_be_visible()
        page.goto(discussion.get_absolute_url())
        press(page, menu)
        withdraw = page.locator(f"#comment-{comment.pk}").get_by_role("link", name="Zurückziehen")
        press(page, withdraw)
        question = page.locator("withdraw-question")
        expect(question.get_by_role("link", name="Abbrechen")).to_be_focused()
        page.keyboard.press("Enter")
        expect(menu).to_be_focused()
        page.keyboard.press("Enter")
        press(page, withdraw)
        expect(question.get_by_role("link", name="Abbrechen")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("In die Gartenstraße.")).to_have_count(0)
        expect(page.locator(f"#comment-{comment.pk} [tabindex='-1']")).to_be_focused()

    def test_a_reader_follows_and_hides_somebody(self, visit, discussion, alice, bob):
        comment = make_comment(discussion, alice, "Wohin soll der Verkehr?")
        page = visit()
        sign_in(page, bob, PASSWORD)
        page.goto(discussion.get_absolute_url())
        head = page.locator(".discussion__head")
        press(page, head.get_by_role("button", name="Diskussion folgen"))
        expect(head.get_by_role("button", name="Sie folgen")).to_be_focused()
        press(page, page.locator(f"#comment-{comment.pk} .menu__button"))
        press(page, page.get_by_role("button", name="Alice ausblenden"))
        hidden = page.locator(f"#comment-{comment.pk}")
        expect(hidden).to_contain_text("ausgeblendet")
        press(page, hidden.get_by_role("link", name="Anzeigen"))
        expect(heading_of(page, comment)).to_be_focused()

    def test_the_newsroom_adds_an_entry_and_picks_a_comment(
        self, visit, transactional_db, anna, alice
    ):
        report = write_article(author=anna, kind="live", headline="Ratssitzung", paragraphs=[])
        report = publish(report, editor=anna)
        comment = make_comment(report.discussion, alice, "Endlich.")
        page = visit()
        sign_in(page, anna, PASSWORD)
        page.goto("/netiquette/")
        press(page, page.get_by_role("link", name="Redaktion", exact=True))
        expect(page.get_by_role("heading", level=1)).to_have_text("Redaktion")
        press(page, page.get_by_role("link", name="Einträge schreiben"))
        field = page.get_by_label("Neuer Eintrag")
        expect(field).to_be_focused()
        # The field has the focus before its script is there; the script says when Enter sends.
        expect(page.get_by_text("Die Eingabetaste fügt ihn hinzu.")).to_be_visible()
        page.keyboard.type("Es wird abgestimmt.")
        page.keyboard.press("Enter")
        expect(page.locator(".entry__text")).to_have_text("Es wird abgestimmt.")
        expect(field).to_be_focused()
        page.goto(report.get_absolute_url())
        press(page, page.locator(f"#comment-{comment.pk} .menu__button"))
        press(page, page.locator(f"#comment-{comment.pk}").get_by_role("link", name="Hervorheben"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Beitrag hervorheben")
        press(page, page.get_by_role("button", name="Als lesenswert auszeichnen"))
        expect(page.locator(f"#comment-{comment.pk}")).to_contain_text("Lesenswert")


class SmallScreenTests:
    @pytest.fixture
    def deepest(self, discussion, alice, bob) -> Comment:
        """At the end of twelve answers, each to the one before."""
        comment = None
        for depth in range(13):
            author = bob if depth % 2 else alice
            comment = make_comment(discussion, author, f"{depth}: {LONG_WORD}", parent=comment)
        assert comment.depth == 12
        return comment

    @pytest.mark.parametrize(("width", "text"), [(320, "100%"), (360, "200%")])
    def test_a_deep_conversation_needs_no_scrolling_sideways(
        self, visit, deepest, carla, width, text
    ):
        page = visit(width=width)
        sign_in(page, carla, PASSWORD)
        page.goto(f"/comments/{deepest.root_id}/replies/")
        expect(page.locator(".comment")).to_have_count(13)
        page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
        action(page, deepest, "Antworten").click()
        expect(page.get_by_label("Ihre Antwort an")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        # The comments themselves would hide what sticks out.
        hidden = ".filter((body) => body.scrollWidth > body.clientWidth).length"
        bodies = f"[...document.querySelectorAll('.comment__body')]{hidden}"
        assert page.evaluate(bodies) == 0
        assert page.evaluate(TOO_SMALL) == []
