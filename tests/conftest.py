"""What does every test stand on? The cast as fixtures, and the few things unlike production."""

import gc
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from time import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import TransactionTestCase

from accounts import outgoing
from accounts.models import User
from config.celery import app
from forum.views import answering
from moderation import rulebook
from tests import people
from tests.routes import paper

# A fixture that stands beside the routes it gives values for.
__all__ = ["paper"]

KEEP_AS_MIGRATED = """
DO $$ DECLARE name text; is_filled boolean; BEGIN
    DROP SCHEMA IF EXISTS as_migrated CASCADE;
    CREATE SCHEMA as_migrated;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO is_filled;
        IF is_filled THEN
            EXECUTE format('CREATE TABLE as_migrated.%1$I AS TABLE public.%1$I', name);
        END IF;
    END LOOP;
END $$"""
# Every lock comes first: whoever still writes, a request of the browser's, is waited for.
AS_MIGRATED = """
DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;  -- no trigger, no look at foreign keys
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LOOP
        EXECUTE format('LOCK TABLE public.%I', name);
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM public.%I', name);
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'as_migrated' LOOP
        EXECUTE format('INSERT INTO public.%1$I SELECT * FROM as_migrated.%1$I', name);
    END LOOP;
END $$"""


def pytest_configure() -> None:
    """Run before the first test uses a setting. Subprocesses get the same by environment.

    Limits stay on: their counts are rows, which end with the test.
    """
    prefix = f"test-{secrets.token_hex(4)}"
    os.environ["KEY_PREFIX"] = settings.KEY_PREFIX = prefix
    settings.CACHES["pages"]["KEY_PREFIX"] = prefix
    # Bells ring in Redis; nobody listens unless the test starts a worker.
    app.conf.broker_transport_options["global_keyprefix"] = f"{prefix}:"
    # Clearing a cache empties its database, whatever the prefix: one for each process of a run.
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    own = urlsplit(settings.REDIS_URL)._replace(path=f"/{number}").geturl()
    os.environ["REDIS_URL"] = settings.REDIS_URL = settings.CACHES["pages"]["LOCATION"] = own
    app.conf.broker_url = own
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Threads end with their test: none is to keep its connection.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    # Staff of the cast have no second factor; tests of the rule switch it on.
    settings.STAFF_SECOND_FACTOR = False
    # Every test makes some thousand objects and drops them; what remains is mostly code.
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long set-ups first: at the end processes take tests from one another, and each that gets one
    of such a class would set up all of it again, while the others have nothing left to do."""
    items.sort(key=lambda item: item.get_closest_marker("first") is None)


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def own_media(media: Path, settings) -> None:
    """Named, not made: hardly any test stores a picture."""
    settings.MEDIA_ROOT = media / secrets.token_hex(8)


@pytest.fixture(autouse=True)
def rules_of_this_test(monkeypatch) -> None:
    """Editions that a test writes end with it, and no process may remember them."""
    monkeypatch.setattr(rulebook, "_known", None)


@pytest.fixture(autouse=True)
def minutes_begin_with_the_test(monkeypatch) -> None:
    """Or one ends, and its page is made again, between two answers that a test compares."""
    begun = time()
    monkeypatch.setattr(answering, "time", lambda: time() - begun)
    monkeypatch.setattr(answering, "crc32", lambda _address: 0)


@pytest.fixture(autouse=True)
def account_mails_leave_at_once(monkeypatch) -> None:
    """Or a test would look for them before their thread has sent them."""
    monkeypatch.setattr(outgoing, "hand_over", outgoing.send)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """What the migrations wrote is kept, for tests that commit to leave behind."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(KEEP_AS_MIGRATED)
    # Modules and what migrations left: nobody needs to look through it again after each test.
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def commits_are_undone_by_deleting() -> Iterator[None]:
    """Django's TRUNCATE of every table is forbidden by the append-only trigger, takes longer, and
    leaves nothing of what the migrations wrote."""

    def as_migrated(_case: TransactionTestCase) -> None:
        for is_last in (False, False, True):
            try:
                with connection.cursor() as cursor:
                    cursor.execute(AS_MIGRATED)
                return
            except OperationalError:
                # A request of a window that has just been closed may be at it still, and lock in
                # another order.
                if is_last:
                    raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", as_migrated)
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
