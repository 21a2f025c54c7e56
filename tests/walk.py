"""What does everybody get from every address of the site, asked as badly as can be?"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from tests import people
from tests.routes import address_of, make_paper, routes
from tests.stage import staged

# A stranger, a reader without any part in the paper, a moderator who has.
ROLES = ("stranger", "reader", "moderator")
EVIL = "evil.example"
# What caches and proxies believe, and what might lead elsewhere.
HOSTILE = {
    "X-Forwarded-Host": EVIL, "X-Host": EVIL, "X-Forwarded-Server": EVIL,
    "Forwarded": f"host={EVIL}",
    "X-Original-URL": "/account/logout/", "X-Rewrite-URL": "/account/logout/",
    "X-HTTP-Method-Override": "DELETE", "X-Forwarded-Prefix": f"//{EVIL}",
    "Referer": f"https://{EVIL}/discussions/1/", "Origin": f"https://{EVIL}",
}  # fmt: skip
LEFT_OUT = ("^media", "^static", "gallery/")


class Paper(NamedTuple):
    """values: of every route. persons: role -> who asks; nobody for a stranger."""

    values: dict[str, str]
    persons: dict[str, User | None]


class Got(NamedTuple):
    role: str
    route: str
    address: str
    answer: HttpResponse


def make_persons_and_paper() -> Paper:
    mona = people.mona()
    values = make_paper(people.alice(), people.bob(), people.carla(), mona)
    values |= {"object_id": "1", "app_label": "accounts", "content_type_id": "1", "url": "nowhere"}
    return Paper(values, {"stranger": None, "reader": people.dieter(), "moderator": mona})


def addresses(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(route, address) of all that is no file."""
    for where, name, _pattern in routes():
        if not where.startswith(LEFT_OUT):
            yield where, address_of(where, name, values)


def client_of(person: User | None, **options: bool) -> Client:
    client = Client(raise_request_exception=False, **options)
    if person:
        client.force_login(person)
    return client


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker) -> Iterator[Paper]:
    with staged(django_db_blocker, make_persons_and_paper) as paper:
        yield paper
