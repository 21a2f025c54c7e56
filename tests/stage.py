"""How do many tests stand on one state of the database, each as if it were the first?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

Made = TypeVar("Made")


@contextmanager
def staged(blocker: DjangoDbBlocker, make: Callable[[], Made]) -> Iterator[Made]:
    """For a fixture of a module: what is made is there until the last of its tests."""
    with blocker.unblock(), undone():
        yield make()


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens in the block has not happened after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def written() -> dict[str, int]:
    """Table -> rows that this transaction has written so far, also if they were the same after."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        return dict(cursor.fetchall())


# What a form that is refused may leave: whose session it was, and that it is counted.
COUNTED = {"django_session", "usersessions_usersession", "cache", "accounts_act"}


class WatchedClient(Client):
    """Notes at each answer which tables it has written besides those (`answer.written`)."""

    def request(self, **request: Any) -> HttpResponse:
        before = written()
        answer = super().request(**request)
        changed = {table for table, n in written().items() if n != before.get(table, 0)}
        answer.written = changed - COUNTED
        return answer
