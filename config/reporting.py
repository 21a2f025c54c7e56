"""What do browsers report that a page of ours asked for, and its own policy forbids?"""

import json
import logging
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from structlog.contextvars import bound_contextvars

from accounts.throttling import address_of, throttle

logger = logging.getLogger(__name__)

# Header of every answer; the policy names the group.
ENDPOINTS = 'csp="/policy/reports/"'
KIND = "application/reports+json"
LARGEST_BODY, AT_ONCE = 64_000, 20
# What stands in place of an address where nothing was fetched.
INSTEAD = {"inline", "eval", "wasm-eval", "trusted-types-policy", "trusted-types-sink"}


# The browser sends it by itself: there is no form, and nothing is changed.
@csrf_exempt
@require_POST
def policy_reports(request: HttpRequest) -> HttpResponse:
    """Into the log: which page, what, and from where; not what anybody read, nor who."""
    if request.content_type != KIND:
        return _refused(415, "wrong_type", _("The request is not valid."))
    # Before a byte of it is read; that it is a number is known (config/middleware.py).
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return _refused(413, "too_large", _("That is too large."))
    try:
        throttle("policy_report", address=address_of(request))
    except ValidationError as error:
        retry_after = str((error.params or {}).get("retry_after", ""))
        headers = {"Retry-After": retry_after}
        return _refused(429, "too_fast", " ".join(error.messages), headers)
    try:
        violations = list(islice(violations_in(request.body), AT_ONCE))
    except (ValueError, RecursionError):
        return _refused(400, "not_json", _("The request is not valid."))
    with bound_contextvars(user_id=None):
        for violation in violations:
            logger.warning("policy violated", extra=violation)
    return HttpResponse(status=204)


def violations_in(body: bytes) -> Iterator[dict[str, str]]:
    """Raises ValueError, RecursionError for what no browser sends."""
    # Half an emoji passes: browsers cut what they quote of a page (B6).
    reports = json.loads(body.decode(), object_pairs_hook=_each_once, parse_constant=_no_number)
    if not isinstance(reports, list):
        raise ValueError
    for report in reports:
        told = report.get("body") if isinstance(report, dict) else None
        if not isinstance(told, dict) or report.get("type") != "csp-violation":
            continue
        source = origin_of(told.get("sourceFile"))
        # What a reader's extensions put into a page is no fault of ours.
        if "-extension:" not in source:
            yield {
                "directive": directive_of(told.get("effectiveDirective")),
                "blocked": origin_of(told.get("blockedURL")),
                "route": route_of(told.get("documentURL")),
                "source": source,
            }


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that comes twice, whoever reads it next might take the other one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(word: str) -> Any:
    """NaN and Infinity, which Python reads and JSON has not."""
    raise ValueError(word)


def directive_of(name: Any) -> str:
    return name if isinstance(name, str) and re.fullmatch(r"[a-z-]{1,40}", name) else ""


def origin_of(address: Any) -> str:
    """https://host of an address without anything else of it, or a word of INSTEAD."""
    if not isinstance(address, str):
        return ""
    if address in INSTEAD:
        return address
    found = urlsplit(address)
    origin = f"{found.scheme}://{found.hostname or ''}" if found.scheme else ""
    return origin if re.fullmatch(r"[a-z0-9.:/_-]{1,100}", origin) else ""


def route_of(address: Any) -> str:
    """Which page, not of what: an address may hold a name or a key."""
    try:
        return resolve(urlsplit(address).path).route if isinstance(address, str) else ""
    except Resolver404:
        return ""


def _refused(
    status: int, code: str, sentence: str, headers: dict[str, str] | None = None
) -> HttpResponse:
    error = {"code": code, "text": sentence, "field": None}
    shown = {"ensure_ascii": False}
    return JsonResponse({"error": error}, status=status, headers=headers, json_dumps_params=shown)
