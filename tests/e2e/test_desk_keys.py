"""Can a moderator work through the queue by keys alone, and without script as well?"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from forum.models import Comment
from moderation import respites
from moderation.flagging import flag
from moderation.models import Case, Decision, Respite
from moderation.queue import claim, open_case
from tests.e2e.conftest import sign_in, wait_for
from tests.e2e.test_looks import Screen, faults_on
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD, person

pytestmark = pytest.mark.e2e

COUNT = 30
SOME = 5
SCREENS: list[Screen] = [
    (width, scheme) for width in (360, 1280, 1920) for scheme in ("light", "dark")
]


@pytest.fixture(autouse=True)
def without_limits(settings):
    settings.RATE_LIMITS = False


def make_cases(count: int, *, author: User, reader: User) -> list[Case]:
    """In the order of the list: each is more urgent than those after it."""
    discussion = make_discussion()
    found = []
    for number in range(count):
        comment = make_comment(
            discussion, author, f"Beitrag {number:02}: alles Schwachköpfe im Rat."
        )
        found.append(flag(comment, reader=reader, reason="rude").case)
        Case.objects.filter(pk=found[-1].pk).update(score=1_000_000 - number)
    return found


@pytest.fixture
def cases(transactional_db, alice, bob) -> list[Case]:
    return make_cases(SOME, author=bob, reader=alice)


@pytest.fixture
def thirty(transactional_db, alice, bob) -> list[Case]:
    return make_cases(COUNT, author=bob, reader=alice)


def at_desk(visit, moderator, address="/moderation/", **window) -> Page:
    page = visit(**window)
    sign_in(page, moderator, PASSWORD)
    page.goto(address)
    return page


def shown(page: Page, case: Case) -> None:
    expect(page.locator("#file")).to_have_attribute("data-case", str(case.pk))
    expect(page.locator("#case-title")).to_be_focused()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


class KeyboardTests:
    def test_thirty_cases_are_cleared_by_keys_alone_and_one_is_undone(self, visit, thirty, mona):
        page = at_desk(visit, mona)
        press(page, "j")
        for number, case in enumerate(thirty):
            shown(page, case)
            # The one after it lies ready, and is nobody's.
            if number + 1 < COUNT:
                expect(page.locator("desk-ahead")).to_have_attribute(
                    "data-case", str(thirty[number + 1].pk)
                )
            if number % 3:
                press(page, "f")
                continue
            press(page, "e")
            expect(page.locator("[name=explanation]")).to_have_value(
                re.compile("greift einen Menschen an")
            )
            press(page, "Control+Enter")
            if number == 3:
                shown(page, thirty[4])
                press(page, "u")
                shown(page, case)
                expect(page.locator(f"#case-{case.pk}")).not_to_have_class(re.compile("done"))
                press(page, "f")
        expect(page.locator("#main")).to_contain_text("Nichts zu tun.")
        assert not Case.objects.open().exists()
        assert Respite.objects.filter(undone_at__isnull=False).count() == 1
        assert Respite.objects.running().count() == 9
        assert Decision.objects.filter(measure="publish").count() == 21

    def test_the_list_stays_as_it_is_and_decided_rows_turn_grey(self, visit, cases, mona):
        page = at_desk(visit, mona, cases[0].get_absolute_url())
        page.evaluate("document.querySelector('.queue').dataset.same = 'yes'")
        press(page, "f")
        shown(page, cases[1])
        expect(page.locator(".queue[data-same]")).to_have_count(1)
        expect(page.locator(f"#case-{cases[0].pk}")).to_have_class(re.compile("queue__row--done"))
        expect(page.locator(f"#case-{cases[1].pk} a")).to_have_attribute("aria-current", "true")
        assert page.url.endswith(cases[1].get_absolute_url())

    def test_j_and_k_go_along_the_list_and_claim_nothing(self, visit, cases, mona):
        page = at_desk(visit, mona, cases[0].get_absolute_url())
        press(page, "j")
        shown(page, cases[1])
        press(page, "j")
        shown(page, cases[2])
        press(page, "k")
        shown(page, cases[1])
        assert not Case.objects.filter(claimed_by__isnull=False).exists()

    def test_digits_choose_the_clause_and_its_words_until_one_writes_oneself(
        self, visit, cases, mona
    ):
        page = at_desk(visit, mona, cases[0].get_absolute_url())
        press(page, "e", "5")
        expect(page.locator("[name=ground][value=off_topic]")).to_be_checked()
        reasons = page.locator("[name=explanation]")
        expect(reasons).to_have_value(re.compile("nichts zu tun"))
        button = page.locator(".decision__row button")
        expect(button).to_have_text("Entfernen und nächster Fall")
        reasons.fill("Das gehört woandershin, und zwar weit weg.")
        # In a text field a key is a letter.
        reasons.press("End")
        press(page, "f", "2")
        expect(reasons).to_have_value(re.compile(r"weit weg\.f2$"))
        page.locator("#case-title").focus()
        press(page, "v", "2")
        expect(reasons).to_have_value(re.compile("weit weg"))
        expect(button).to_have_text("Entfernen, verwarnen und nächster Fall")
        press(page, "Control+Enter")
        shown(page, cases[1])
        respite = Respite.objects.get()
        assert (respite.ground, respite.also_warns) == ("personal_attack", True)

    def test_b_takes_the_words_that_are_selected(self, visit, cases, mona):
        page = at_desk(visit, mona, cases[0].get_absolute_url())
        page.locator(".case__body p").evaluate(
            """(text) => {
                const range = document.createRange();
                const start = text.firstChild.data.indexOf("alles");
                range.setStart(text.firstChild, start);
                range.setEnd(text.firstChild, start + 20);
                getSelection().removeAllRanges();
                getSelection().addRange(range);
            }"""
        )
        press(page, "b")
        expect(page.locator("[name=passage]")).to_have_value("alles Schwachköpfe i")
        press(page, "Control+Enter")
        shown(page, cases[1])
        assert Decision.objects.get().measure == "hide_passage"

    def test_switched_off_a_key_does_nothing_and_that_holds(self, visit, cases, mona):
        page = at_desk(visit, mona, cases[0].get_absolute_url())
        press(page, "?")
        page.get_by_role("button", name="Tastenkürzel ausschalten").click()
        expect(page.locator("#told")).to_contain_text("Die Tastenkürzel sind ausgeschaltet.")
        press(page, "f", "j")
        page.wait_for_timeout(300)
        assert page.url.endswith(cases[0].get_absolute_url())
        assert not Decision.objects.exists()
        expect(page.locator("kbd")).to_have_count(0)

    def test_after_the_seconds_the_removal_has_taken_effect(
        self, visit, cases, mona, worker, monkeypatch
    ):
        monkeypatch.setattr(respites, "LASTS", timedelta(seconds=2))
        page = at_desk(visit, mona, cases[0].get_absolute_url())
        press(page, "v", "Control+Enter")
        shown(page, cases[1])
        wait_for(lambda: Decision.objects.filter(measure="warn").exists())
        assert Comment.objects.get(pk=cases[0].comment_id).status == "removed"


class CollisionTests:
    def test_the_second_is_told_who_was_first_and_keeps_her_reasons(self, visit, cases, mona):
        mika = person("Mika", role="moderator")
        first = at_desk(visit, mika, cases[0].get_absolute_url())
        second = at_desk(visit, mona, cases[0].get_absolute_url())
        press(first, "f")
        shown(first, cases[1])
        press(second, "e")
        second.locator("[name=explanation]").fill("Sie nennen Mitglieder des Rats Schwachköpfe.")
        with second.expect_response(lambda answer: "/decision/" in answer.url) as answered:
            press(second, "Control+Enter")
        assert answered.value.status == 409
        case = second.locator("#case")
        expect(case).to_contain_text(re.compile("Schon entschieden von Mika um .*: Freigeben"))
        expect(case.locator("#kept")).to_have_value("Sie nennen Mitglieder des Rats Schwachköpfe.")
        # Her next one is not the one that Mika was led to.
        second.goto(cases[2].get_absolute_url())
        press(second, "f")
        shown(second, cases[3])

    def test_what_a_colleague_has_taken_meanwhile_is_not_shown_though_it_was_loaded(
        self, visit, cases, mona
    ):
        page = at_desk(visit, mona, cases[0].get_absolute_url())
        expect(page.locator("desk-ahead")).to_have_attribute("data-case", str(cases[1].pk))
        page.wait_for_load_state("networkidle")
        claim(cases[1], moderator=person("Mika", role="moderator"))
        press(page, "f")
        shown(page, cases[2])


class PlainTests:
    def test_without_script_forms_do_the_same(self, visit, cases, mona):
        page = at_desk(visit, mona, script=False)
        page.locator(f"#case-{cases[0].pk} a").click()
        page.locator("[name=measure][value=remove]").check()
        page.locator(".decision__row button").click()
        expect(page).to_have_url(re.compile(cases[1].get_absolute_url()))
        assert Respite.objects.get().explanation.startswith("Der Beitrag greift einen Menschen an")
        page.get_by_role("button", name="Rückgängig").click()
        expect(page).to_have_url(re.compile(cases[0].get_absolute_url()))
        page.get_by_role("button", name="Stehen lassen").click()
        assert Decision.objects.get().measure == "publish"
        expect(page.locator("kbd:visible")).to_have_count(0)

    def test_several_are_decided_together(self, visit, cases, mona):
        page = at_desk(visit, mona, "/moderation/together/", script=False)
        for case in cases[:3]:
            page.locator(f"#case-{case.pk}").check()
        page.locator("[name=measure][value=publish]").check()
        page.get_by_role("button", name="Alle gewählten entscheiden").click()
        expect(page.locator("#told")).to_contain_text("3 Fälle entschieden.")
        assert Decision.objects.count() == 3


class LooksTests:
    def test_axe_finds_nothing_at_any_width(self, visit, thirty, max_):
        page = visit()
        sign_in(page, max_, PASSWORD)
        held = make_comment(make_discussion(), person("Rosa"), "Lest das.", status="held")
        opened = open_case(held, reason="held")
        for address in (
            "/moderation/",
            thirty[0].get_absolute_url(),
            opened.get_absolute_url(),
            "/moderation/together/",
            "/moderation/reasons/",
        ):
            page.goto(address)
            assert faults_on(page, SCREENS) == [], address
        page.goto(thirty[0].get_absolute_url())
        press(page, "e", "Control+Enter")
        expect(page.locator("#file")).not_to_have_attribute("data-case", str(thirty[0].pk))
        expect(page.locator("#told")).to_contain_text("bis dahin erfährt niemand davon")
        assert faults_on(page, SCREENS) == []

    @pytest.mark.parametrize("width", [360, 1280, 1920])
    def test_on_a_phone_the_case_stands_alone_with_a_way_back(self, visit, cases, mona, width):
        page = at_desk(visit, mona, width=width)
        page.locator(f"#case-{cases[0].pk} a").click()
        shown(page, cases[0])
        is_narrow = width < 1088
        expect(page.locator("#queue")).to_be_visible(visible=not is_narrow)
        if is_narrow:
            page.get_by_role("link", name="Zurück zur Liste").click()
            expect(page.locator("#queue")).to_be_visible()
