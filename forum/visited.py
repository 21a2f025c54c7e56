"""Which discussions are a reader's own: read lately, followed, written in?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from accounts.models import User
from forum import cursors
from forum.models import Comment, Discussion
from forum.returning import counts_of_news
from forum.sorts import row

DISCUSSIONS_PER_PAGE = 20
# Of what he wrote, so much is looked through for where he wrote.
WRITTEN_LOOKED_AT = 200


@dataclass(frozen=True)
class Visited:
    """A discussion as its reader finds it again."""

    discussion: Discussion
    # When somebody last wrote; when it was opened where nobody has.
    last_at: datetime
    # None where nobody knows how far he has read; at most a hundred.
    news_count: int | None
    is_followed: bool
    has_written: bool


@dataclass(frozen=True)
class VisitedPage:
    entries: list[Visited]
    next_cursor: str = ""


def visited_by(reader: User, *, after: str = "") -> VisitedPage:
    """Those in which somebody wrote last, first; three queries. Raises BadRequest (forged cursor).

    There are at most some hundred, so the last comment of each is looked up.
    """
    scope = f"visited {reader.pk}"
    kinds = _kinds(reader)
    discussions = _with_last_comment({pk for pks in kinds.values() for pk in pks})
    if after:
        last_at, pk = cursors.read(scope, after)
        place = row(
            Value(datetime.fromisoformat(last_at), output_field=DateTimeField()),
            Value(pk, output_field=BigIntegerField()),
        )
        discussions = discussions.filter(LessThan(row(F("last_at"), F("pk")), place))
    found = list(discussions[: DISCUSSIONS_PER_PAGE + 1])
    shown = found[:DISCUSSIONS_PER_PAGE]
    counts = counts_of_news(reader, discussions=[one.pk for one in shown])
    entries = [
        Visited(
            one,
            one.last_at,
            news_count=counts.get(one.pk),
            is_followed=one.pk in kinds["followed"],
            has_written=one.pk in kinds["written"],
        )
        for one in shown
    ]
    if len(found) == len(shown):
        return VisitedPage(entries)
    last = entries[-1]
    return VisitedPage(
        entries, cursors.write(scope, [last.last_at.isoformat(), last.discussion.pk])
    )


def _kinds(reader: User) -> dict[str, set[int]]:
    """Ids of discussions by what he did there; one query."""

    def named(name: str, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.values_list("discussion_id", Value(name))

    written = Comment.objects.filter(author=reader).order_by("-pk")
    rows = named("read", reader.read_markers.all()).union(
        named("followed", reader.follows.all()),
        named("written", written)[:WRITTEN_LOOKED_AT],
    )
    kinds: dict[str, set[int]] = {"read": set(), "followed": set(), "written": set()}
    for pk, name in rows:
        kinds[name].add(pk)
    return kinds


def _with_last_comment(pks: set[int]) -> Any:
    last = Comment.objects.published().filter(discussion=OuterRef("pk")).order_by("-published_at")
    return (
        Discussion.objects.reachable()
        .filter(pk__in=pks)
        .select_related("article", "topic")
        .annotate(last_at=Coalesce(Subquery(last.values("published_at")[:1]), "opened_at"))
        .order_by("-last_at", "-pk")
    )
