"""Can administrators give roles, and never become somebody else?"""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from accounts.models import User
from tests import people
from tests.accounts.test_sessions import is_signed_in, signed_in
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/accounts/user/"
FACTORS = "/admin/mfa/authenticator/"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def chief(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def factor(mona) -> Authenticator:
    return Authenticator.objects.create(user=mona, type="totp", data={"secret": SECRET})


class SigningInAsOthersTests:
    def test_no_address_of_anybody_is_added_or_confirmed(self, chief, mona):
        stranger = {"user": mona.pk, "email": "fremd@example.org", "verified": "on"}
        assert chief.post("/admin/account/emailaddress/add/", stranger).status_code == 404
        assert not EmailAddress.objects.filter(email="fremd@example.org").exists()

    def test_a_second_factor_is_taken_away_and_never_shown(self, chief, factor):
        for path in (FACTORS, f"{FACTORS}{factor.pk}/change/"):
            page = chief.get(path)
            assert page.status_code == 200
            assert SECRET not in page.content.decode()
        path = f"{FACTORS}{factor.pk}/delete/"
        asked = chief.post(path, {"post": "yes"})
        assert asked.url.startswith("/account/reauthenticate/")
        at_once = {"action": "delete_selected", "_selected_action": [factor.pk], "post": "yes"}
        chief.post(FACTORS, at_once)
        assert Authenticator.objects.exists()

        chief.post("/account/reauthenticate/", {"password": people.PASSWORD})
        assert chief.post(path, {"post": "yes"}).status_code == 302
        assert not Authenticator.objects.exists()

    def test_a_second_factor_is_neither_given_nor_changed(self, chief, mona, factor):
        given = {"user": mona.pk, "type": "totp", "data": "{}"}
        assert chief.post(f"{FACTORS}add/", given).status_code == 403
        chief.post(f"{FACTORS}{factor.pk}/change/", given)
        factor.refresh_from_db()
        assert factor.data == {"secret": SECRET}

    @pytest.mark.parametrize("model", ["usersessions/usersession", "auth/group"])
    def test_sessions_and_what_a_role_may_do_are_not_here(self, chief, model):
        assert chief.get(f"/admin/{model}/").status_code == 404


class LookingUpTests:
    def test_no_address_is_shown_or_searched_for(self, chief, bob):
        for path in (f"{PEOPLE}{bob.pk}/change/", f"{PEOPLE}?q=bob", f"{PEOPLE}?q=@example.org"):
            assert bob.email not in chief.get(path).content.decode()
        assert list(chief.get(f"{PEOPLE}?q=@example.org").context["cl"].queryset) == []
        for guessed in ("email__startswith=b", "password__startswith=a", "emailaddress__email=b"):
            assert chief.get(f"{PEOPLE}?{guessed}").status_code == 400
        for filtered in ("groups__id__exact=1", "is_staff__exact=1", "standing__exact=regular"):
            assert chief.get(f"{PEOPLE}?{filtered}").status_code == 200

    def test_nobody_learns_the_slug_of_a_draft_by_its_number(self, client, anna, admin):
        draft = ArticleFactory(state="draft", slug="geheime-plaene")
        kind = ContentType.objects.get_for_model(draft)
        for person in (anna, admin):
            client.force_login(person)
            assert client.get(f"/admin/r/{kind.pk}/{draft.pk}/").status_code == 404
        page = client.get(f"/admin/articles/article/{draft.pk}/change/").content.decode()
        assert f'href="{draft.get_absolute_url()}"' in page


class RoleTests:
    def fields(self, person: User, role: str) -> dict[str, object]:
        group = Group.objects.get(name=role).pk
        shown = {"name": person.name, "standing": "regular", "is_active": "on", "is_staff": "on"}
        return shown | {"groups": [group], "reason": "Sie vertritt Max bis März."}

    def test_a_role_is_given(self, chief, mona):
        path = f"{PEOPLE}{mona.pk}/change/"
        assert chief.post(path, self.fields(mona, "senior moderator")).status_code == 302
        assert mona.groups.get().name == "senior moderator"

    def test_whom_an_admin_made_one_gives_roles_too(self, client, mona):
        client.force_login(people.person("Beate", role="admin"))
        path = f"{PEOPLE}{mona.pk}/change/"
        assert client.post(path, self.fields(mona, "senior moderator")).status_code == 302
        assert mona.groups.get().name == "senior moderator"

    def test_with_a_reason_that_stands_in_its_history(self, chief, mona):
        path = f"{PEOPLE}{mona.pk}/change/"
        sent = self.fields(mona, "senior moderator")
        assert "reason" in chief.post(path, sent | {"reason": " "}).context["adminform"].errors
        assert mona.groups.get().name == "moderator"
        chief.post(path, sent)
        assert sent["reason"] in chief.get(f"{PEOPLE}{mona.pk}/history/").content.decode()

    def test_what_a_role_allowed_ends_everywhere_with_it(self, chief, mona):
        device = signed_in(mona)
        path, sent = f"{PEOPLE}{mona.pk}/change/", self.fields(mona, "senior moderator")
        chief.post(path, self.fields(mona, "moderator") | {"standing": "trusted"})
        assert is_signed_in(device)  # the standing is no role

        chief.post(path, sent)
        assert not is_signed_in(device)

    def test_an_account_that_is_let_in_again_needs_its_password_again(self, chief, mona):
        device = signed_in(mona)
        path, sent = f"{PEOPLE}{mona.pk}/change/", self.fields(mona, "moderator")
        chief.post(path, {key: value for key, value in sent.items() if key != "is_active"})
        chief.post(path, sent)
        assert User.objects.get(pk=mona.pk).is_active
        assert not is_signed_in(device)

    def test_somebody_is_signed_out_everywhere(self, chief, bob, alice):
        stolen, other = signed_in(bob), signed_in(alice)
        chief.post(PEOPLE, {"action": "sign_out", "_selected_action": [bob.pk]})
        assert not is_signed_in(stolen)
        assert is_signed_in(other)
        history = chief.get(f"{PEOPLE}{bob.pk}/history/").content.decode()
        assert "Überall abgemeldet" in history

    def test_nobody_gives_himself_one(self, chief, admin):
        chief.post(f"{PEOPLE}{admin.pk}/change/", self.fields(admin, "senior moderator"))
        assert admin.groups.get().name == "admin"

    def test_the_password_is_changed_where_everybody_changes_it(self, chief):
        answer = chief.get("/admin/password_change/")
        assert answer.headers["Location"] == "/account/password/change/"
