"""How do rows come into a table by the million? COPY, with the defaults that the models have."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED
from psycopg.types.json import Jsonb

ROWS_AT_ONCE = 5_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NULL = "\\N"


def literal(value: Any) -> str:
    """As COPY's text format wants it."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Jsonb):
        value = json.dumps(value.obj)
    return str(value).translate(_ESCAPES)


def moment(seconds: float) -> str:
    """A time as a literal; half as expensive as by way of a datetime with the site's zone."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def copy(
    model: type[models.Model],
    columns: list[str],
    rows: Iterable[tuple[str, ...]],
    *,
    progress: Callable[[int], None] = lambda written: None,
) -> int:
    """Write rows of literals, one for each of `columns` (attribute names); how many they were.

    What is left out has the model's default, the same in each row. progress is told how many rows
    are written so far, every few thousand.
    """
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = {field.attname for field in fields}
    if unknown := set(columns) - names:
        raise ValueError(f"{model.__name__} has no {unknown}")
    constant = {
        field.attname: literal(field.get_db_prep_save(_default(field), connection))
        for field in fields
        if field.attname not in columns and not _is_of_database(field)
    }
    quoted = connection.ops.quote_name
    wanted = [field for field in fields if field.attname in {*columns, *constant}]
    by_name = {field.attname: field for field in wanted}
    listed = [*columns, *constant]
    target = ", ".join(quoted(str(by_name[name].column)) for name in listed)
    tail = "".join(f"\t{value}" for value in constant.values()) + "\n"
    written = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quoted(model._meta.db_table)} ({target}) FROM STDIN") as stream,
    ):
        for batch in _batches(rows):
            stream.write("".join("\t".join(row) + tail for row in batch))
            written += len(batch)
            progress(written)
    return written


@contextmanager
def without_index(model: type[models.Model], name: str) -> Iterator[None]:
    """Rows by the million are sorted into an index at once when they are there."""
    index = next(index for index in model._meta.indexes if index.name == name)
    with connection.schema_editor() as schema:
        schema.remove_index(model, index)
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    with connection.schema_editor() as schema:
        schema.add_index(model, index)


def reserve(model: type[models.Model], count: int) -> int:
    """The first of `count` ids that nobody else will be given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(s, nextval(s) + %s) - %s FROM pg_get_serial_sequence(%s, %s) s",
            [count, count, model._meta.db_table, model._meta.pk.column],
        )
        return cursor.fetchone()[0]


def _default(field: models.Field) -> Any:
    if field.default is NOT_PROVIDED and not field.null and not field.empty_strings_allowed:
        raise ValueError(f"{field} has no default")
    return field.get_default()


def _is_of_database(field: models.Field) -> bool:
    """A number, or a default that stands in the table (a trigger may write another)."""
    return isinstance(field, models.AutoField) or field.db_default is not NOT_PROVIDED


def _batches(rows: Iterable[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    left = iter(rows)
    while batch := list(islice(left, ROWS_AT_ONCE)):
        yield batch
