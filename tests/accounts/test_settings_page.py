"""What can a reader change about himself?"""

from django.core import mail

PAGE = "/account/settings/"


class ReplyMailsTests:
    def test_alice_agrees_to_reply_mails_and_the_time_is_kept(self, client, alice):
        client.force_login(alice)
        answer = client.post(PAGE, {"reply_mails": "on"}, follow=True)

        alice.refresh_from_db()
        agreed = alice.reply_mail_agreed_at
        assert agreed
        assert "Gespeichert." in answer.content.decode()
        client.post(PAGE, {"reply_mails": "on"})
        alice.refresh_from_db()
        assert alice.reply_mail_agreed_at == agreed

    def test_she_takes_it_back(self, client, alice):
        client.force_login(alice)
        client.post(PAGE, {"reply_mails": "on"})
        client.post(PAGE, {})

        alice.refresh_from_db()
        assert alice.reply_mail_agreed_at is None

    def test_looking_changes_nothing(self, client, alice):
        client.force_login(alice)
        page = client.get(f"{PAGE}?reply_mails=on").content.decode()

        alice.refresh_from_db()
        assert alice.reply_mail_agreed_at is None
        assert "checked" not in page
        assert not mail.outbox


class SettingsPageTests:
    def test_it_shows_name_and_address_and_the_ways_on(self, client, alice):
        client.force_login(alice)
        page = client.get(PAGE).content.decode()

        assert "Alice" in page
        assert "alice@example.org" in page
        for path in ("email/", "password/change/", "2fa/", "sessions/", "logout/"):
            assert f'"/account/{path}"' in page

    def test_a_stranger_is_asked_to_sign_in_and_comes_back(self, client, db):
        assert client.get(PAGE).url == f"/account/login/?next={PAGE}"
