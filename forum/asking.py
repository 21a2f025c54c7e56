"""How is a query of the ORM put together once, and asked with other values ever after?

Putting the SQL of a page's queries together costs Django several times what asking them does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, wraps
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value
from psycopg.sql import Literal

# What a query is put together with: unlike anything that stands in one.
SAMPLES: dict[type, Callable[[int], Any]] = {
    int: lambda place: 910_000_000_000_000_017 + place,
    str: lambda place: f"910017 {place}",
    float: lambda place: 910_017.25 + place,
    list: lambda place: [910_000_000_000_000_017 + place],
    datetime: lambda place: datetime(1407, 5, 6, 7, 8, 9, place, tzinfo=UTC),
    type(None): lambda _place: None,
}

LARGEST_ID = 2**63 - 1

Rows = list[tuple[Any, ...]]


def asked_once(query: Callable[..., QuerySet[Any, Any]]) -> Callable[..., Rows]:
    """Of a function that makes a query of tuples, one that answers its rows.

    Positional arguments decide what the query looks like; so does which of the values are None.
    Values are named: ids, numbers, texts, moments, and lists of ids for one_of(). They have to
    reach the query as they are.
    """

    @cache
    def put_together(shape: tuple[Any, ...], kinds: tuple[tuple[str, type], ...]) -> _Question:
        samples = {name: SAMPLES[kind](place) for place, (name, kind) in enumerate(kinds)}
        sql, parameters = query(*shape, **samples).query.sql_with_params()
        names = [_name_of(parameter, samples) for parameter in parameters]
        if lost := {name for name, one in samples.items() if one is not None} - {*names}:
            raise ValueError(f"{query.__name__} does not ask by {lost} as it is")
        asked = list(zip(names, parameters, strict=True))
        written = tuple("%s" if name else _literal(parameter) for name, parameter in asked)
        return _Question(
            sql.replace("%%", "%%%%") % written, [(name, one) for name, one in asked if name]
        )

    @wraps(query)
    def rows(*shape: Any, **values: Any) -> Rows:
        kinds = tuple((name, type(value)) for name, value in values.items())
        return put_together(shape, kinds).rows(values)

    return rows


@dataclass(frozen=True)
class _Question:
    sql: str
    # For each %s the name of its value, and a sample.
    parameters: list[tuple[str, Any]]

    def rows(self, values: dict[str, Any]) -> Rows:
        with connection.cursor() as cursor:
            cursor.execute(
                self.sql,
                [_fitting(sample, values[name]) for name, sample in self.parameters],
            )
            return cursor.fetchall()


def _literal(constant: Any) -> str:
    """What stands there always, written out: a plan that is kept finds partial indexes by it.

    For text that is filled by % once more, when the question is asked.
    """
    connection.ensure_connection()
    return Literal(constant).as_string(connection.connection).replace("%", "%%")


def _fitting(sample: Any, value: Any) -> Any:
    """What PostgreSQL takes: in an address there may be an id that no row can have."""
    if isinstance(value, list):
        return [min(one, LARGEST_ID) for one in value]
    if isinstance(sample, int):
        # The ORM says of some integers how wide they are, by a type of its own.
        return type(sample)(min(value, LARGEST_ID))
    return value


def _name_of(parameter: Any, samples: dict[str, Any]) -> str | None:
    return next((name for name, one in samples.items() if one == parameter), None)


def one_of(ids: list[int], *, of: str = "pk") -> Any:
    """As one array: as many parameters would cost more than the query, and be as many queries."""
    return _compared(of, ids, "= ANY(")


def none_of(ids: list[int]) -> Any:
    return _compared("pk", ids, "<> ALL(")


def _compared(column: str, ids: list[int], operator: str) -> Any:
    return Func(
        F(column),
        Value(ids, output_field=ArrayField(BigIntegerField())),
        template="%(expressions)s)",
        arg_joiner=f" {operator}",
        output_field=BooleanField(),
    )
