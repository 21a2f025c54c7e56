"""Can everybody use what the walk over all addresses does not see: refused forms, opened parts?"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from forum.models import Comment
from forum.muting import mute
from moderation.desk_rules.wordlists import add_entry
from moderation.flagging import flag
from moderation.models import Case
from tests.e2e.conftest import Visitor, sign_in
from tests.e2e.test_looks import Screen, faults_on, switch
from tests.e2e.test_passkeys import add_passkey, plug_in
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

# It is driven on the first, where it is hardest to reach anything, and looked at on both.
SCREENS: list[Screen] = [(320, "dark"), (1280, "light")]

# A wrong field says what is wrong with it, by its own description or its group's.
MISTAKES = """async () => {
    // The browser moves focus when it first paints; on a busy machine some frames later.
    const isNowhere = () => document.activeElement === document.body;
    for (let frame = 0; frame < 2 || frame < 60 && isNowhere(); frame++)
        await new Promise(requestAnimationFrame);
    const wrong = [...document.querySelectorAll("main [aria-invalid=true]")];
    const found = wrong.length ? [] : ["no field is marked as wrong"];
    for (const field of wrong) {
        const ids = field.closest("[aria-describedby]")?.getAttribute("aria-describedby") ?? "";
        const notes = ids.split(" ").filter(Boolean).map((id) => document.getElementById(id));
        if (notes.includes(null)) found.push(`${field.name}: described by what is not there`);
        const said = notes.filter((note) => note?.matches("[class$=error], [class$=errors]"));
        if (!said.some((note) => note.textContent.trim()))
            found.push(`${field.name}: does not say what is wrong`);
    }
    // Focus may be on the group of a radio button, never on the page as a whole.
    const focused = document.activeElement;
    if (focused === document.body || !focused.contains(wrong[0] ?? null))
        found.push(`focus is elsewhere: ${focused.outerHTML.slice(0, 80)}`);
    return found;
}"""


class Look:
    """One window; what is wrong in each state it was shown in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: dict[str, list[str]] = {}
        switch(page, SCREENS[0])

    def at(self, state: str) -> None:
        if wrong := faults_on(self.page, SCREENS):
            self.found[state] = wrong
        switch(self.page, SCREENS[0])

    def refused(self, address: str, button: str, fields: dict[str, str] | None = None) -> None:
        """Fill in (name -> value), press the button, and the form comes back."""
        self.page.goto(address)
        for name, value in (fields or {}).items():
            self.page.locator(f"main [name={name}]").first.fill(value)
        self.send(button, f"{address} {fields or ''}"[:80])

    def send(self, button: str, state: str) -> None:
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            self.page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
        assert sent.value.status == 422, state
        self.page.wait_for_load_state()
        expect(self.page.locator("main [aria-invalid=true]").first).to_be_visible()
        mistakes = self.page.evaluate(MISTAKES)
        self.at(state)
        if mistakes:
            self.found.setdefault(state, []).extend(mistakes)


def confirm(page: Page) -> None:
    """What concerns safety asks for the password once more."""
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Bestätigen").click()


@pytest.fixture
def look(visit: Visitor, transactional_db) -> Callable[..., Look]:
    def open_window(person: User | None = None) -> Look:
        page = visit("/netiquette/")
        if person:
            sign_in(page, person, PASSWORD)
        return Look(page)

    return open_window


@pytest.fixture
def comment(transactional_db, alice: User) -> Comment:
    return make_comment(make_discussion(), alice, "Endlich Ruhe am Ufer.")


class RefusedFormTests:
    """The form comes back with what was typed, says what is wrong, and leads there."""

    def test_strangers(self, look):
        seen = look()
        seen.refused("/account/signup/", "Konto anlegen")
        seen.refused("/account/signup/", "Konto anlegen", {"email": "a@b", "password1": "kurz"})
        seen.refused("/account/login/", "Anmelden")
        seen.refused("/account/password/reset/", "Code schicken")
        assert seen.found == {}

    def test_readers_writing(self, look, comment, bob):
        seen = look(bob)
        write = f"/discussions/{comment.discussion_id}/comments/"
        seen.refused(write, "Beitrag senden")
        seen.refused(write, "Beitrag senden", {"body": "lang " * 1001})
        seen.refused(f"{write}?parent={comment.pk}", "Beitrag senden")
        seen.refused(comment.discussion.get_absolute_url(), "Beitrag senden")
        seen.refused(f"/comments/{comment.pk}/flags/", "Meldung senden")
        assert seen.found == {}

    def test_readers_in_their_settings(self, look, bob):
        seen = look(bob)
        seen.refused("/account/name/", "Öffentlichen Namen ändern", {"name": ""})
        seen.refused("/account/password/change/", "Passwort ändern")
        seen.refused("/account/email/", "Adresse ändern")
        seen.page.goto("/account/closing/")
        seen.page.get_by_role("button", name="Konto schließen").click()
        seen.page.get_by_label("Passwort").fill("falsch")
        seen.send("Bestätigen", "wrong password")
        confirm(seen.page)
        seen.send("Konto schließen", "closing")
        seen.refused("/account/2fa/totp/activate/", "App einrichten", {"code": "12"})
        assert seen.found == {}

    def test_the_newsroom(self, look, anna):
        seen = look(anna)
        seen.refused("/newsroom/articles/", "Artikel veröffentlichen")
        assert seen.found == {}

    def test_moderators(self, look, comment, bob, mona):
        flag(comment, reader=bob, reason="off_topic")
        seen = look(mona)
        seen.page.goto(Case.objects.get().get_absolute_url())
        seen.page.get_by_label("Entfernen", exact=True).check()
        # They are suggested.
        seen.page.evaluate("document.querySelector('[name=ground]:checked').checked = false")
        seen.page.locator("[name=saved]").select_option("")
        seen.send("Entfernen und nächster Fall", "decision without a ground")
        assert seen.found == {}

    def test_administrators(self, look, admin):
        seen = look(admin)
        seen.refused("/moderation/pages/imprint/", "Diese Fassung veröffentlichen", {"text_de": ""})
        seen.refused(
            "/moderation/pages/netiquette/",
            "Diese Fassung veröffentlichen",
            {"clause-0-text_de": "", "text_en": ""},
        )
        assert seen.found == {}


class OpenedTests:
    """Parts of a page that somebody has opened, and pages that ask for more than an address."""

    def test_writing(self, look, comment, bob):
        add_entry("Schwachkopf", ground="personal_attack", reason="test")
        seen = look(bob)
        seen.page.goto(comment.discussion.get_absolute_url())
        seen.page.get_by_label("Ihr Beitrag").fill("Wer das sagt, ist ein Schwachkopf.")
        seen.page.get_by_role("button", name="Vorschau").click()
        expect(seen.page.get_by_role("heading", name="Vorschau")).to_be_visible()
        seen.at("preview")
        seen.page.get_by_role("button", name="Beitrag senden").click()
        expect(seen.page.get_by_role("link", name="Text ändern")).to_be_focused()
        seen.at("nudge")
        assert seen.found == {}

    def test_around_a_comment(self, look, comment, alice, bob, carla):
        make_comment(comment.discussion, carla, "Und der Wochenmarkt?", parent=comment)
        mute(carla, reader=alice)
        seen = look(alice)
        seen.page.goto(comment.discussion.get_absolute_url())
        expect(seen.page.get_by_text("Beitrag von Carla ausgeblendet")).to_be_visible()
        seen.page.locator(f"#comment-{comment.pk} summary").click()
        seen.at("menu and muted line")
        seen.page.get_by_role("link", name="Zurückziehen").click()
        expect(seen.page.get_by_role("button", name="Beitrag zurückziehen")).to_be_visible()
        seen.at("withdrawal asked in place")
        assert seen.found == {}

    def test_behind_the_password(self, look, bob):
        seen = look(bob)
        plug_in(seen.page)
        add_passkey(seen.page, "Mein Telefon mit dem langen Namen", without_password=True)
        for path in (
            "2fa/",
            "2fa/recovery-codes/",
            "2fa/recovery-codes/generate/",
            "2fa/webauthn/",
            "2fa/webauthn/add/",
            "2fa/totp/activate/",
            "data/",
            "closing/",
        ):
            seen.page.goto(f"/account/{path}")
            assert seen.page.url.endswith(path)
            seen.at(path)
        assert seen.found == {}

    def test_what_is_not_there(self, look, comment, bob):
        gone = make_comment(comment.discussion, bob, status="removed")
        seen = look()
        for path, status in [("/articles/nothing-999/", 404), (gone.get_absolute_url(), 410)]:
            assert seen.page.goto(path).status == status
            seen.at(path)
        assert seen.found == {}
