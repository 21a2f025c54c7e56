"""Does the desk show all that one needs to decide, in one place, with and without script?"""

import re

import pytest
from playwright.sync_api import Page, expect

from forum.models import Comment
from moderation.flagging import flag
from moderation.models import Case, Respite
from tests.e2e.conftest import sign_in, wait_for
from tests.e2e.test_looks import faults, scrolls_sideways
from tests.factories import make_comment, make_discussion, make_notice
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

TEXT = (
    "Wer das beschlossen hat, ist ein Schwachkopf und gehört abgewählt. 21 Leute, die noch nie an "
    "dieser Straße gewohnt haben, erklären uns, wie wir einkaufen sollen. Und dann wundern sie "
    "sich, dass niemand mehr in die Innenstadt kommt, weil man nirgends halten darf und der Bus "
    "nur jede halbe Stunde"
)
QUOTE = "> Wer das beschlossen hat, ist ein Schwachkopf\n\nGenau so ist es."
OWN = "Der Text beschimpft den Stadtrat, statt zu sagen, was an der Sperrung falsch ist."


@pytest.fixture(autouse=True)
def without_limits(settings):
    settings.RATE_LIMITS = False


@pytest.fixture
def comment(transactional_db, bob, carla) -> Comment:
    parent = make_comment(make_discussion(), carla, TEXT.replace("Wer", "Wer auch immer"))
    make_comment(parent.discussion, bob, "Im Mai schrieb ich schon: Das wird nichts.")
    return make_comment(parent.discussion, bob, TEXT, parent=parent)


@pytest.fixture
def reply(comment, dieter) -> Comment:
    return make_comment(comment.discussion, dieter, QUOTE, parent=comment)


@pytest.fixture
def case(comment, reply, tom) -> Case:
    return flag(comment, reader=tom, reason="rude", explanation="Das trifft gewählte Leute.").case


def at_case(visit, moderator, case: Case, **window) -> Page:
    page = visit(**window)
    sign_in(page, moderator, PASSWORD)
    page.goto(case.get_absolute_url())
    return page


def covered(page: Page) -> list[str]:
    """What of the form's choices cannot be seen as the page has opened, or lies below its row."""
    return page.evaluate(
        """() => {
            const row = document.querySelector(".decision__row").getBoundingClientRect();
            const choices = [...document.querySelectorAll(".decision .choices .choice")];
            const button = document.querySelector(".decision__row button").getBoundingClientRect();
            const hidden = choices.filter((choice) => {
                const { top, bottom, height } = choice.getBoundingClientRect();
                return !height || top < 0 || bottom > row.top;
            }).map((choice) => choice.textContent.trim());
            if (scrollY) hidden.push(`scrolled by ${scrollY}`);
            return button.bottom > innerHeight ? [...hidden, "the button"] : hidden;
        }"""
    )


class SpaceTests:
    @pytest.mark.parametrize("is_legal", [False, True])
    def test_three_hundred_characters_leave_room_for_all_choices(
        self, visit, comment, case, mona, alice, is_legal
    ):
        assert len(TEXT) <= 300
        if is_legal:
            make_notice(comment, reader=alice)
        page = at_case(visit, mona, case)
        page.set_viewport_size({"width": 1280, "height": 720})
        page.reload()
        expect(page.locator("#id_measure .choice")).to_have_count(5)
        expect(page.locator("#id_ground .choice")).to_have_count(8)
        assert covered(page) == []
        assert page.locator(".desk__bar").bounding_box()["height"] <= 49

    def test_the_red_line_stays_in_sight_in_a_legal_case(self, visit, comment, case, mona, alice):
        make_notice(comment, reader=alice)
        page = at_case(visit, mona, case)
        page.set_viewport_size({"width": 360, "height": 640})
        page.locator("#id_explanation").scroll_into_view_if_needed()
        expect(page.get_by_text("Gefahr für Leib und Leben?").first).to_be_in_viewport()

    @pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
    def test_nothing_is_wrong_when_everything_is_open(
        self, visit, comment, case, mona, alice, width, scheme
    ):
        make_notice(comment, reader=alice)
        page = at_case(visit, mona, case, width=width)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.get_by_label("Entfernen", exact=True).check()
        page.get_by_label("rechtswidriger Inhalt (9)").check()
        # From below: what the bar opens lies over the rest.
        for summary in reversed(page.locator(".desk details > summary").all()):
            if summary.is_visible():
                summary.click()
        expect(page.locator("#letters .letter")).to_be_visible()
        assert not scrolls_sideways(page)
        assert faults(page) == []


class LetterTests:
    def test_it_follows_the_form_while_it_is_open(self, visit, case, mona):
        page = at_case(visit, mona, case)
        page.get_by_label("Entfernen", exact=True).check()
        page.get_by_text("Der ganze Brief").click()
        letter = page.locator("#letters")
        expect(letter).to_contain_text("Guten Tag Bob, wir haben Ihren Beitrag vom")
        expect(letter).to_contain_text("gegen Punkt\u00a02 (persönlicher Angriff)")
        page.locator("#id_explanation").fill(OWN)
        expect(letter).to_contain_text(OWN)
        page.get_by_label("Entfernen und verwarnen").check()
        expect(letter.locator(".letter")).to_have_count(2)
        page.get_by_label("Werbung (7)").check()
        expect(letter.locator(".letter").first).to_contain_text("gegen Punkt\u00a07 (Werbung)")
        # Nobody asks for what comes by itself, and nothing was decided.
        expect(page.get_by_role("button", name="Brief zeigen")).to_have_count(0)
        assert Case.objects.open().count() == 1
        assert not Respite.objects.exists()
        page.locator(".decision__row button").click()
        assert wait_for(Respite.objects.first).explanation == OWN

    def test_without_script_a_button_asks_for_it(self, visit, case, mona):
        page = at_case(visit, mona, case, script=False)
        page.get_by_label("Entfernen", exact=True).check()
        page.locator("#id_explanation").fill(OWN)
        page.get_by_text("Der ganze Brief").click()
        page.get_by_role("button", name="Brief zeigen").click()
        expect(page.locator("#letters")).to_contain_text(
            "(persönlicher Angriff) unserer Netiquette"
        )
        expect(page.locator("#letters")).to_contain_text(OWN)
        expect(page.locator("#id_explanation")).to_have_value(OWN)
        expect(page.get_by_label("Entfernen", exact=True)).to_be_checked()
        page.locator(".decision__row button").click()
        assert wait_for(Respite.objects.first).explanation == OWN


class LawTests:
    @pytest.mark.parametrize("script", [True, False])
    def test_the_clause_about_laws_opens_the_paragraphs(self, visit, case, mona, script):
        page = at_case(visit, mona, case, script=script)
        laws = page.get_by_label("Welches Gesetz")
        expect(laws).to_be_hidden()
        page.get_by_label("Entfernen", exact=True).check()
        page.get_by_label("rechtswidriger Inhalt (9)").check()
        expect(laws).to_be_visible()
        expect(page.get_by_text("Gefahr für Leib und Leben?")).to_be_visible()
        page.locator("#id_explanation").fill(OWN)
        page.locator(".decision__row button").click()
        expect(page.get_by_text("Bitte wählen Sie das Gesetz.")).to_be_visible()
        expect(page.locator("#id_explanation")).to_have_value(OWN)
        laws.select_option(label="Volksverhetzung (§ 130 StGB)")
        page.locator(".decision__row button").click()
        assert wait_for(Respite.objects.first).ground == "law:incitement"


class QuotingTests:
    @pytest.mark.parametrize("script", [True, False])
    def test_what_quotes_it_is_offered_with_a_removal_and_goes_with_it(
        self, visit, case, reply, mona, script
    ):
        page = at_case(visit, mona, case, script=script)
        box = page.get_by_label("auch 1 Antwort entfernen, die diese Stelle zitiert")
        expect(box).to_be_hidden()
        page.get_by_label("Entfernen", exact=True).check()
        box.check()
        page.get_by_text("Lesen, was mit entfernt würde").click()
        expect(page.locator(".decision__quoting")).to_contain_text("Genau so ist es.")
        page.locator("#id_explanation").fill(OWN)
        page.locator(".decision__row button").click()
        wait_for(lambda: Respite.objects.count() == 2)
        reply.refresh_from_db()
        assert reply.status == "held"


class AuthorTests:
    @pytest.mark.parametrize("script", [True, False])
    def test_what_he_wrote_lately_is_read_in_place(self, visit, case, mona, script):
        page = at_case(visit, mona, case, script=script)
        address = page.url
        earlier = page.get_by_text("Im Mai schrieb ich schon")
        expect(earlier).to_be_hidden()
        page.locator(".written summary").click()
        expect(earlier).to_be_visible()
        expect(page.locator(".written li").first).to_contain_text(
            re.compile("veröffentlicht.*dieser")
        )
        assert page.url == address


class BarTests:
    def test_the_slash_leads_to_the_search_of_all_texts(self, visit, case, mona):
        page = at_case(visit, mona, case)
        page.keyboard.press("/")
        page.keyboard.type("Schwachkopf")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/moderation/search/\?q=Schwachkopf$"))
        expect(page.locator("#main")).to_contain_text("Schwachkopf und gehört abgewählt")

    @pytest.mark.parametrize("width", [360, 1280])
    def test_the_views_and_the_other_pages_are_in_the_bar(self, visit, case, mona, width):
        page = at_case(visit, mona, case, width=width)
        page.get_by_text("Mehr", exact=True).click()
        page.get_by_role("link", name="Gespeicherte Begründungen").click()
        expect(page).to_have_url(re.compile("/moderation/reasons/$"))
        page.goto("/moderation/")
        page.get_by_role("link", name="Gemeldet 1").click()
        expect(page).to_have_url(re.compile(r"\?view=flagged$"))
        expect(page.get_by_role("link", name="Gemeldet 1")).to_have_attribute(
            "aria-current", "true"
        )
