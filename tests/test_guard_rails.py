"""Do operators learn what is missing, and does no log line tell about readers?"""

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
from moderation.models import Screening
from notifications.models import Kind, Mail
from tests.factories import make_comment, make_discussion
from tests.metrics import counter
from tests.routes import address_of


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

    def test_a_text_that_no_worker_reads_is_told_after_a_minute(self, client, alice, time_machine):
        make_comment(make_discussion(), alice, status="pending")
        queued = Screening.objects.get().queued_at
        for seconds, missing in ((59, []), (62, ["worker"])):
            time_machine.move_to(queued + timedelta(seconds=seconds), tick=False)
            response = client.get("/health/ready")
            assert (response.status_code, response.json()["missing"]) == (200, missing)
            assert counter(client, "screening_oldest_seconds") == seconds

    def test_what_was_given_up_on_and_what_is_late_is_counted(self, client, alice):
        long_ago = timezone.now() - timedelta(minutes=2)
        for _number in range(2):
            make_comment(make_discussion(), alice, status="pending")
        Screening.objects.update(set_aside_at=long_ago)
        for aside in (None, None, None, long_ago):
            Mail.objects.create(
                recipient=alice, kind=Kind.DECISION, not_before=long_ago, set_aside_at=aside
            )
        assert counter(client, "screenings_set_aside") == 2
        assert counter(client, "screenings_waiting") == 0
        assert counter(client, "mails_overdue") == 3
        assert counter(client, "mails_set_aside") == 1

    def test_metrics_are_for_this_machine_alone(self, settings):
        assert "forum_screenings_waiting 0.0" in Client().get("/metrics").content.decode()
        assert Client(REMOTE_ADDR="203.0.113.9").get("/metrics").status_code == 404
        for trusted in ([], ["127.0.0.1"]):
            settings.TRUSTED_PROXIES = trusted
            for address in ("203.0.113.9", "127.0.0.1"):
                behind_a_proxy = Client(headers={"x-forwarded-for": address})
                assert behind_a_proxy.get("/metrics").status_code == 404


class LogTests:
    def test_addresses_are_logged_without_search_words_and_keys(self):
        event = {"request": "GET /search/?q=krank", "ip": "203.0.113.9", "user_agent": "x"}
        assert without_secrets(None, "info", event) == {"request": "GET /search/"}
        event = {"request": "POST /unsubscribe/c2VjcmV0/"}
        assert without_secrets(None, "info", event) == {"request": "POST /unsubscribe/…/"}

    @pytest.mark.parametrize("name", ["alice", "Karla Grün", "@alice?"])
    def test_nor_with_names_of_readers(self, name):
        for before, behind in (("GET /readers/", "/mute/"), ("GET /moderation/readers/", "/")):
            event = {"request": f"{before}{name}{behind}"}
            told = without_secrets(None, "info", event)["request"]
            assert told.startswith(f"{before}…")
            assert name not in told

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
