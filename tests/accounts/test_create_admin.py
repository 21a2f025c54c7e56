"""How does the first administrator come in?"""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User

EMAIL = "chefin@example.org"


@pytest.fixture(autouse=True)
def password(monkeypatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "Ein Boot ohne Ruder")


@pytest.mark.django_db
class CreateAdminTests:
    def test_the_new_administrator_can_sign_in(self, client, capsys):
        call_command("create_admin", EMAIL, "Redaktion")

        chief = User.objects.get()
        assert (chief.is_staff, chief.is_superuser) == (True, True)
        assert [group.name for group in chief.groups.all()] == ["admin"]
        client.post("/account/login/", {"login": EMAIL, "password": "Ein Boot ohne Ruder"})
        assert client.get("/account/settings/").status_code == 200
        assert "administrator" in capsys.readouterr().out

    def test_running_it_again_promotes_who_is_there(self, alice):
        call_command("create_admin", alice.email, "Alice")
        call_command("create_admin", alice.email, "Alice")

        alice.refresh_from_db()
        assert alice.is_superuser
        assert User.objects.count() == 1

    def test_a_readers_name_is_not_given_twice(self, alice):
        with pytest.raises(CommandError, match="looks the same"):
            call_command("create_admin", EMAIL, "A1ice")

    @pytest.mark.parametrize("password", ["kurz", "password1234"])
    def test_a_poor_password_is_refused(self, monkeypatch, password):
        monkeypatch.setenv("ADMIN_PASSWORD", password)
        with pytest.raises(CommandError, match="Passwort"):
            call_command("create_admin", EMAIL, "Chefin")
        assert not User.objects.exists()

    def test_no_address_no_account(self):
        with pytest.raises(CommandError):
            call_command("create_admin", "chefin", "Chefin")
