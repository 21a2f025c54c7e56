"""What do browsers report that a page of ours asked for, and its own policy forbids?"""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.throttling import address_of, throttle

logger = logging.getLogger(__name__)

# Header of every answer; the policy names the group.
ENDPOINTS = 'csp="/policy/reports/"'
KIND = "application/reports+json"
LARGEST_BODY = 64_000
LONGEST_WORD = 100


# The browser sends it by itself: there is no form, and nothing is changed.
@csrf_exempt
@require_POST
def policy_reports(request: HttpRequest) -> HttpResponse:
    """Into the log, without anything that tells who was reading what."""
    try:
        violations = list(violations_in(request))
    except (ValueError, RecursionError):
        return _refused(400, _("The request is not valid."))
    try:
        throttle("policy_report", address=address_of(request))
    except ValidationError as error:
        retry_after = str((error.params or {}).get("retry_after", ""))
        return _refused(429, " ".join(error.messages), {"Retry-After": retry_after})
    for violation in violations:
        logger.warning("policy violated", extra=violation)
    return HttpResponse(status=204)


def violations_in(request: HttpRequest) -> Iterator[dict[str, str]]:
    """Raises ValueError, RecursionError for what no browser sends."""
    if request.content_type != KIND or len(request.body) > LARGEST_BODY:
        raise ValueError
    reports = json.loads(request.body)
    if not isinstance(reports, list):
        raise ValueError
    for report in reports:
        body = report.get("body") if isinstance(report, dict) else None
        if not isinstance(body, dict) or report.get("type") != "csp-violation":
            continue
        source = origin_of(body.get("sourceFile"))
        # What a reader's extensions put into a page is no fault of ours.
        if "-extension:" not in source:
            yield {
                "directive": word(body.get("effectiveDirective")),
                "blocked": origin_of(body.get("blockedURL")),
                "route": route_of(body.get("documentURL")),
                "source": source,
            }


def origin_of(address: Any) -> str:
    """https://host of an address, or the word that stands there instead (inline, eval)."""
    found = urlsplit(word(address))
    return f"{found.scheme}://{found.netloc}" if found.scheme else found.path


def route_of(address: Any) -> str:
    """Which page, not of what: an address may hold a key."""
    try:
        return resolve(urlsplit(word(address)).path).route
    except Resolver404:
        return ""


def word(value: Any) -> str:
    return value[:LONGEST_WORD] if isinstance(value, str) else ""


def _refused(status: int, sentence: str, headers: dict[str, str] | None = None) -> HttpResponse:
    kind = "text/plain; charset=utf-8"
    return HttpResponse(sentence, status=status, content_type=kind, headers=headers)
