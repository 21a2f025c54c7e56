"""Where do allauth's counters lie, and the codes that were used once? In PostgreSQL, as JSON.

Django's own database cache pickles: whoever can write into its table would run code in every
process that reads it. It also counts the table at every write, and forgets counters when there are
many, as a flood makes them; here upkeep deletes what has expired (accounts/upkeep.py).
"""

import json
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connection
from django.utils import timezone

NEVER = datetime.max.replace(tzinfo=UTC)


class Counters(BaseDatabaseCache):
    """Values are what JSON can say; anything else raises TypeError when it is written."""

    _table: str

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        key = self.make_and_validate_key(key, version=version)
        row = self._ask("SELECT value FROM {} WHERE cache_key = %s AND expires >= %s", key, _now())
        try:
            return json.loads(row[0]) if row else default
        except ValueError:
            return default  # of a former release, which pickled

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._write(
            "INSERT INTO {0} (cache_key, value, expires) VALUES (%s, %s, %s) ON CONFLICT"
            " (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires",
            self.make_and_validate_key(key, version=version),
            json.dumps(value),
            self._expiry(timeout),
        )

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Whether it is new, or had expired: true for one of many at once."""
        written = self._write(
            "INSERT INTO {0} (cache_key, value, expires) VALUES (%s, %s, %s) ON CONFLICT"
            " (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
            " WHERE {0}.expires < %s",
            self.make_and_validate_key(key, version=version),
            json.dumps(value),
            self._expiry(timeout),
            _now(),
        )
        return written == 1

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        statement = "UPDATE {} SET expires = %s WHERE cache_key = %s AND expires >= %s"
        return self._write(statement, self._expiry(timeout), key, _now()) == 1

    def delete(self, key: str, version: int | None = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        return self._write("DELETE FROM {} WHERE cache_key = %s", key) == 1

    def clear(self) -> None:
        self._write("DELETE FROM {}")

    def _expiry(self, timeout: Any) -> datetime:
        moment = self.get_backend_timeout(timeout)
        return NEVER if moment is None else datetime.fromtimestamp(moment, UTC)

    def _ask(self, query: str, *values: str | datetime) -> tuple[Any, ...] | None:
        with connection.cursor() as cursor:
            cursor.execute(self._named(query), values)
            return cursor.fetchone()

    def _write(self, statement: str, *values: str | datetime) -> int:
        with connection.cursor() as cursor:
            cursor.execute(self._named(statement), values)
            return cursor.rowcount

    def _named(self, statement: str) -> str:
        return statement.format(connection.ops.quote_name(self._table))


def _now() -> datetime:
    return timezone.now()
