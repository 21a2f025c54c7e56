"""Does a reader take his data with him and leave, in a real browser?"""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from accounts.tasks import prepare_next_export, tidy
from forum.tasks import see_off_departed
from tests.e2e.conftest import sign_in_by_form
from tests.factories import make_comment, make_discussion
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e


def give_password(page) -> None:
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
class LeavingTests:
    def test_a_reader_downloads_his_data_and_closes_the_account(
        self, visit, transactional_db, alice, bob, script
    ):
        discussion = make_discussion()
        comment = make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
        make_comment(discussion, bob, "Und der Wochenmarkt?", parent=comment)
        page = visit(script=script)
        sign_in_by_form(page, alice, PASSWORD)
        page.goto("/account/settings/")

        page.get_by_role("link", name="Eigene Daten herunterladen").click()
        page.get_by_role("button", name="Kopie anfordern").click()
        give_password(page)
        expect(page.get_by_text("Sie wird vorbereitet")).to_be_visible()
        prepare_next_export()
        page.reload()
        with page.expect_download() as download:
            page.get_by_role("link", name="Für Programme herunterladen (JSON)").click()
        assert re.fullmatch(r"meine-daten-\d{4}-\d\d-\d\d\.json", download.value.suggested_filename)
        copy = json.loads(Path(download.value.path()).read_text())
        assert copy["comments"][0]["revisions"][0]["body"] == "Endlich Ruhe am Ufer."

        page.goto("/account/settings/")
        page.get_by_role("link", name="Konto schließen").click()
        page.get_by_role("button", name="Konto schließen").click()
        expect(page.get_by_text("Bitte wählen Sie, was")).to_be_visible()
        page.get_by_label("Texte bleiben stehen, ohne Namen.").check()
        page.get_by_role("button", name="Konto schließen").click()
        expect(page.get_by_text("Ihr Konto wird am")).to_be_visible()
        page.get_by_role("button", name="Konto behalten").click()
        expect(page.get_by_text("Ihr Konto bleibt bestehen.")).to_be_visible()

        page.goto("/account/closing/")
        page.get_by_label("Texte bleiben stehen, ohne Namen.").check()
        page.get_by_role("button", name="Konto schließen").click()
        expect(page.get_by_text("Ihr Konto wird am")).to_be_visible()
        User.objects.filter(pk=alice.pk).update(closing_at=timezone.now() - timedelta(minutes=1))
        tidy()
        see_off_departed()

        page.goto(discussion.get_absolute_url())
        expect(page.get_by_role("link", name="Anmelden").first).to_be_visible()
        expect(page.locator("#discussion")).to_contain_text("Endlich Ruhe am Ufer.")
        expect(page.locator("#discussion")).to_contain_text("Gelöschtes Konto")
        expect(page.locator("body")).not_to_contain_text("Alice")
        sign_in_by_form(page, alice, PASSWORD)
        expect(page.get_by_text("E-Mail-Adresse oder Passwort stimmen nicht").first).to_be_visible()
