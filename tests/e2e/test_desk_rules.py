"""Can a senior try a rule of the desk, set it, and does everybody see since when and why?"""

import re

import pytest
from playwright.sync_api import expect

from forum.models import Comment
from moderation.models import RuleSetting
from tests.e2e.conftest import sign_in, wait_for
from tests.e2e.test_looks import faults, scrolls_sideways
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

WHY = "Seit Montag werben Betrüger unter vielen Artikeln."
ADVERTISING = "Alles dazu unter https://geld.example/jetzt, bevor es zu spät ist."


@pytest.fixture(autouse=True)
def without_limits(settings):
    settings.RATE_LIMITS = False


@pytest.fixture
def discussion(transactional_db, alice, bob):
    discussion = make_discussion()
    make_comment(discussion, bob, ADVERTISING)
    make_comment(discussion, alice, "Die Schranke kostet 90.000 Euro.")
    return discussion


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, False)])
def test_a_rule_is_tried_saved_and_holds_and_its_history_says_why(
    visit, worker, discussion, max_, mona, bob, width, script
):
    page = visit(width=width, script=script)
    sign_in(page, max_, PASSWORD)
    page.goto("/moderation/")
    page.get_by_text("Mehr", exact=True).click()
    page.get_by_role("link", name="Regeln der Moderation").click()
    page.get_by_role("link", name=re.compile("viele Links", re.IGNORECASE)).click()
    expect(page.locator("#history-title + .entries")).to_contain_text("Niemand hat sie geändert")

    page.get_by_label("Erlaubte Links: regelmäßig dabei").fill("0")
    page.get_by_label("Warum").fill(WHY)
    page.get_by_role("button", name="Ausprobieren").click()
    trial = page.locator("#trial")
    expect(trial).to_contain_text("1 der letzten 2 Beiträge wäre zurückgehalten worden.")
    expect(trial).to_contain_text("geld.example")
    if script:
        assert faults(page) == []
    assert not scrolls_sideways(page)
    assert not RuleSetting.objects.exists()
    # What was tried still stands in the form.
    expect(page.get_by_label("Warum")).to_have_value(WHY)

    page.get_by_role("button", name="Regel speichern").click()
    history = page.locator("#history-title + .entries li")
    expect(history).to_have_count(1)
    expect(history.first).to_contain_text(WHY)
    expect(history.first).to_contain_text("Max")
    assert RuleSetting.objects.get().options["regular"] == 0

    reader = visit(discussion.get_absolute_url(), width=width, script=script)
    sign_in(reader, bob, PASSWORD)
    reader.goto(f"{discussion.get_absolute_url()}comments/")
    reader.locator("#comment-form textarea").fill(f"Noch einmal: {ADVERTISING}")
    reader.get_by_role("button", name="Beitrag senden").click()
    # The box says first what the rule will do.
    reader.get_by_role("button", name="Trotzdem senden").click()
    held = wait_for(lambda: Comment.objects.filter(status="held").first())
    assert held.author == bob

    moderator = visit(width=width, script=script)
    sign_in(moderator, mona, PASSWORD)
    moderator.goto("/moderation/rules/links/")
    expect(moderator.locator("#history-title + .entries")).to_contain_text(WHY)
    expect(moderator.get_by_role("button", name="Regel speichern")).to_have_count(0)
