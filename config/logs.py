"""How does the site log: JSON lines for operators, without anybody's text, name or address?"""

import re
from typing import Any

import structlog

# Search words, keys of mailed links and readers' names stand in addresses.
SECRET_PATHS = re.compile(r"(/(?:unsubscribe|readers)/)[^/]+")

# In what a failure says of itself: values of the row that the database refused, and addresses.
ROW_VALUES = re.compile(r"^DETAIL: .*$", re.MULTILINE)
MAILBOX = re.compile(r"[^\s<>()\[\]{},;:'\"@]+@[^\s<>()\[\]{},;:'\"@]+")


def without_secrets(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Cut query strings and keys out of logged addresses, and drop what tells who it was."""
    for field in ("ip", "user_agent"):
        event.pop(field, None)
    if "request" in event:
        address = str(event["request"]).split("?", 1)[0]
        event["request"] = SECRET_PATHS.sub(r"\1…", address)
    return event


def without_persons(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Stands behind what writes tracebacks: whose mail a server refused is not for the log.

    Celery writes them into the event itself, and what was raised into `error`.
    """
    for field in {"event", "error", "exception"} & event.keys():
        event[field] = MAILBOX.sub("…@…", ROW_VALUES.sub("DETAIL: …", str(event[field])))
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_secrets,
]

structlog.configure(
    processors=[
        *SHARED,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [*SHARED, structlog.stdlib.ExtraAdder()],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_persons,
                # In ASCII: some readers of logs take U+0085 and U+2028 for the end of a line.
                structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "json",
        }
    },
    "root": {"handlers": ["stdout"], "level": "INFO"},
    "loggers": {
        # Request errors are logged once, by the request log, with the request's id.
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "ERROR"},
        "django_structlog": {"level": "INFO"},
    },
}
