"""Does the newsroom get its work done, in a real browser, with and without script?"""

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article
from articles.writing import add_entry, publish, write_article
from forum.models import Comment, Discussion
from tests.e2e.conftest import sign_in
from tests.e2e.test_looks import Screen, faults_on
from tests.factories import make_comment
from tests.people import PASSWORD
from tests.pictures import picture

pytestmark = pytest.mark.e2e

SCREENS: list[Screen] = [(1280, "light"), (320, "dark")]
TEXT = "Der Rat hat zugestimmt.\n\nDie Arbeiten beginnen im Mai."


def at_work(visit, person, **window) -> Page:
    page = visit(**window)
    sign_in(page, person, PASSWORD)
    page.goto("/")
    page.get_by_role("link", name="Redaktion", exact=True).click()
    return page


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
class StoryTests:
    def test_anna_writes_an_article_with_a_picture_and_publishes_it(
        self, visit, transactional_db, anna, script
    ):
        page = at_work(visit, anna, script=script)
        page.get_by_role("link", name="Artikel schreiben").click()
        page.get_by_label("Dachzeile").fill("Schulen in Auenbrück")
        page.get_by_label("Überschrift").fill("Neue Fenster für die Schule am Wall")
        page.get_by_label("Text", exact=False).first.fill(TEXT)
        sent = {"name": "DSC0001.png", "mimeType": "image/png", "buffer": picture(kind="PNG")}
        page.get_by_label("Bild (", exact=False).set_input_files([sent])
        page.get_by_label("Hauptthema").fill("Schulen in Auenbrück")
        page.get_by_role("button", name="Artikel veröffentlichen").click()
        expect(page.get_by_role("alert").first).to_contain_text("Bildbeschreibung")
        expect(page.get_by_label("Überschrift")).to_have_value(
            "Neue Fenster für die Schule am Wall"
        )
        page.get_by_label("Bild (", exact=False).set_input_files([sent])
        page.get_by_label("Bildbeschreibung").fill("Ein Fenster mit neuem Rahmen")
        page.get_by_role("button", name="Artikel veröffentlichen").click()
        expect(page.get_by_text("Gesichert: Der Artikel ist für alle zu sehen.")).to_be_visible()
        article = Article.objects.get()
        reader = visit(article.get_absolute_url(), script=script)
        expect(reader.get_by_role("heading", level=1)).to_have_text(article.headline)
        shown = reader.get_by_role("img", name="Ein Fenster mit neuem Rahmen")
        assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        expect(reader.locator("#comment-form, .write-box").first).to_be_visible()

    def test_anna_adds_an_entry_to_her_live_report(self, visit, transactional_db, anna, script):
        wording = {"kind": "live", "headline": "Liveticker: Die Ratssitzung", "paragraphs": []}
        report = publish(write_article(author=anna, **wording), editor=anna)
        add_entry(report, editor=anna, text="Die Sitzung beginnt.")
        page = at_work(visit, anna, script=script)
        page.get_by_role("link", name="Einträge schreiben").click()
        field = page.get_by_label("Neuer Eintrag")
        expect(field).to_be_focused()
        field.fill("Es wird abgestimmt.")
        if script:
            field.press("Enter")
        else:
            page.get_by_role("button", name="Eintrag hinzufügen").click()
        expect(page.locator(".entry__text").first).to_have_text("Es wird abgestimmt.")
        expect(page.get_by_role("status").first).to_contain_text("steht obenan")
        expect(page.get_by_label("Neuer Eintrag")).to_be_focused()
        reader = visit(report.get_absolute_url(), script=script)
        expect(reader.locator(".ticker__entry").first).to_contain_text("Es wird abgestimmt.")

    def test_anna_picks_and_pins_a_comment_and_closes_the_discussion(
        self, visit, transactional_db, anna, alice, bob, script
    ):
        wording = {"kind": "report", "headline": "Neue Fenster", "paragraphs": ["Im Mai."]}
        article = publish(write_article(author=anna, **wording), editor=anna)
        comment = make_comment(article.discussion, alice, "Endlich Licht im Klassenzimmer.")
        make_comment(article.discussion, bob, "Und die Heizung?")
        page = at_work(visit, anna, script=script)
        for press in ("Als lesenswert auszeichnen", "Beitrag anheften"):
            page.goto(article.get_absolute_url())
            page.locator(f"#comment-{comment.pk} .menu__button").click()
            page.locator(f"#comment-{comment.pk}").get_by_role("link", name="Hervorheben").click()
            page.get_by_role("button", name=press).click()
            expect(page.locator(f"#comment-{comment.pk}")).to_be_visible()
        page.goto("/newsroom/")
        page.get_by_role("link", name="Diskussion leiten").click()
        page.get_by_label("Geschlossen").check()
        page.get_by_role("button", name="Änderungen sichern").click()
        expect(page.get_by_text("Gesichert: So gilt es von jetzt an.")).to_be_visible()
        assert not Discussion.objects.get().is_open
        assert Comment.objects.get(picked_by=anna) == comment
        reader = visit(f"{article.get_absolute_url()}?sort=newest", script=script)
        expect(reader.locator("#threads .comment").first).to_contain_text("Endlich Licht")
        expect(reader.locator("#threads")).to_contain_text("Lesenswert")
        expect(reader.locator("#threads")).to_contain_text("Von der Redaktion angeheftet")
        expect(reader.locator("#discussion")).to_contain_text("Diese Diskussion ist geschlossen.")


def test_everybody_can_use_every_room(visit, transactional_db, anna, alice):
    wording = {"kind": "live", "headline": "Liveticker: Die Ratssitzung", "paragraphs": []}
    report = publish(write_article(author=anna, **wording), editor=anna)
    entry = add_entry(report, editor=anna, text="Die Sitzung beginnt.")
    comment = make_comment(report.discussion, alice, "Endlich.")
    page = at_work(visit, anna)
    for path in (
        "/newsroom/",
        "/newsroom/articles/",
        f"/newsroom/articles/{report.pk}/",
        f"/newsroom/articles/{report.pk}/withdrawal/",
        f"/newsroom/articles/{report.pk}/entries/",
        f"/newsroom/entries/{entry.pk}/",
        f"/newsroom/discussions/{report.discussion.pk}/",
        f"/comments/{comment.pk}/pick/",
    ):
        page.goto(path)
        assert faults_on(page, SCREENS) == [], path
