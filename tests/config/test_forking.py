"""Does the web server start with the application loaded?"""

import logging
import subprocess
import sys

import pytest
from django.db import DatabaseError
from django.test import override_settings

from config import forking
from tests.factories import make_comment, make_discussion


def test_what_granian_takes_reaches_it_once_everything_is_loaded():
    command = [sys.executable, "-X", "importtime", "-m", "config.forking", "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-500:]
    assert run.stdout.startswith("python -m config.forking 2.")
    for module in ("config.wsgi", "forum.views.pages", "notifications.views"):
        assert module in run.stderr


@pytest.mark.django_db
class WarmUpTests:
    @pytest.fixture
    def asked(self, monkeypatch) -> list[dict]:
        asked: list[dict] = []

        def application(environ, _start_response):
            asked.append(environ)
            return [b""]

        monkeypatch.setattr(forking, "application", application)
        # The test's own connection stays open.
        monkeypatch.setattr(forking.connections, "close_all", lambda: None)
        return asked

    @override_settings(SITE_URL="https://zeitung.example:8443")
    def test_asks_for_what_readers_ask_for_most(self, asked, alice):
        comment = make_comment(make_discussion(), alice)
        forking.warm_up()
        expected = ["/", comment.discussion.get_absolute_url(), comment.get_absolute_url()]
        assert [environ["PATH_INFO"] for environ in asked] == expected
        assert {environ["HTTP_HOST"] for environ in asked} == {"zeitung.example:8443"}
        assert {environ["wsgi.url_scheme"] for environ in asked} == {"https"}

    def test_empty_site_has_a_front_page(self, asked):
        forking.warm_up()
        assert [environ["PATH_INFO"] for environ in asked] == ["/"]

    def test_starts_without_its_database_as_well(self, asked, monkeypatch):
        def away(*_: object) -> None:
            raise DatabaseError

        monkeypatch.setattr(forking.Comment.objects, "published", away)
        forking.warm_up()
        assert asked == []
        assert logging.root.manager.disable == logging.NOTSET
