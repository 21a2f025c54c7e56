"""Does the log keep to itself what readers have entrusted to us?"""

import json
import logging
import smtplib

import pytest
import structlog
from django.db import IntegrityError

from config.logs import LOGGING, without_persons


def logged(error: Exception) -> str:
    """The line that a failure leaves."""
    try:
        raise error
    except type(error) as raised:
        details = (type(raised), raised, raised.__traceback__)
    return formatted("failed", exc_info=details)


def formatted(event: str, **fields: object) -> str:
    """As the site's handler writes it."""
    options = dict(LOGGING["formatters"]["json"])
    formatter = options.pop("()")(**options)
    return formatter.format(logging.makeLogRecord({"name": "site", "msg": event} | fields))


class FailureTests:
    def test_the_address_a_mail_server_refuses_is_cut_out(self):
        line = logged(smtplib.SMTPRecipientsRefused({"karla@example.org": (550, b"no such user")}))
        assert "karla" not in line
        assert "SMTPRecipientsRefused" in json.loads(line)["exception"]

    def test_the_values_of_a_row_the_database_refuses_are_too(self):
        line = logged(
            IntegrityError(
                "null value in column\nDETAIL:  Failing row contains (7, Ich wohne in der Au 3)."
            )
        )
        assert "wohne" not in line
        assert "null value in column" in line

    def test_so_are_they_where_celery_tells_of_the_failure(self):
        told = {"event": "Task raised: SMTPRecipientsRefused({'karla@example.org': …})"}
        told["error"] = "{'karla@example.org': (550, b'no such user')}"
        assert "karla" not in str(without_persons(None, "error", told))

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\x00", "\x1b[2J", "\x85", "\u2028"])
    def test_nobody_writes_a_line_of_his_own(self, end):
        forged = f'GET /{end}{{"event": "forged"}}'
        line = formatted(forged, request=forged, blocked=forged)
        assert line.isprintable()
        told = json.loads(line)
        assert [told[field] for field in ("event", "request", "blocked")] == [forged] * 3

    def test_structlog_is_what_the_handler_formats_with(self):
        assert LOGGING["formatters"]["json"]["()"] is structlog.stdlib.ProcessorFormatter
