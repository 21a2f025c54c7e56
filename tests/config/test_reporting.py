"""Does the log learn what our own policy forbade a page, and nothing about who was reading?"""

import json

import pytest
from structlog.contextvars import get_contextvars

from config import reporting

pytestmark = pytest.mark.django_db

ADDRESS, KIND = "/policy/reports/", "application/reports+json"
VIOLATION = {
    "type": "csp-violation",
    "age": 10,
    "url": "https://news.example.org/comments/71/",
    "user_agent": "Mozilla/5.0",
    "body": {
        "documentURL": "https://news.example.org/comments/71/?after=geheim",
        "blockedURL": "https://evil.example/steal.js?who=alice",
        "effectiveDirective": "script-src-elem",
        "sourceFile": "https://news.example.org/static/js/app.js",
        "sample": "document.cookie",
    },
}


def send(client, reports):
    body = reports if isinstance(reports, str | bytes) else json.dumps(reports)
    return client.post(ADDRESS, body, content_type=KIND)


def logged(caplog) -> list[dict]:
    wanted = ("directive", "blocked", "route", "source")
    return [
        {name: getattr(record, name) for name in wanted}
        for record in caplog.records
        if record.getMessage() == "policy violated"
    ]


def changed(**body: object) -> dict:
    return VIOLATION | {"body": VIOLATION["body"] | body}


def test_what_was_forbidden_is_logged_without_keys_names_and_texts(client, caplog):
    assert send(client, [VIOLATION, VIOLATION | {"type": "deprecation"}]).status_code == 204
    assert logged(caplog) == [
        {
            "directive": "script-src-elem",
            "blocked": "https://evil.example",
            "route": "comments/<int:pk>/",
            "source": "https://news.example.org",
        }
    ]
    assert "alice" not in caplog.text.casefold()


def test_words_stand_for_what_has_no_address(client, caplog):
    reports = [changed(blockedURL="inline", documentURL="https://x/nirgends/", sourceFile=None)]
    assert send(client, reports).status_code == 204
    assert logged(caplog) == [
        {"directive": "script-src-elem", "blocked": "inline", "route": "", "source": ""}
    ]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"blockedURL": "https://alice:x@evil.example:8443/"}, {"blocked": "https://evil.example"}),
        ({"blockedURL": "alice@example.org"}, {"blocked": ""}),
        ({"blockedURL": "https://\ud800/"}, {"blocked": ""}),
        ({"blockedURL": "data"}, {"blocked": ""}),
        ({"sourceFile": "/readers/Alice"}, {"source": ""}),
        ({"effectiveDirective": "alice@example.org"}, {"directive": ""}),
        ({"effectiveDirective": "\u2028img-src"}, {"directive": ""}),
        ({"documentURL": 7, "blockedURL": [], "sourceFile": {}}, {"route": "", "blocked": ""}),
        (
            {"documentURL": f"https://x/articles/{'lang-' * 40}9/"},
            {"route": "articles/<slug:slug>-<int:pk>/"},
        ),
    ],
)
def test_nothing_else_of_an_address_is_kept(client, caplog, told, kept):
    assert send(client, [changed(**told)]).status_code == 204
    (line,) = logged(caplog)
    assert kept.items() <= line.items()


def test_nor_whose_browser_it_was(client, alice, monkeypatch):
    """Every line of a request names its reader, but for this."""
    bound: list[object] = []

    def note(*_args: object, **_more: object) -> None:
        bound.append(get_contextvars()["user_id"])

    monkeypatch.setattr(reporting.logger, "warning", note)
    client.force_login(alice)
    send(client, [VIOLATION])
    assert bound == [None]


def test_extensions_of_a_browser_are_no_fault_of_ours(client, caplog):
    assert send(client, [changed(sourceFile="chrome-extension://abc/x.js")]).status_code == 204
    assert logged(caplog) == []


# Whatever else no browser sends: tests/bad_inputs/reports.py.
def test_an_address_without_a_host_is_refused(client, caplog):
    answer = send(client, [changed(blockedURL="http://[::1:2::3]:8080/")])
    sentence = "Diese Anfrage ist ungültig."
    assert answer.status_code == 400
    assert answer.json() == {"error": {"code": "not_json", "text": sentence, "field": None}}
    assert logged(caplog) == []


@pytest.mark.parametrize(
    "report", [None, 7, [], {"type": "csp-violation"}, {"type": "csp-violation", "body": []}]
)
def test_what_is_no_violation_is_passed_over(client, caplog, report):
    assert send(client, [report]).status_code == 204
    assert logged(caplog) == []


def test_nobody_fills_the_log(client, caplog):
    answers = [send(client, [VIOLATION]) for _number in range(22)]
    assert [answer.status_code for answer in answers] == [204] * 20 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].json()["error"]["code"] == "too_fast"
    assert len(logged(caplog)) == 20


def test_nor_with_one_body(client, caplog):
    assert send(client, [VIOLATION] * 50).status_code == 204
    assert len(logged(caplog)) == 20


def test_other_requests_are_refused(client):
    assert client.get(ADDRESS).status_code == 405
