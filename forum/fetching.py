"""How do comments come from the database, with all that is shown of them and nothing else?

Django builds seven whole models for each comment, which takes longer than the rest of a page. Here
they are built of the shown columns; what else somebody asks them for is fetched then, by Django.
"""

from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.db.models.base import ModelState

from accounts.models import User
from articles.models import Article, TickerEntry
from forum.asking import asked_once, one_of
from forum.models import Clearance, Comment, Revision, Tally

OWN = (
    "id", "discussion_id", "author_id", "written_as", "parent_id", "root_id", "path", "depth",
    "about_article_id", "about_entry_id", "status", "visible_revision_id", "is_listed",
    "visible_version", "submitted_at", "published_at", "edited_at", "removed_at", "withdrawn_at",
    "removal_ground", "house_note", "picked_at",
)  # fmt: skip
PERSON = ("id", "name", "closed_at")
PARENT = ("id", "written_as", "status", "root_id", "author_id")
TALLY = ("comment_id", "reply_count", "recommendation_count")
REVISION = ("id", "html")
ARTICLE = ("id", "headline", "slug", "state", "published_at")
ENTRY = ("id", "time", "text", "article_id")
# What is read beside the comment's own columns, in this order.
JOINED = (
    ("author", PERSON),
    ("tally", TALLY),
    ("visible_revision__revision", REVISION),
    ("parent", PARENT),
    ("parent__author", PERSON),
    ("about_article", ARTICLE),
    ("about_entry", ENTRY),
    ("about_entry__article", ARTICLE),
)


Joined = tuple[tuple[str, tuple[str, ...]], ...]


def laid_out(own: tuple[str, ...], joined: Joined) -> tuple[tuple[str, ...], dict[str, slice]]:
    """Names of all columns in one row, and where in it those of each path stand."""
    names = (*own, *(f"{path}__{column}" for path, columns in joined for column in columns))
    ends = accumulate((len(columns) for _path, columns in joined), initial=len(own))
    paths = (path for path, _columns in joined)
    return names, {path: slice(*each) for path, each in zip(paths, pairwise(ends), strict=True)}


COLUMNS, PLACES = laid_out(OWN, JOINED)


def comments_by_id(ids: list[int]) -> dict[int, Comment]:
    """One query."""
    return {comment.pk: comment for comment in _built(_rows_by_id(ids=ids))} if ids else {}


@asked_once
def _rows_by_id(*, ids: list[int]) -> QuerySet[Comment, Any]:
    return Comment.objects.filter(one_of(ids)).values_list(*COLUMNS)


def _built(rows: Iterable[tuple[Any, ...]]) -> list[Comment]:
    people: dict[int, User] = {}
    return [_comment(row, people) for row in rows]


def _comment(row: tuple[Any, ...], people: dict[int, User]) -> Comment:
    return made(
        Comment,
        OWN,
        row,
        author=_person(row[PLACES["author"]], people),
        tally=made(Tally, TALLY, row[PLACES["tally"]]),
        visible_revision=_clearance(row[PLACES["visible_revision__revision"]]),
        parent=_parent(row[PLACES["parent"]], row[PLACES["parent__author"]], people),
        about_article=_article(row[PLACES["about_article"]]),
        about_entry=_entry(row[PLACES["about_entry"]], row[PLACES["about_entry__article"]]),
    )


def _person(values: tuple[Any, ...], people: dict[int, User]) -> User:
    """One object for each person, however much he has written."""
    return people.get(values[0]) or people.setdefault(values[0], made(User, PERSON, values))


def _clearance(values: tuple[Any, ...]) -> Clearance | None:
    if values[0] is None:
        return None
    return made(Clearance, ["revision_id"], values, revision=made(Revision, REVISION, values))


def _parent(
    values: tuple[Any, ...], author: tuple[Any, ...], people: dict[int, User]
) -> Comment | None:
    if values[0] is None:
        return None
    return made(Comment, PARENT, values, author=_person(author, people))


def _article(values: tuple[Any, ...]) -> Article | None:
    return None if values[0] is None else made(Article, ARTICLE, values)


def _entry(values: tuple[Any, ...], article: tuple[Any, ...]) -> TickerEntry | None:
    if values[0] is None:
        return None
    return made(TickerEntry, ENTRY, values, article=_article(article))


def made(model: Any, columns: Iterable[str], values: Iterable[Any], **related: Any) -> Any:
    """As Django makes one whose other columns are deferred, but without asking each of them."""
    one = model.__new__(model)
    state = ModelState()
    state.db, state.adding, state.fields_cache = DEFAULT_DB_ALIAS, False, related
    one.__dict__.update(zip(columns, values, strict=False), _state=state)
    return one
