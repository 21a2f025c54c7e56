"""Does a report go its whole way in a browser, and a notice: from the button to the last mail?"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from forum.models import Comment
from moderation import respites
from moderation.models import Case, Decision
from tests.e2e.conftest import sign_in, wait_for
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

with_and_without_script = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
TEXT = "Wer das beschlossen hat, gehört abgewählt."
REPLY = "Bleiben wir sachlich."
WHY = "Sie sprechen gewählten Leuten pauschal die Eignung ab."
OBJECTION = "Ich spreche niemandem etwas ab, ich rufe zum Wählen auf."
ANSWER = "Der Satz ruft zu einer Wahl auf und greift niemanden an."
ILLEGAL = "Der Satz ist eine Beleidigung der Mitglieder des Stadtrats."


@pytest.fixture
def comment(transactional_db, alice, bob) -> Comment:
    comment = make_comment(make_discussion(), bob, TEXT)
    make_comment(comment.discussion, alice, REPLY, parent=comment)
    return comment


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    """Nobody waits for half a minute here."""
    monkeypatch.setattr(respites, "LASTS", timedelta(seconds=2))


def letter(address: str, subject: str) -> str:
    """The newest mail of that kind, once it has left."""

    def sent():
        return [m.body for m in mail.outbox if address in m.to and m.subject.startswith(subject)]

    return wait_for(sent)[-1]


def open_link(page: Page, letter: str, path: str) -> None:
    page.goto(re.search(rf"https?://[^/\s]+(/{path}/\S+)", letter)[1])


def remove_at_desk(page: Page, moderator, case: Case, view: str, *, script: bool) -> None:
    sign_in(page, moderator, PASSWORD)
    page.goto(f"/moderation/?view={view}")
    page.locator(f"#case-{case.pk} a").click()
    expect(page.locator("#case")).to_contain_text(TEXT)
    page.locator("input[name=measure][value=remove]").check()
    page.locator("input[name=ground][value=personal_attack]").check()
    page.locator("#decision-form textarea[name=explanation]").fill(WHY)
    # The script names the measure that is chosen.
    verb = "Entfernen" if script else "Entscheiden"
    page.get_by_role("button", name=f"{verb} und nächster Fall", exact=True).click()
    expect(page.locator("#undo")).to_contain_text("Beitrag von Bob")


def appeal_by_link(page: Page, statement: str) -> None:
    """As whoever has the mail, without signing in."""
    open_link(page, statement, "decisions")
    expect(page.locator("#own-text")).to_contain_text(TEXT)
    page.locator("#appeal-form textarea").fill(OBJECTION)
    page.get_by_role("button", name="Beschwerde senden").click()
    expect(page.locator("#appeal")).to_contain_text("ist am")
    expect(page.locator("#appeal")).to_contain_text(OBJECTION)
    assert page.context.cookies() == []


def overturn_at_desk(page: Page, senior) -> None:
    sign_in(page, senior, PASSWORD)
    page.goto("/moderation/?view=appeals")
    page.locator(".queue__row a").first.click()
    page.get_by_role("link", name="Hier wartet").click()
    expect(page.locator("main")).to_contain_text(OBJECTION)
    page.locator("input[name=outcome][value=overturned]").check()
    page.locator("#answer-form textarea").fill(ANSWER)
    page.get_by_role("button", name="Beschwerde beantworten").click()
    expect(page.locator("main")).to_contain_text("Keine Beschwerde wartet.")


@with_and_without_script
def test_from_the_flag_to_the_comment_that_is_restored(
    visit, worker, comment, alice, mona, max_, script
):
    page = visit(script=script)
    sign_in(page, alice, PASSWORD)
    page.goto(comment.get_absolute_url())
    page.locator(f"#comment-{comment.pk}").get_by_role("link", name="Melden").click()
    page.locator("input[name=reason][value=rude]").check()
    page.get_by_role("button", name="Meldung senden").click()
    expect(page.locator("main")).to_contain_text("Danke. Die Moderation sieht sich")

    case = Case.objects.get(comment=comment)
    remove_at_desk(visit(script=script), mona, case, "flagged", script=script)
    statement = letter("bob@example.org", "Wir haben Ihren Beitrag entfernt")
    assert WHY in statement
    assert "persönlicher Angriff" in letter("alice@example.org", "Ihre Meldung")
    stranger = visit(comment.discussion.get_absolute_url(), script=script)
    expect(stranger.locator("main")).not_to_contain_text(TEXT)
    expect(stranger.locator("main")).to_contain_text(REPLY)

    appeal_by_link(visit(script=script), statement)
    letter("bob@example.org", "Eingang Ihrer Beschwerde")
    overturn_at_desk(visit(script=script), max_)
    assert ANSWER in letter("bob@example.org", "Ihre Beschwerde")
    wait_for(lambda: [m for m in mail.outbox if "wieder sichtbar" in m.body])
    stranger.goto(comment.discussion.get_absolute_url())
    expect(stranger.locator(f"#comment-{comment.pk} .comment__body")).to_have_text(TEXT)
    expect(stranger.locator("main")).to_contain_text(REPLY)


@with_and_without_script
def test_from_the_notice_without_an_account_to_its_outcome(
    visit, worker, comment, mona, max_, script
):
    page = visit(comment.get_absolute_url(), script=script)
    page.locator(f"#comment-{comment.pk}").get_by_role("link", name="Melden").click()
    page.get_by_role("link", name="Dieser Inhalt ist rechtswidrig").click()
    page.locator("input[name=category][value=insult]").check()
    page.get_by_label("Warum ist er rechtswidrig?").fill(ILLEGAL)
    page.get_by_label("Ihr Name").fill("Gerda Müller")
    page.get_by_label("Ihre E-Mail-Adresse").fill("gerda@example.com")
    page.get_by_label("nach bestem Wissen").check()
    page.get_by_role("button", name="Meldung senden").click()
    expect(page.locator("main")).to_contain_text("Ihre Meldung ist eingegangen")
    open_link(page, letter("gerda@example.com", "Eingang Ihrer Meldung"), "notices")
    expect(page.locator("main")).to_contain_text(ILLEGAL)

    case = Case.objects.get(comment=comment)
    remove_at_desk(visit(script=script), mona, case, "notices", script=script)
    outcome = letter("gerda@example.com", "Ihre Meldung")
    assert "Wir haben den Beitrag entfernt: persönlicher Angriff." in outcome
    open_link(page, outcome, "notices")
    expect(page.locator("#outcome")).to_contain_text("Entschieden hat ein Mensch.")

    statement = letter("bob@example.org", "Wir haben Ihren Beitrag entfernt")
    assert "Gerda" not in statement
    appeal_by_link(visit(script=script), statement)
    overturn_at_desk(visit(script=script), max_)
    wait_for(lambda: [m for m in mail.outbox if "Entscheidung zurückgenommen" in m.body])
    page.reload()
    expect(page.locator("#outcome")).to_contain_text("unsere Entscheidung zurückgenommen")
    assert list(Decision.objects.order_by("pk").values_list("measure", flat=True)) == [
        "remove",
        "publish",
    ]
