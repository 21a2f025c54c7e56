"""What does a reader see when something went wrong on our side?"""

import re
from datetime import datetime

import pytest
import structlog
from django.db import OperationalError
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import timezone

from config.errors import server_error
from tests.factories import make_comment, make_discussion
from tests.routes import address_of


@pytest.fixture
def failure():
    return RequestFactory().get("/articles/uferstrasse-7/")


class ServerErrorTests:
    def test_it_is_what_the_site_answers(self):
        assert get_resolver().resolve_error_handler(500) is server_error

    # No database is allowed in this test: it may be what failed.
    def test_it_says_so_names_the_paper_and_the_number_in_the_log(self, failure, settings):
        settings.SITE_NAME = "Auenbote"
        with structlog.contextvars.bound_contextvars(request_id="4711-abc"):
            response = server_error(failure)
        page = response.content.decode()
        assert response.status_code == 500
        assert "Bei uns ist etwas schiefgegangen" in page
        assert "Auenbote" in page
        assert "Nummer dieses Fehlers: 4711-abc" in page
        assert "Anmelden" not in page

    def test_without_a_number_it_invents_none(self, failure):
        assert "Nummer" not in server_error(failure).content.decode()

    def test_it_asks_for_no_list_of_hashed_files(self, failure, settings):
        settings.STORAGES = settings.STORAGES | {
            "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
        }
        assert 'href="/static/css/tokens.css"' in server_error(failure).content.decode()

    def test_when_the_database_is_away_it_says_when_to_come_back(self, client, monkeypatch):
        def away(request):
            raise OperationalError

        monkeypatch.setattr("config.middleware._is_text", away)
        client.raise_request_exception = False
        response = client.post("/account/login/", {"login": "a"})
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "60"
        assert "Wir sind gleich wieder da" in response.content.decode()

    @pytest.mark.parametrize(
        ("method", "front_keeps", "is_led"),
        [("GET", True, True), ("HEAD", True, True), ("POST", True, False), ("GET", False, False)],
    )
    def test_a_front_that_keeps_pages_shows_them_then(self, method, front_keeps, is_led):
        headers = {"x-front-keeps": "yes"} if front_keeps else {}
        request = RequestFactory().generic(method, "/", headers=headers)
        try:
            raise OperationalError
        except OperationalError:
            response = server_error(request)
        assert response.status_code == 503
        assert response.headers.get("X-Accel-Redirect") == ("@kept" if is_led else None)

    def away(self, client, monkeypatch, **headers):
        def fail(request):
            raise OperationalError

        monkeypatch.setattr("config.middleware._is_text", fail)
        client.raise_request_exception = False
        sent = {"body": "Ein <langer> Text.", "submission_id": "4711", "password": "geheim"}
        return client.post("/discussions/7/comments/", sent, headers=headers).content.decode()

    def test_what_was_written_stands_on_the_page_to_be_sent_again(self, client, monkeypatch):
        page = self.away(client, monkeypatch, origin="http://testserver")
        assert 'name="body" rows="10">Ein &lt;langer&gt; Text.</textarea>' in page
        assert '<form method="post" action="/discussions/7/comments/">' in page
        assert '<input type="hidden" name="submission_id" value="4711">' in page
        assert "csrfmiddlewaretoken" in page
        assert "Noch einmal senden" in page
        assert "geheim" not in page

    def test_nothing_is_sent_again_in_the_name_of_whom_another_site_has_led_here(
        self, client, monkeypatch
    ):
        page = self.away(client, monkeypatch, origin="https://evil.example")
        assert "<form" not in page
        assert "readonly" in page

    def test_a_box_gets_a_box_with_its_text(self, client, monkeypatch):
        headers = {"origin": "http://testserver", "hx-request": "true"}
        page = self.away(client, monkeypatch, **headers)
        assert page.startswith("<write-box")
        assert "Ein &lt;langer&gt; Text." in page


@pytest.mark.django_db
class AsOfTests:
    """While the site is away a front shows what it has kept: readers see of when that is."""

    def test_pages_that_may_be_kept_say_when_they_were_made(self, client):
        discussion = make_discussion()
        for address in ("/", discussion.get_absolute_url()):
            page = client.get(address).content.decode()
            made = re.search(r'<time class="foot__made" datetime="([^"]+)"', page)
            assert made, address
            assert (timezone.now() - datetime.fromisoformat(made[1])).total_seconds() < 120
            assert "Stand: " in page, address

    def test_pages_that_nobody_keeps_need_not(self, client):
        assert "foot__made" not in client.get("/account/login/").content.decode()


@pytest.mark.django_db
class WayOnTests:
    """Each says what happened and leads somewhere, in the site's dress."""

    @pytest.mark.parametrize(
        ("address", "status", "said"),
        [
            ("/nowhere/", 404, "Diese Seite gibt es nicht"),
            ("/?older=abc", 400, "Diese Adresse führt auf keine Seite"),
            ("/" + "a" * 5_000, 414, "Bitte kürzen Sie sie"),
            ("/account/logout-of/", 404, "Diese Seite gibt es nicht"),
        ],
    )
    def test_what_was_asked_for_is_not_there(self, client, address, status, said):
        response = client.get(address)
        page = response.content.decode()
        assert response.status_code == status
        assert said in page
        assert '<a class="button" href="/">Zur Startseite</a>' in page

    def test_a_front_may_say_for_a_second_that_nothing_is_there(self, client, settings):
        assert client.get("/nowhere/").headers["Cache-Control"] == "public, max-age=0, s-maxage=1"
        assert client.get("/nowhere/").headers["X-Robots-Tag"] == "noindex"
        for private in (client.post("/nowhere/"), client.get("/?older=abc")):
            assert private.headers["Cache-Control"] == "private, no-store"
        client.cookies[settings.SESSION_COOKIE_NAME] = "abgelaufen"
        assert client.get("/nowhere/").headers["Cache-Control"] == "private, no-store"

    def test_what_is_gone_may_come_back_within_a_second(self, client, alice):
        comment = make_comment(make_discussion(), alice, status="removed")
        response = client.get(comment.get_absolute_url())
        assert response.status_code == 410
        assert response.headers["Cache-Control"] == "public, max-age=0, s-maxage=1"

    def test_going_back_to_the_address_of_a_form(self, client, paper):
        where = "comments/<pk>/recommendation/withdrawal/"
        response = client.get(address_of(where, "forum:recommendation_withdrawal", paper))
        page = response.content.decode()
        assert response.status_code == 405
        assert "POST" in response.headers["Allow"]
        assert "Diese Seite lässt sich so nicht öffnen" in page
        assert "Zur Startseite" in page

    def test_a_stranger_may_not_and_is_offered_to_sign_in(self, client):
        response = client.get("/moderation/")
        page = response.content.decode()
        assert response.status_code == 403
        assert "Anmelden" in page
        assert "Zur Startseite" in page
