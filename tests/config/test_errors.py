"""What does a reader see when something went wrong on our side?"""

import pytest
import structlog
from django.test import RequestFactory
from django.urls import get_resolver

from config.errors import server_error


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
