"""B3, B4 and B6 to B9: what browsers report, at the one address that reads JSON.

What they may say: tests/config/test_reporting.py.
"""

from collections.abc import Callable

from django.http import HttpResponse

from tests.bad_inputs.account_pages import DEEP, MANY_KEYS
from tests.bad_inputs.asking import Bad, Site, none_of_it_read

ADDRESS = "/policy/reports/"
KIND = "application/reports+json"
NOT_VALID, TOO_LARGE = "Diese Anfrage ist ungültig.", "Das ist zu groß."
# No list of reports.
NO_JSON = [
    " ", "nonsense", "null", "7", "NaN", '"text"', "{}", "[NaN]", "[Infinity]", "[-Infinity]",
    "\ufeff[]",
]  # fmt: skip
TWICE = [
    '[{"type": "csp-violation", "type": "deprecation"}]',
    '[{"type": "csp-violation", "body": {"sourceFile": "", "sourceFile": ""}}]',
]
# "" is none at all.
OTHER_KINDS = [
    "text/plain", "", "application/json", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b", "application/reports+json-seq", "application/csp-report",
]  # fmt: skip
HALF_AN_EMOJI = r'[{"type": "csp-violation", "body": {"sample": "\ud83d"}}]'


def reported(body: str | bytes, kind: str = KIND) -> Callable[[Site], HttpResponse]:
    return lambda site: site.client.generic("POST", ADDRESS, body, kind)


def code(expected: str) -> Callable[[Site, HttpResponse], None]:
    def check(_site: Site, answer: HttpResponse) -> None:
        assert answer.json()["error"]["code"] == expected

    return check


def unread(site: Site, answer: HttpResponse) -> None:
    code("too_large")(site, answer)
    none_of_it_read(site, answer)


ROWS = [
    Bad(3, "a report of 64 KB", reported("[" + " " * 64_000 + "]"), 413, TOO_LARGE, then=unread),
    *(
        Bad(4, f"a report in {name}", reported(body), 400, NOT_VALID, then=code("not_json"))
        for name, body in [("no UTF-8", b'["\xff"]'), ("UTF-16", "[]".encode("utf-16"))]
    ),
    Bad(6, "half an emoji in a report", reported(HALF_AN_EMOJI), 204),
    *(
        Bad(7, f"a report {body[:20]!a}", reported(body), 400, NOT_VALID, then=code("not_json"))
        for body in NO_JSON
    ),
    *(
        Bad(8, f"a report nested deep, {body[:2]}", reported(body), 400, NOT_VALID,
            then=code("not_json"))
        for body in ["[" * 50_000, f"[{DEEP}]"]
    ),
    *(
        Bad(8, f"a report with a key twice, {body[-20:]}", reported(body), 400, NOT_VALID,
            then=code("not_json"))
        for body in TWICE
    ),
    Bad(8, "a report with 100,000 keys", reported(f"[{MANY_KEYS}]"), 413, TOO_LARGE, then=unread),
    *(
        Bad(9, f"a report as {kind or 'nothing'}", reported("[]", kind), 415, NOT_VALID,
            then=code("wrong_type"))
        for kind in OTHER_KINDS
    ),
]  # fmt: skip
