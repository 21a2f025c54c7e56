"""In which orders can threads and replies be read, and what comes after a given place?"""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    F,
    FloatField,
    Func,
    IntegerField,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from forum.models import Comment, Discussion, Tally


@dataclass(frozen=True)
class Sort:
    """An order: the columns of one of Tally's indexes, ending in the id."""

    name: str
    label: Any
    columns: tuple[str, ...]
    descending: bool = True

    @property
    def is_steady(self) -> bool:
        """No thread changes its place: ids are in the order of time."""
        return self.columns == ("comment_id",)


SORTS = {
    sort.name: sort
    for sort in (
        Sort("newest", _("Newest"), ("comment_id",)),
        Sort("oldest", _("Oldest"), ("comment_id",), descending=False),
        Sort("best", _("Best"), ("rank", "comment_id")),
        Sort("most-discussed", _("Most discussed"), ("reply_count", "comment_id")),
    )
}
FIELDS: dict[str, Any] = {
    "comment_id": BigIntegerField(),
    "rank": FloatField(),
    "reply_count": IntegerField(),
}
LESS = {True: LessThanOrEqual, False: LessThan}
GREATER = {True: GreaterThanOrEqual, False: GreaterThan}
# Threads about one article of a topic come from an index in the order of time.
SORTS_ABOUT = {name: SORTS[name] for name in ("newest", "oldest")}
# Replies begin in the order of the tree; in all other orders they stand flat.
REPLIES_USUALLY = "oldest"


def roots_of(discussion: int, order: Sort, about: int | None) -> QuerySet[Tally]:
    """By the ids of both."""
    roots = Tally.objects.filter(listed_in=discussion)
    if about is not None:
        roots = roots.filter(
            comment__about_article=about, comment__is_listed=True, comment__depth=0
        )
    return _sorted(roots, order)


def replies_of(root: Comment, order: Sort) -> QuerySet[Tally]:
    return _sorted(Tally.objects.filter(listed_under=root), order)


def _sorted(tallies: QuerySet[Tally], order: Sort) -> QuerySet[Tally]:
    sign = "-" if order.descending else ""
    return tallies.order_by(*(f"{sign}{column}" for column in order.columns))


def beyond(order: Sort, place: list[Any], *, inclusive: bool = False) -> Any:
    """Rows after that place, compared as a row: `(rank, id) < (0.5, 7)` is one index condition,
    where a condition on the first column alone would read through all its ties."""
    comparison: Any = LESS[inclusive] if order.descending else GREATER[inclusive]
    values = [
        Value(value, output_field=FIELDS[column])
        for column, value in zip(order.columns, place, strict=True)
    ]
    return comparison(row(*map(F, order.columns)), row(*values))


def row(*columns: Any) -> Func:
    return Func(*columns, function="ROW", output_field=TextField())


def scope_of(discussion: Discussion, order: Sort, about: Article | None) -> str:
    return f"threads {discussion.pk} {order.name} {about.pk if about else ''}"
