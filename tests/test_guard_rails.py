"""Does every answer carry what protects the reader, and is every unsound request refused?"""

import io
import json
import logging
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisGone

from config import operators
from config.logs import without_secrets
from notifications.models import Kind, Mail
from tests.routes import address_of, routes

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Frame-Options": "DENY",
}
POLICY = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
]


def assert_dressed(response, where: str) -> None:
    for name, value in HEADERS.items():
        assert response.headers.get(name) == value, (where, name)
    assert "camera=()" in response.headers["Permissions-Policy"], where
    policy = response.headers["Content-Security-Policy"]
    assert all(part in policy for part in POLICY), (where, policy)
    assert "unsafe" not in policy, where
    assert response.headers["Cache-Control"], where


@pytest.mark.django_db
class HeaderTests:
    def test_every_address_is_dressed_for_everybody(self, client, paper, alice, mona):
        for person in (None, alice, mona):
            client.logout()
            if person:
                client.force_login(person)
            for where, name, _pattern in routes():
                if where.startswith(("admin/", "^media", "^static")):
                    continue
                response = client.get(address_of(where, name, paper))
                assert_dressed(response, where)
                if person:
                    assert "no-store" in response.headers["Cache-Control"], where
                elif "public" in response.headers["Cache-Control"]:
                    assert not response.cookies, where
                    assert "Cookie" not in response.headers.get("Vary", ""), where

    def test_so_are_errors_and_static_files(self, client):
        client.raise_request_exception = False
        assert_dressed(client.get("/nowhere/"), "404")
        assert_dressed(client.get("/static/css/tokens.css"), "static")
        assert_dressed(client.get("/", headers={"host": "evil.example"}), "400")

    def test_so_is_a_page_that_broke(self, client, monkeypatch):
        def broken(request):
            raise RuntimeError("broken on purpose")

        monkeypatch.setattr("config.middleware._is_text", broken)
        client.raise_request_exception = False
        response = client.post("/account/login/", {"login": "a"})
        assert response.status_code == 500
        assert_dressed(response, "500")

    def test_strangers_get_no_cookie_while_they_read(self, client, paper):
        for address in ("/", address_of("articles/<slug>-<pk>/", "forum:article", paper)):
            assert not client.get(address).cookies


@pytest.mark.django_db
class SoundRequestTests:
    def test_b3_a_body_of_ten_megabytes_is_refused(self, client):
        response = client.post("/account/login/", {"login": "a" * 10_000_000})
        assert response.status_code == 413
        assert "Das ist zu groß." in response.content.decode()

    def test_b4_bytes_that_are_no_text_are_refused(self, client):
        response = client.post(
            "/account/login/", b"login=%ff", content_type="application/x-www-form-urlencoded"
        )
        assert response.status_code == 400
        assert "kein gültiger Text" in (html := response.content.decode())
        assert "versuchen Sie es noch" in html

    def test_b38_a_foreign_host_is_refused(self, client):
        assert client.get("/", headers={"host": "evil.example"}).status_code == 400

    def test_b38_a_forwarded_host_changes_nothing(self, client):
        response = client.get("/account/login/", headers={"x-forwarded-host": "evil.example"})
        assert "evil.example" not in response.content.decode()

    @pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
    def test_b50_an_unknown_method_names_the_known_ones(self, client, method):
        response = getattr(client, method)("/")
        assert response.status_code == 405
        assert "GET" in response.headers["Allow"]

    def test_b50_head_is_get_without_a_body(self, client):
        response = client.head("/")
        assert response.status_code == 200
        assert response.content == b""

    @pytest.mark.parametrize(
        "path",
        [
            "/../etc/passwd",
            "/%00",
            "/%2e%2e/",
            "/articles/;/",
            "/%ff%fe/",
            "/comments/%00/",
            "/readers/%00/",
            "/topics/%ff/",
            "/comments/99999999999999999999/",
        ],
    )
    def test_b51_odd_paths_are_not_found(self, client, path):
        assert client.get(path).status_code in {400, 404}

    def test_b51_a_path_of_8_kb_is_too_long(self, client):
        assert client.get("/" + "a" * 8_192).status_code == 414


@pytest.mark.django_db
class HealthTests:
    def test_ready_while_everything_runs(self, client):
        response = client.get("/health/ready")
        assert response.status_code == 200
        assert response.json() == {"ready": True, "missing": []}

    def test_without_redis_it_is_ready_and_says_what_is_missing(self, client, monkeypatch):
        class Gone:
            def get(self, key):
                raise RedisGone

        monkeypatch.setattr(operators, "caches", {"pages": Gone()})
        response = client.get("/health/ready")
        assert response.status_code == 200
        assert response.json()["missing"] == ["redis"]

    def test_without_postgresql_it_is_not_ready(self, client, monkeypatch):
        def gone():
            raise OperationalError

        monkeypatch.setattr(operators, "_oldest_screening_seconds", gone)
        response = client.get("/health/ready")
        assert response.status_code == 503
        assert "postgresql" in response.json()["missing"]

    def test_a_mail_that_does_not_leave_is_told_too(self, client, alice):
        mail = Mail.objects.create(recipient=alice, kind=Kind.DECISION)
        assert client.get("/health/ready").json()["missing"] == []
        Mail.objects.update(not_before=timezone.now() - timedelta(minutes=2))
        response = client.get("/health/ready")
        assert response.status_code == 200
        assert response.json()["missing"] == ["mail"]
        Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
        assert client.get("/health/ready").json()["missing"] == []

    def test_metrics_are_for_this_machine_alone(self, settings):
        assert "forum_screenings_waiting 0.0" in Client().get("/metrics").content.decode()
        assert Client(REMOTE_ADDR="203.0.113.9").get("/metrics").status_code == 404
        settings.TRUSTED_PROXIES = ["127.0.0.1"]
        behind_a_proxy = Client(headers={"x-forwarded-for": "203.0.113.9"})
        assert behind_a_proxy.get("/metrics").status_code == 404


class LogTests:
    def test_addresses_are_logged_without_search_words_and_keys(self):
        event = {"request": "GET /search/?q=krank", "ip": "203.0.113.9", "user_agent": "x"}
        assert without_secrets(None, "info", event) == {"request": "GET /search/"}
        event = {"request": "POST /unsubscribe/c2VjcmV0/"}
        assert without_secrets(None, "info", event) == {"request": "POST /unsubscribe/…/"}

    @pytest.mark.django_db
    def test_no_line_holds_a_readers_text_or_address(self, client, paper, alice, monkeypatch):
        written = io.StringIO()
        handlers = [h for h in logging.getLogger().handlers if h.name == "stdout"]
        monkeypatch.setattr(handlers[0], "stream", written)
        client.force_login(alice)
        client.post(
            address_of("discussions/<pk>/comments/", "forum:write", paper),
            {"body": "Geheimnisvoll rauscht der Inn."},
        )
        client.get("/notifications/?q=geheim")
        lines = written.getvalue().splitlines()
        assert [json.loads(line)["event"] for line in lines].count("request_finished") == 2
        for line in lines:
            assert "Geheimnisvoll" not in line
            assert "geheim" not in line
            assert alice.email not in line
