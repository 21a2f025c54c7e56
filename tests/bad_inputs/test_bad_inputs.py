"""Is every bad input of the list (bad-inputs.md, B1 to B60) answered as it says, and nothing kept
that should not be?

The rows stand by what they arrive at: writing.py, account_pages.py, desk.py, requests.py.
"""

import re
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.conf import settings

from tests.bad_inputs import account_pages, desk, requests, writing
from tests.bad_inputs.asking import Bad, Site, in_fields, make_site, words
from tests.samples import sample
from tests.stage import staged

pytestmark = pytest.mark.django_db

NUMBER = re.compile(r"^\| B(\d+) \|", re.MULTILINE)
STANDING = ("cast", "discussion", "comment")
# Tested where a front or a process stands, not by a client that talks to Django alone.
ELSEWHERE = {
    52: "tests/config/test_fronting.py: test_what_the_site_never_sees_is_refused_in_its_dress",
    53: "tests/config/test_fronting.py: test_who_never_ends_his_headers_is_let_go",
}
NOT_IN_THE_PRODUCT = {
    9: "no address reads JSON that readers send: forms alone, and those of other types are empty",
    33: "no sign-in by a subscription yet",
    34: "no sign-in by a subscription yet",
    35: "no sign-in by a subscription yet",
    36: "no sign-in by a subscription yet",
    57: "no discussion can be embedded yet",
    60: "no comments are imported yet; of articles: tests/articles/test_importing.py",
}
ROWS: list[Bad] = [*writing.ROWS, *account_pages.ROWS, *requests.ROWS, *desk.ROWS]


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker) -> Iterator[Site]:
    with staged(django_db_blocker, make_site) as site:
        yield site


@pytest.fixture
def site(stage: Site) -> Site:
    """Nobody has signed in yet."""
    return Site(**deepcopy({name: getattr(stage, name) for name in STANDING}))


@pytest.mark.parametrize("bad", ROWS, ids=lambda bad: f"B{bad.number} {bad.what}")
def test_it_is_answered_as_the_list_says(site: Site, bad: Bad):
    answer = bad.ask(site)
    assert answer.status_code == bad.status
    assert bad.says in words(answer)
    if bad.keeps:
        assert bad.keeps in in_fields(answer)
    if answer.status_code == 422:
        # It is read out, or the field that it stands at has the focus.
        assert re.search('role="alert"|autofocus', answer.content.decode())
    if answer.status_code >= 400:
        assert answer.written <= bad.writes
    if bad.then:
        bad.then(site, answer)


def test_every_number_of_the_list_has_a_row_or_a_reason():
    listed = {int(n) for n in NUMBER.findall(sample("requirements/bad-inputs.md").read_text())}
    assert listed == set(range(1, 61))
    tested = {bad.number for bad in ROWS}
    assert tested | ELSEWHERE.keys() | NOT_IN_THE_PRODUCT.keys() == listed
    assert not tested & NOT_IN_THE_PRODUCT.keys()


@pytest.mark.parametrize("where", ELSEWHERE.values())
def test_what_is_tested_elsewhere_is_there(where: str):
    path, name = where.split(": ")
    assert f"def {name}(" in (settings.BASE_DIR / path).read_text()
