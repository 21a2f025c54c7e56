"""Can somebody without an account have illegal content looked at, and learn what became of it?"""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from moderation.deciding import decide
from moderation.models import Notice
from tests.e2e.conftest import wait_for
from tests.factories import make_comment, make_discussion

pytestmark = pytest.mark.e2e

REASON = "Der Satz ruft dazu auf, den Stadtrat mit Steinen zu bewerfen."


def letter(subject: str) -> str:
    return wait_for(lambda: [one.body for one in mail.outbox if one.subject.startswith(subject)])[
        -1
    ]


def open_link(page: Page, body: str) -> None:
    page.goto(re.search(r"https?://[^/\s]+(/notices/\S+)", body).group(1))


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_the_comment_over_the_receipt_to_the_outcome(
    visit, transactional_db, worker, bob, mona, script
):
    comment = make_comment(make_discussion(), bob, "Werft Steine auf den Stadtrat!")
    page = visit(comment.get_absolute_url(), script=script)
    page.locator(f"#comment-{comment.pk}").get_by_text("Melden").click()
    page.get_by_role("link", name="Dieser Inhalt ist rechtswidrig").click()
    page.get_by_label("Aufruf zu Straftaten").check()
    page.get_by_label("Warum ist er rechtswidrig?").fill(REASON)
    page.get_by_label("Ihr Name").fill("Gerda Müller")
    page.get_by_label("Ihre E-Mail-Adresse").fill("gerda@example.com")
    page.get_by_role("button", name="Meldung senden").click()
    # Forgotten: said at its place, and nothing is lost.
    expect(page.locator("main")).to_contain_text("Ohne diese Erklärung")
    expect(page.get_by_label("Warum ist er rechtswidrig?")).to_have_value(REASON)
    page.get_by_label("nach bestem Wissen").check()
    page.get_by_role("button", name="Meldung senden").click()
    expect(page.locator("main")).to_contain_text("Ihre Meldung ist eingegangen")
    notice = Notice.objects.get()
    expect(page.get_by_role("heading", level=1)).to_contain_text(notice.number)

    receipt = letter("Eingang Ihrer Meldung")
    assert notice.number in receipt
    assert REASON not in receipt
    decide(
        notice.case,
        moderator=mona,
        measure="remove",
        revision=comment.revisions.get(),
        ground="personal_attack",
        explanation="Das ist ein Aufruf zu Gewalt gegen Personen.",
    )
    answer = letter("Ihre Meldung")
    assert "Wir haben den Beitrag entfernt: persönlicher Angriff." in answer
    open_link(page, answer)
    expect(page.locator("#outcome")).to_contain_text("Entschieden hat ein Mensch.")
    expect(page.locator("#outcome")).to_contain_text("kostenlos Beschwerde einlegen")
