"""Does the gallery show every component in every state, and only to developers?"""

import importlib
import re

import pytest
from django.urls import URLPattern, URLResolver

from config import urls

STATES = ["published", "removed", "withdrawn", "held", "pending"]


@pytest.fixture
def page(client, db, settings) -> str:
    settings.ROOT_URLCONF = "tests.gallery_urls"
    return client.get("/gallery/").content.decode()


def shown(page: str, pk: int) -> str:
    found = re.search(rf'<article[^>]*id="comment-{pk}".*?</article>', page, re.DOTALL)
    assert found, pk
    return found.group()


class GalleryTests:
    @pytest.mark.parametrize("status", STATES)
    def test_it_shows_a_comment_in_every_state(self, page, status):
        assert f'data-status="{status}"' in page

    @pytest.mark.parametrize(
        "words",
        [
            "Wird geprüft. Nur Sie sehen diesen Beitrag.",
            "Zurzeit dauert das meist 40 Minuten; wir sagen Ihnen Bescheid.",
            "Von der Moderation entfernt am 04.02.2025: persönlicher Angriff.",
            "Netiquette, Punkt 2",
            "Begründung lesen und Beschwerde einlegen",
            "Zurückgezogen am 04.02.2025.",
            "Die Moderation liest diesen Beitrag gerade.",
            "Beitrag von Egon Ritter ausgeblendet.",
            "Lesenswert",
            "Redaktion",
            "Empfohlen · 137",
            "7 Empfehlungen",
            "antwortet Dieter W., Ebene 2",
            "Antwort auf einen Beitrag, der nicht mehr zu sehen ist",
        ],
    )
    def test_each_state_is_told_by_a_word(self, page, words):
        assert words in " ".join(re.sub(r"<[^>]+>", "", page).split())

    def test_recommendations_are_counted_from_three_upwards(self, page):
        assert "Empfehlen · 1.370" in page
        assert "Empfehlen · 2" not in page

    def test_moderators_write_without_a_personal_name(self, page):
        assert "Moderation" in shown(page, 7)
        assert "Hanna Reuter" not in shown(page, 7)

    def test_deeper_replies_stay_at_the_fourth_level_and_say_whom_they_answer(self, page):
        assert 'data-depth="3"' in shown(page, 6)
        assert 'Antwort an <a href="/comments/5/">Bodo Sperling-H' in shown(page, 6)

    def test_what_is_gone_names_nobody(self, page):
        for pk in (4, 9, 10):
            assert "Bodo" not in shown(page, pk)
            assert "Dieter" not in shown(page, pk)

    @pytest.mark.parametrize(
        "words",
        [
            "Ungelesen",
            "Diese Diskussion ist geschlossen.",
            "Noch hat niemand etwas geschrieben.",
            "Mona bearbeitet das gerade",
            "Bitte wählen Sie den Grund.",
            "Diese Seite gibt es nicht",
            "Nichts zu tun.",
        ],
    )
    def test_the_rooms_around_the_discussion_are_there_too(self, page, words):
        assert words in page

    def test_one_menu_stands_open(self, page):
        assert page.count('<details class="menu" open>') == 1

    def test_every_id_is_there_once(self, page):
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert [name for name in set(ids) if ids.count(name) > 1] == []

    def test_readers_of_the_paper_do_not_find_it(self, settings):
        settings.DEBUG = False
        importlib.reload(urls)
        known: list[URLPattern | URLResolver] = urls.urlpatterns
        assert "gallery/" not in [str(entry.pattern) for entry in known]
