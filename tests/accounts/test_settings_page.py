"""What can a reader change about himself?"""

PAGE = "/account/settings/"


class SettingsPageTests:
    def test_it_shows_name_and_address_and_the_ways_on(self, client, alice):
        client.force_login(alice)
        page = client.get(PAGE).content.decode()

        assert "Alice" in page
        assert "alice@example.org" in page
        for path in ("email/", "password/change/", "2fa/", "sessions/", "logout/"):
            assert f'"/account/{path}"' in page
        assert '"/notifications/mails/"' in page

    def test_it_is_for_looking_only(self, client, alice):
        client.force_login(alice)
        assert client.post(PAGE, {"reply_mails": "on"}).status_code == 405

    def test_a_stranger_is_asked_to_sign_in_and_comes_back(self, client, db):
        assert client.get(PAGE).url == f"/account/login/?next={PAGE}"
