"""What do readers find on the pages of the house, and is it true of this software?"""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.utils import timezone
from django.utils.translation import override

from moderation import pages
from moderation.editing import shipped
from moderation.models import Edition
from tests.factories import make_edition

PAGES = list(Edition.Page)
LANGUAGES = ["de", "en"]
# The Commission's list: nobody else's page is asked for in a test.
ELSEWHERE = "https://digital-strategy.ec.europa.eu/"


def text_of(page, language):
    with override(language):
        return pages.rendered(shipped(page)[f"text_{language}"])


@pytest.mark.django_db
class PublicPageTests:
    @pytest.mark.parametrize("page", PAGES)
    def test_strangers_read_it_without_cookie_and_caches_keep_it(self, client, page):
        response = client.get(f"/{page}/")
        assert response.status_code == 200
        assert not response.cookies
        assert response["Cache-Control"].startswith("public")
        again = client.get(f"/{page}/", headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304

    @pytest.mark.parametrize("page", PAGES)
    def test_it_describes_itself_for_machines(self, client, page):
        html = client.get(f"/{page}/2026-11-22/").content.decode()
        assert f'<link rel="canonical" href="{settings.SITE_URL}/{page}/">' in html
        assert '<meta name="description" content="' in html
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
        assert block
        assert json.loads(block[1])["name"]

    @pytest.mark.parametrize("page", PAGES)
    def test_every_page_costs_the_same_few_queries(self, client, page, django_assert_num_queries):
        # Which edition holds, all of them, and the rules whose figures it names.
        with django_assert_num_queries(3):
            client.get(f"/{page}/")

    def test_every_clause_can_be_linked_and_read(self, client):
        page = client.get("/netiquette/").content.decode()
        for clause in shipped("netiquette")["clauses"]:
            assert f'id="punkt-{clause["number"]}"' in page
            assert clause["text_de"] in page
        assert "Fassung vom 22.11.2026" in page
        assert "Über jede Beschwerde entscheidet ein Mensch, nie ein Programm" in page
        assert "leserdialog@example.org" in page

    def test_it_speaks_of_newcomers_only_where_they_are_read_first(self, client, settings):
        sentence = "Beiträge neuer Leserinnen und Leser liest die Moderation"
        settings.MODERATION_HOLD_NEWCOMERS = False
        assert sentence not in client.get("/netiquette/").content.decode()
        settings.MODERATION_HOLD_NEWCOMERS = True
        assert f"Die ersten 2 {sentence}" in client.get("/netiquette/").content.decode()

    def test_a_version_to_come_says_from_when(self, client):
        edition = make_edition(
            "terms",
            held_since=timezone.now() + timedelta(days=9),
            text_de="## Neu\n\nKünftig.",
            is_significant=True,
            changes="Beiträge sind kürzer.",
        )
        page = client.get(edition.get_absolute_url()).content.decode()
        assert "Diese Fassung gilt ab" in page
        assert "Beiträge sind kürzer." in page
        assert "Künftig." in page
        now = client.get("/terms/").content.decode()
        assert "Künftig." not in now
        assert edition.get_absolute_url() in now

    def test_a_version_that_never_was_is_not_found(self, client):
        assert client.get("/netiquette/2020-01-01/").status_code == 404
        assert client.get("/netiquette/%00/").status_code == 404

    def test_machines_read_the_rules_too(self, client):
        told = client.get("/netiquette.json").json()
        assert told["version"] == "2026-11-22"
        attack = told["clauses"][1]
        assert attack["code"] == "personal_attack"
        assert attack["noun"] == {"de": "persönlicher Angriff", "en": "personal attack"}
        assert attack["url"] == f"{settings.SITE_URL}/netiquette/2026-11-22/#punkt-2"
        assert told["clauses"][0]["is_ground"] is False

    def test_every_page_leads_to_all_of_them(self, client):
        for address in ("/", "/account/signup/", "/nowhere/"):
            html = client.get(address).content.decode()
            foot = html[html.index('<footer class="foot">') :]
            for page in PAGES:
                assert f'href="/{page}/"' in foot, address

    def test_signing_up_says_what_one_agrees_to(self, client):
        html = client.get("/account/signup/").content.decode()
        assert "mindestens 16 Jahre alt" in html
        for page in ("netiquette", "terms", "privacy"):
            assert f'<a href="/{page}/">' in html


@pytest.mark.django_db
class SafeTextTests:
    @pytest.mark.parametrize(
        "hostile",
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](data:text/html,x)",
            '[x](/" onclick="alert(1))',
            "## <svg onload=alert(1)>",
            "# {site_name}",
            "<style>body{}</style>",
        ],
    )
    def test_nothing_that_an_admin_types_becomes_markup_of_its_own(self, settings, hostile):
        settings.SITE_NAME = "<b>*Bote*</b> [x](javascript:1)"
        html = pages.rendered(hostile)
        tags = set(re.findall(r"<(\w+)([^>]*)>", html))
        assert {name for name, _rest in tags} <= {"p", "h2", "h3", "a"}
        for _name, rest in tags:
            assert not re.search(r"javascript|data:|\son\w+=", rest)

    def test_headings_lists_and_links_do(self):
        html = pages.rendered(
            "## Titel\n\n- *eins*\n- [zwei](/terms/)\n\n[drei](mailto:a@b.example)"
        )
        assert "<h2>Titel</h2>" in html
        assert "<li><em>eins</em></li>" in html
        assert '<a href="/terms/" rel="noopener">zwei</a>' in html
        assert 'href="mailto:a@b.example"' in html

    def test_a_figure_stands_as_it_is_and_a_line_without_its_own_is_left_out(self, settings):
        settings.PUBLISHER_REGISTER = "HRB *7* [x](/y/)"
        settings.PUBLISHER_PHONE = ""
        html = pages.rendered("Register: {publisher_register}\n\nTelefon: {publisher_phone}")
        assert html.strip() == "<p>Register: HRB *7* [x](/y/)</p>"


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
class ShippedTextTests:
    @pytest.mark.parametrize("page", PAGES)
    def test_no_placeholder_and_no_mark_is_left(self, page, language):
        html = text_of(page, language)
        assert not re.search(r"[{}]|\*|##|\]\(|TODO|XXX|Lorem", html)
        assert len(html) > 500

    def test_every_link_leads_somewhere(self, client, alice, language):
        client.force_login(alice)
        texts = "".join(text_of(page, language) for page in PAGES)
        found = set(re.findall('href="(.*?)"', texts))
        assert len(found) > 8
        for link in found:
            if link.startswith("mailto:"):
                assert "@" in link
            elif not link.startswith(ELSEWHERE):
                assert client.get(link).status_code == 200, link

    def test_figures_are_those_the_code_works_with(self, settings, language):
        settings.FORUM_EDIT_WINDOW = timedelta(minutes=17)
        settings.NOTIFICATIONS_KEPT = timedelta(days=123)
        settings.MINIMUM_AGE = 18
        assert " 17 " in text_of("terms", language)
        assert " 18 " in text_of("terms", language)
        assert " 123 " in text_of("privacy", language)

    def test_drafts_go_when_the_text_says(self, settings, language):
        script = settings.BASE_DIR / "static/js/elements/reply-draft.js"
        assert "const KEPT = 30 * 86_400_000;" in script.read_text()
        assert re.search(r"\b30 (Tage|days)", text_of("privacy", language))

    def test_what_readers_do_themselves_is_a_link(self, language):
        assert 'href="/account/data/"' in text_of("privacy", language)
        for page in ("privacy", "terms"):
            assert 'href="/account/closing/"' in text_of(page, language)

    def test_both_languages_say_the_same_in_as_many_words(self, language):
        for page in PAGES:
            own, other = (shipped(page)[f"text_{one}"] for one in LANGUAGES)
            assert pages.FIGURE.findall(own) == pages.FIGURE.findall(other)
            assert own.count("\n") == other.count("\n")
            assert own.count("## ") == other.count("## ")

    def test_the_operator_is_named(self, settings, language):
        settings.PUBLISHER_NAME = "Verlag Ufer"
        settings.DISPUTE_BODIES = "Schlichtungsstelle Ufer"
        settings.SUPERVISORY_AUTHORITY = "Landesbeauftragte Ufer"
        settings.AUTHORITIES_EMAIL = "behoerden@ufer.example"
        assert "Verlag Ufer" in text_of("imprint", language)
        assert "Schlichtungsstelle Ufer" in text_of("terms", language)
        assert "Landesbeauftragte Ufer" in text_of("privacy", language)
        assert "behoerden@ufer.example" in text_of("contact", language)


class OperatorTests:
    def test_whoever_names_no_publisher_is_warned(self, settings):
        settings.PUBLISHER_NAME = ""
        settings.RESPONSIBLE_PERSON = ""
        found = run_checks(include_deployment_checks=True)
        told = " ".join(one.msg for one in found)
        assert "PUBLISHER_NAME is missing" in told
        assert "RESPONSIBLE_PERSON is missing" in told
        assert "PUBLISHER_ADDRESS" not in told
