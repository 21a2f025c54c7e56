"""Is every bad input of the list (bad-inputs.md, B1 to B60) answered as it says, and nothing kept
that should not be?

The rows stand by what they arrive at: writing.py, account_pages.py, desk.py, requests.py,
reports.py.
"""

import re
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.conf import settings
from django.http import HttpResponse

from tests.bad_inputs import account_pages, desk, reports, requests, writing
from tests.bad_inputs.asking import (
    Bad,
    Site,
    in_fields,
    make_site,
    route_of,
    said_again,
    words,
)
from tests.samples import sample
from tests.stage import staged

pytestmark = pytest.mark.django_db

ROW = re.compile(r"^\| B(\d+) \| .*? \| (.*?) \| ", re.MULTILINE)
STATUS = re.compile(r"\b[2-5]\d\d\b")
# What else the list says of a status, in ours: forms are answered by a page, or lead to one.
IN_WORDS = {
    "accepted": {200, 302, 303},
    "removed": {303},
    "ignored": {303},
    "flattened": {303},
    "same as new": {302},
    "same as known": {302},
}
STANDING = ("cast", "discussion", "comment")
# Tested where a front or a process stands, not by a client that talks to Django alone.
ELSEWHERE = {
    52: "tests/config/test_fronting.py: test_what_the_site_never_sees_is_refused_in_its_dress",
    53: "tests/config/test_fronting.py: test_who_never_ends_his_headers_is_let_go",
}
NOT_IN_THE_PRODUCT = {
    33: "no sign-in by a subscription yet",
    34: "no sign-in by a subscription yet",
    35: "no sign-in by a subscription yet",
    36: "no sign-in by a subscription yet",
    57: "no discussion can be embedded yet",
    60: "no comments are imported yet; of articles: tests/articles/test_importing.py",
}
# Where we answer otherwise than the list, on purpose.
NOT_OURS = "forms carry JSON in a field; what it says is wrong in that field"
OTHERWISE = {
    (6, 204): "of what a browser quotes in a report it cuts the end off, and nothing of it is kept",
    (6, 400): "readers send no JSON; in a form such bytes are no text at all, as in B4",
    (7, 422): NOT_OURS,
    (8, 413): "100,000 keys are more than is read of a report",
    (8, 422): NOT_OURS,
    (22, 422): "Django writes such a recipient as an encoded word, which is another address; to "
    "reach this one, every mail server on the way must know SMTPUTF8",
    (23, 422): "the form to reset a password says that no address looks like this",
    (29, 302): "a mail carries a code and no link: the page that is led to says that it is over",
    (30, 302): "the good code beside the bad ones leads in",
    (37, 303): "a recommendation has no value: the field is unknown and counts as one",
    (38, 302): "X-Forwarded-Host is read nowhere, and the mail keeps our host",
    (39, 302): "allauth's redirect after signing in; a browser does the same with both",
    (49, 400): "no form of ours offers so many, and none of its fields can be mended",
    (54, 400): "the figures have only links: no form holds a date that could be mended",
}
# What htmx sends where it runs (hx-post, hx-boost, reader-actions.js), of all that rows arrive at.
SENT_BY_HTMX = {"forum:write", "forum:withdrawal", "forum:recommendation", "moderation:decide"}
# What it does not put into the page, whatever that is (base.html).
NOT_SHOWN = {400, 404, 413}
ALERT = re.compile(r'role="alert"[^>]*>\s*(?!\s|</)')
FOCUS = re.compile(r"<(?:input|textarea|select|fieldset)\b[^>]*\bautofocus\b")
# What is wrong is in no field that could have the focus, or in no single one.
WITHOUT_FOCUS = {"mfa_add_webauthn", "moderation:together"}
ROWS: list[Bad] = [*writing.ROWS, *account_pages.ROWS, *requests.ROWS, *desk.ROWS, *reports.ROWS]
BY_HTMX: list[Bad] = [*writing.BY_HTMX, *desk.BY_HTMX]


def statuses() -> dict[int, set[int]]:
    """By number, which ones the list allows."""
    found = {}
    for number, said in ROW.findall(sample("requirements/bad-inputs.md").read_text()):
        found[int(number)] = {int(status) for status in STATUS.findall(said)}
        for word, meant in IN_WORDS.items():
            if word in said:
                found[int(number)] |= meant
    return found


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker) -> Iterator[Site]:
    with staged(django_db_blocker, make_site) as site:
        yield site


@pytest.fixture
def site(stage: Site) -> Site:
    """Nobody has signed in yet."""
    return Site(**deepcopy({name: getattr(stage, name) for name in STANDING}))


@pytest.mark.parametrize("bad", ROWS, ids=lambda bad: f"B{bad.number} {bad.what}")
def test_it_is_answered_as_the_list_says(site: Site, bad: Bad, caplog: pytest.LogCaptureFixture):
    answer = bad.ask(site)
    assert answer.status_code == bad.status
    holds_what_it_should(bad, answer)
    assert bad.logs in caplog.text
    assert (bad in BY_HTMX) == (route_of(answer) in SENT_BY_HTMX)
    if bad.then:
        bad.then(site, answer)


@pytest.mark.parametrize("bad", BY_HTMX, ids=lambda bad: f"B{bad.number} {bad.what}")
def test_htmx_is_answered_the_same_with_the_fragment(
    site: Site, bad: Bad, caplog: pytest.LogCaptureFixture
):
    site.client.defaults["HTTP_HX_REQUEST"] = "true"
    answer = bad.ask(site)
    del site.client.defaults["HTTP_HX_REQUEST"]
    # Where a browser is led to a page, the fragment of that is put into this one.
    assert answer.status_code == (200 if bad.status == 303 else bad.status)
    assert ("<html" in answer.content.decode()) == (answer.status_code in NOT_SHOWN)
    holds_what_it_should(bad, answer)
    assert bad.logs in caplog.text
    if bad.then:
        bad.then(site, answer)


def holds_what_it_should(bad: Bad, answer: HttpResponse) -> None:
    assert bad.says in words(answer)
    if bad.keeps:
        assert bad.keeps in in_fields(answer)
    if answer.status_code == 422:
        page, route = answer.content.decode(), route_of(answer)
        assert ALERT.search(page)
        assert bool(FOCUS.search(page)) == (route not in WITHOUT_FOCUS)
    if answer.status_code >= 400:
        assert answer.written <= bad.writes
        assert said_again(answer) == []


def test_every_number_of_the_list_has_a_row_or_a_reason():
    listed = statuses().keys()
    assert listed == set(range(1, 61))
    tested = {bad.number for bad in ROWS}
    assert tested | ELSEWHERE.keys() | NOT_IN_THE_PRODUCT.keys() == listed
    assert not tested & NOT_IN_THE_PRODUCT.keys()


def test_every_status_is_the_lists_or_has_a_reason():
    listed = statuses()
    otherwise = {(bad.number, bad.status) for bad in ROWS} - {
        (number, status) for number, allowed in listed.items() for status in allowed
    }
    assert otherwise == OTHERWISE.keys()


@pytest.mark.parametrize("where", ELSEWHERE.values())
def test_what_is_tested_elsewhere_is_there(where: str):
    path, name = where.split(": ")
    assert f"def {name}(" in (settings.BASE_DIR / path).read_text()
