"""What does every test stand on? The cast as fixtures, and the few things unlike production."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase

from accounts.models import User
from config.celery import app
from moderation import rulebook
from tests import people
from tests.routes import paper

# A fixture that stands beside the routes it gives values for.
__all__ = ["paper"]


def pytest_configure() -> None:
    """Run before the first test uses a setting. Subprocesses get the same prefix by environment.

    Limits stay on: their counts are rows, which end with the test.
    """
    prefix = f"test-{secrets.token_hex(4)}"
    os.environ["KEY_PREFIX"] = settings.KEY_PREFIX = prefix
    settings.CACHES["pages"]["KEY_PREFIX"] = prefix
    # Bells ring in Redis; nobody listens unless the test starts a worker.
    app.conf.broker_transport_options["global_keyprefix"] = f"{prefix}:"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Staff of the cast have no second factor; tests of the rule switch it on.
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def own_media(tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def rules_of_this_test(monkeypatch) -> None:
    """Editions that a test writes end with it, and no process may remember them."""
    monkeypatch.setattr(rulebook, "_known", None)


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_append_only_trigger() -> Iterator[None]:
    """Tests that commit end with TRUNCATE, which the decisions' trigger forbids to everybody."""
    original = TransactionTestCase._fixture_teardown

    def without_triggers(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            original(case)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")
        # The cache's table belongs to no model: TRUNCATE leaves it alone.
        caches["default"].clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_triggers)
        yield


@pytest.fixture
def alice(db) -> User:
    return people.alice()


@pytest.fixture
def bob(db) -> User:
    return people.bob()


@pytest.fixture
def carla(db) -> User:
    return people.carla()


@pytest.fixture
def dieter(db) -> User:
    return people.dieter()


@pytest.fixture
def anna(db) -> User:
    """Staff author."""
    return people.anna()


@pytest.fixture
def mona(db) -> User:
    """Moderator."""
    return people.mona()


@pytest.fixture
def max_(db) -> User:
    """Senior moderator."""
    return people.max_()


@pytest.fixture
def admin(db) -> User:
    return people.admin()


@pytest.fixture
def eve(db) -> User:
    """Suspended."""
    return people.eve()


@pytest.fixture
def nina(db) -> User:
    """New."""
    return people.nina()


@pytest.fixture
def tom(db) -> User:
    """Trusted."""
    return people.tom()
