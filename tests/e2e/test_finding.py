"""Does somebody find again what he has read?"""

import re

import pytest
from playwright.sync_api import expect

from forum.models import Discussion
from tests.e2e.test_looks import faults_on, scrolls_sideways
from tests.factories import make_comment, make_discussion

pytestmark = pytest.mark.e2e


@pytest.fixture
def discussion(transactional_db) -> Discussion:
    return make_discussion()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_reader_searches_a_discussion_and_follows_the_hit(visit, discussion, alice, bob, script):
    comment = make_comment(discussion, alice, "In der Wiener Straße wird gebaut.")
    make_comment(discussion, bob, "Davon weiß ich nichts.", parent=comment)
    page = visit(discussion.get_absolute_url(), script=script, width=360)
    page.get_by_text("Filtern oder suchen").click()
    page.get_by_role("link", name="In dieser Diskussion suchen").click()
    page.get_by_label("Suchen nach").fill("strassen")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text(["Straße"])
    assert not scrolls_sideways(page)
    page.get_by_role("link", name=str(discussion.article)).click()
    expect(page).to_have_url(re.compile(f"/comments/{comment.pk}/#comment-{comment.pk}$"))
    expect(page.locator(f"#comment-{comment.pk}")).to_be_in_viewport()


def test_everybody_can_use_what_was_found(visit, discussion, alice):
    make_comment(discussion, alice, "Steht auf https://ufer.example/1.")
    page = visit()
    for address in (
        "/search/?q=ufer&author=alice",
        "/search/?q=ufer&since=x",
        f"{discussion.get_absolute_url()}?show=links",
    ):
        page.goto(address)
        assert faults_on(page, [(360, "light"), (360, "dark")]) == [], address
