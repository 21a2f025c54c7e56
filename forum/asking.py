"""How is a question asked whose SQL was put together once?

What is asked for every page that somebody signed in reads is joined of conditions by name, as all
queries are; Django would put it together each time, which takes longer than the answer. With the
same text each time PostgreSQL need not plan anew either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

Row = tuple[Any, ...]
Question = Callable[..., "QuerySet[Any, Any]"]

# What stands in the place of a value meanwhile: unlike any constant of a condition.
SAMPLE = 920_000_000_000_000_017
MOMENT = datetime(1407, 5, 6, 7, 8, 9, tzinfo=UTC)


def put_together_once(**kinds: type) -> Callable[[Question], "Asking"]:
    """A function that gives a queryset of values, made one that gives its rows, as PostgreSQL
    answers them.

    kinds: int, datetime or list (of ids) of each of its arguments, all of them named. An argument
    may go into conditions only, and only as it is; a list goes through `among`.
    """
    return lambda question: Asking(question, kinds)


def among(ids: list[int]) -> RawSQL:
    """For `…__in`: however many they are, the text is the same."""
    return RawSQL("SELECT unnest(%s::bigint[])", [ids])


@dataclass(frozen=True)
class Asking:
    question: Question
    kinds: dict[str, type]

    def __call__(self, **values: Any) -> list[Row]:
        sql, constants, names = self._prepared
        given = [
            values[name] if name else constant
            for name, constant in zip(names, constants, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return cursor.fetchall()

    @cached_property
    def _prepared(self) -> tuple[str, list[Any], list[str | None]]:
        """SQL, and for each of its parameters what is constant there or the argument's name."""
        samples = {
            name: _sample(kind, number) for number, (name, kind) in enumerate(self.kinds.items())
        }
        sql, constants = self.question(**samples).query.sql_with_params()
        names = [_name_of(constant, samples) for constant in constants]
        if missing := set(samples) - set(names):
            raise ValueError(f"It does not stand in the SQL as it was given: {missing}")
        return sql, list(constants), names


def _sample(kind: type, number: int) -> Any:
    if kind is datetime:
        return MOMENT.replace(microsecond=number)
    return [SAMPLE + number] if kind is list else SAMPLE + number


def _name_of(constant: Any, samples: dict[str, Any]) -> str | None:
    return next((name for name, sample in samples.items() if sample == constant), None)
