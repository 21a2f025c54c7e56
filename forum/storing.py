"""How is a new comment written down? With its tally and its first wording, in one statement."""

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

from forum.models import Comment, Revision, Tally


def store(comment: Comment, revision: Revision) -> None:
    """Both as built, the comment with its id; the revision learns its own. One query."""
    tally = Tally(comment=comment)
    with connection.cursor() as cursor:
        cursor.execute(_store(), [*_values(comment), *_values(tally), *_values(revision)])
        (revision.pk,) = cursor.fetchone()
    for one in (comment, revision):
        one._state.adding = False  # noqa: SLF001 - they are stored
    comment.tally = tally


@cache
def _store() -> str:
    """Of the models, so that a new column is written here as everywhere."""
    return f"""
        WITH comment AS ({_insert(Comment)}), tally AS ({_insert(Tally)})
        {_insert(Revision)} RETURNING id
    """


def _insert(model: type[Model]) -> str:
    columns = [field.column for field in _written(model)]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - of constants


def _values(one: Model) -> list[Any]:
    return [
        field.get_db_prep_save(getattr(one, field.attname), connection)
        for field in _written(type(one))
    ]


@cache
def _written(model: type[Model]) -> list[Any]:
    """All but the id that PostgreSQL gives a wording."""
    fields = model._meta.concrete_fields
    return [field for field in fields if model is not Revision or not field.primary_key]
