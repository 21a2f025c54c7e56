"""How does a reader get another public name, and who may have the former one?"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import FormerName, User
from accounts.renaming import is_taken, rename
from accounts.upkeep import tidy
from tests.factories import make_comment, make_discussion
from tests.people import person

PAGE = "/account/name/"


def days_from_now(days: int):
    return time_machine.travel(timezone.now() + timedelta(days=days, minutes=1), tick=False)


class RenameTests:
    def test_alice_gets_another_name(self, alice):
        rename(alice, name="  Alina   Weber ")

        alice.refresh_from_db()
        assert alice.name == "Alina Weber"
        assert alice.renamed_at

    def test_she_keeps_it_for_thirty_days_and_is_told_the_date(self, alice):
        rename(alice, name="Alina")
        with days_from_now(29), pytest.raises(PermissionDenied, match="Sie können ihn ab"):
            rename(alice, name="Alma")
        with days_from_now(30):
            assert rename(alice, name="Alma").name == "Alma"

    def test_the_former_name_stays_hers_for_a_year(self, alice, bob):
        rename(alice, name="Alina")

        assert is_taken("Alice")
        assert is_taken("A1ice")
        with pytest.raises(ValidationError, match="Jemand heißt hier schon so"):
            rename(bob, name="Alice")
        assert tidy()["former_names"] == 0
        with days_from_now(366):
            assert tidy()["former_names"] == 1
            assert rename(bob, name="Alice").name == "Alice"

    def test_she_may_take_it_back(self, alice):
        rename(alice, name="Alina")
        with days_from_now(31):
            rename(alice, name="Alice")

        assert is_taken("Alina")
        assert FormerName.objects.count() == 1

    def test_capitals_can_be_mended_and_leave_nothing_behind(self, alice):
        rename(alice, name="ALICE")

        assert not FormerName.objects.exists()

    @pytest.mark.parametrize("name", ["", "K", "x" * 41, "Redaktion", "R\u0435daktion", "a\u200bb"])
    def test_an_impossible_name_is_refused_like_at_sign_up(self, alice, name):
        with pytest.raises(ValidationError, match="Dieser Name ist nicht möglich"):
            rename(alice, name=name)

    def test_a_name_that_looks_like_another_readers_is_refused(self, alice, bob):
        with pytest.raises(ValidationError, match="Jemand heißt hier schon so"):
            rename(alice, name="B0b")

    def test_the_same_name_costs_no_month(self, alice):
        with pytest.raises(ValidationError, match="So heißen Sie schon"):
            rename(alice, name="Alice")
        alice.refresh_from_db()
        assert alice.renamed_at is None

    def test_a_name_taken_a_moment_ago_is_refused_not_an_error(self, alice, bob, monkeypatch):
        monkeypatch.setattr("accounts.renaming.is_taken", lambda *_names, **_who: False)
        with pytest.raises(ValidationError, match="Jemand heißt hier schon so"):
            rename(alice, name="Bob")

    def test_eve_is_suspended_and_keeps_her_name(self, eve):
        with pytest.raises(PermissionDenied):
            rename(eve, name="Evelin")

    def test_a_colleagues_name_is_the_administrators_business(self, mona):
        with pytest.raises(PermissionDenied, match="Administration"):
            rename(mona, name="Monika")


class RenamePageTests:
    def test_the_settings_lead_there_and_the_page_changes_it(self, client, alice):
        client.force_login(alice)
        assert f'"{PAGE}"' in client.get("/account/settings/").content.decode()
        answer = client.post(PAGE, {"name": "Alina"}, follow=True)

        assert "Ihr öffentlicher Name ist geändert." in answer.content.decode()
        assert User.objects.get().name == "Alina"

    def test_a_refused_name_stays_in_the_form_with_the_reason(self, client, alice, bob):
        client.force_login(alice)
        answer = client.post(PAGE, {"name": "B0b"})

        assert answer.status_code == 422
        assert 'value="B0b"' in answer.content.decode()
        assert "Jemand heißt hier schon so" in answer.content.decode()

    @pytest.mark.parametrize("name", ["Ali\x00na", "x" * 100_000, "\u202eecila"])
    def test_whatever_is_sent_is_answered(self, client, alice, name):
        client.force_login(alice)

        assert client.post(PAGE, {"name": name}).status_code == 422

    def test_within_thirty_days_it_says_from_when_instead_of_the_form(self, client, alice):
        rename(alice, name="Alina")
        client.force_login(User.objects.get())
        page = client.get(PAGE).content.decode()

        assert "Sie haben Ihren Namen am" in page
        assert 'name="name"' not in page
        assert client.post(PAGE, {"name": "Alma"}).status_code == 403

    def test_a_stranger_is_asked_to_sign_in(self, client, db):
        assert client.get(PAGE).url == f"/account/login/?next={PAGE}"


class RenamedReaderTests:
    def test_comments_show_the_new_name_within_a_minute(self, client, alice):
        """Kept threads, and pages that a browser or a cache in front asks about."""
        discussion = make_discussion()
        make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
        with time_machine.travel(timezone.now(), tick=False) as clock:
            before = client.get(discussion.get_absolute_url())
            rename(alice, name="Alina Weber")
            clock.shift(61)
            after = client.get(
                discussion.get_absolute_url(), headers={"If-None-Match": before["ETag"]}
            )

        assert "Alice" in before.content.decode()
        assert after.status_code == 200
        assert "Alina Weber" in after.content.decode()
        assert "Alice" not in after.content.decode()

    def test_the_former_page_does_not_tell_the_new_name(self, client, alice):
        rename(alice, name="Alina")

        assert client.get("/readers/Alice/").status_code == 404
        assert client.get("/readers/Alina/").status_code == 200

    def test_nobody_signs_up_under_the_former_name(self, client, alice):
        rename(alice, name="Alina")
        karla = {"email": "karla@example.org", "password1": "Ein Steg im Schilf"}
        answer = client.post("/account/signup/", karla | {"name": "Alice"})

        assert answer.status_code == 422
        assert "Jemand heißt hier schon so" in answer.content.decode()


class ColleaguesNameTests:
    def url(self, person: User) -> str:
        return f"/admin/accounts/user/{person.pk}/change/"

    def fields(self, person: User, name: str) -> dict[str, Any]:
        kept = {"standing": "regular", "is_active": "on", "is_staff": "on"}
        return kept | {"name": name, "groups": [group.pk for group in person.groups.all()]}

    def test_an_administrator_changes_it_without_waiting(self, client, admin, mona):
        client.force_login(admin)
        for name in ("Monika", "Mona Lindner"):
            assert client.post(self.url(mona), self.fields(mona, name)).status_code == 302
            mona.refresh_from_db()
            assert mona.name == name
        assert is_taken("Mona")

    def test_the_same_name_typed_another_way_changes_nothing(self, client, admin):
        colleague = person("Mona Maier", role="moderator")
        client.force_login(admin)
        fields = self.fields(colleague, "Mona  Maier")
        answer = client.post(self.url(colleague), fields)
        assert answer.status_code == 302
        colleague.refresh_from_db()
        assert colleague.name == "Mona Maier"
        assert not FormerName.objects.exists()

    def test_it_is_checked_like_any_other(self, client, admin, mona, alice):
        client.force_login(admin)
        for name in ("A1ice", "Redaktion"):
            answer = client.post(self.url(mona), self.fields(mona, name))
            assert "Dieser Name ist nicht möglich" in answer.content.decode()

    def test_readers_names_are_their_own_business(self, client, admin, alice):
        client.force_login(admin)
        client.post(self.url(alice), {"name": "Schaf", "standing": "regular", "is_active": "on"})
        alice.refresh_from_db()
        assert alice.name == "Alice"
