"""In which orders can threads be read, and what comes after a given place?"""

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
from forum.models import Discussion, Tally


@dataclass(frozen=True)
class Sort:
    """An order of threads: the columns of one of Tally's indexes, ending in the id."""

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


def roots_of(discussion: Discussion, order: Sort, about: Article | None) -> QuerySet[Tally]:
    sign = "-" if order.descending else ""
    roots = Tally.objects.filter(listed_in=discussion)
    if about is not None:
        roots = roots.filter(
            comment__about_article=about, comment__is_listed=True, comment__depth=0
        )
    return roots.order_by(*(f"{sign}{column}" for column in order.columns))


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
