"""What is new to a reader who comes back to a discussion?

Comments of others, published after what he knew, in the order of their publication. A mere
rewording is not new, nor is what he hides.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import (
    BigIntegerField,
    Case,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Greatest, JSONObject
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from accounts.models import User
from forum.models import Comment, Discussion, Mute, ReadMarker
from forum.sorts import row

# So long without reading, and the next reading is another visit.
VISIT_ENDS = timedelta(minutes=30)
# More are not counted: the number would cost, and say nothing more.
NEWS_AT_MOST = 99
# Markers of one reader; how long each is kept stands in forum/upkeep.py.
MOST_REMEMBERED = 200
# To learn when the last comment of a version was published: what changed last may be older.
CHANGES_LOOKED_AT = 10


@dataclass(frozen=True)
class News:
    """What is new in a discussion since the last visit."""

    version: int
    until: datetime
    # When the last visit ended.
    since: datetime
    # In the order of publication, one more than are counted.
    ids: list[int]

    def has(self, comment: Comment) -> bool:
        """Of one by somebody else."""
        return (
            comment.is_published
            and comment.visible_version > self.version
            and comment.published_at is not None
            and comment.published_at > self.until
        )

    def is_last(self, comment: Comment) -> bool:
        return self.ids[-1:] == [comment.pk] and len(self.ids) <= NEWS_AT_MOST

    def next_after(self, comment: Comment) -> int | None:
        """None where it is not among the first hundred."""
        return self._following.get(comment.pk)

    @cached_property
    def _following(self) -> dict[int, int]:
        return dict(pairwise(self.ids))


@transaction.atomic
def note_reading(discussion: Discussion, *, reader: User, version: int) -> None:
    """He looks at the discussion as it was at that version. What is new on the page remains so
    until the visit ends."""
    is_over = Q(read_at__lt=timezone.now() - VISIT_ENDS)
    _store(
        discussion,
        reader,
        version,
        known_version=Case(When(is_over, then=F("read_version")), default=F("known_version")),
        known_until=Case(When(is_over, then=F("read_until")), default=F("known_until")),
        left_at=Case(When(is_over, then=F("read_at")), default=F("left_at")),
    )


@transaction.atomic
def mark_all_read(discussion: Discussion, *, reader: User, version: int) -> None:
    """What that version has is not new any more, as if he had left and come back."""
    _store(discussion, reader, version, left_at=timezone.now())
    reader.read_markers.filter(discussion=discussion).update(
        known_version=F("read_version"), known_until=F("read_until")
    )


def last_visit(discussion_id: int | None, reader: Any, *, left_before: datetime) -> QuerySet[Any]:
    """What a page says of the marker, as JSON for `news_of`; part of a query with that reader.

    left_before: whoever read last before that begins another visit (VISIT_ENDS).
    """
    is_over = Q(read_at__lt=left_before)
    markers = ReadMarker.objects.filter(discussion=discussion_id, reader=reader).annotate(
        version=Case(When(is_over, then=F("read_version")), default=F("known_version")),
        until=Case(When(is_over, then=F("read_until")), default=F("known_until")),
        since=Case(When(is_over, then=F("read_at")), default=F("left_at")),
    )
    ids = ArraySubquery(news("version", "until").values("pk")[: NEWS_AT_MOST + 1])
    return markers.values(seen=JSONObject(version="version", until="until", since="since", ids=ids))


def news_of(seen: dict[str, Any] | None) -> News | None:
    """None: he is here for the first time."""
    if seen is None:
        return None
    until, since = (datetime.fromisoformat(seen[name]) for name in ("until", "since"))
    return News(seen["version"], until, since, seen["ids"])


def counts_of_news(reader: User, *, discussions: Collection[int]) -> dict[int, int]:
    """Discussion id -> how many comments he has not read, at most a hundred; of those only in
    which he has read before. One query."""
    ids = ArraySubquery(news("read_version", "read_until").values("pk")[: NEWS_AT_MOST + 1])
    markers = reader.read_markers.filter(discussion__in=discussions)
    found = markers.annotate(news_ids=ids).values_list("discussion_id", "news_ids")
    return {discussion_id: len(news_ids) for discussion_id, news_ids in found}


def next_new(discussion: Discussion, *, reader: User) -> int | None:
    """Id of the first comment that he has not read; None also where he was never before."""
    first = news("read_version", "read_until").values("pk")[:1]
    marker = reader.read_markers.filter(discussion=discussion)
    return marker.annotate(first=Subquery(first)).values_list("first", flat=True).first()


def next_after(place: tuple[datetime, int], discussion: Discussion, *, reader: Any) -> int | None:
    """Id of the comment that was published next after a moment and an id; strangers get it, too."""
    later = GreaterThan(
        row(F("published_at"), F("pk")),
        row(
            Value(place[0], output_field=DateTimeField()),
            Value(place[1], output_field=BigIntegerField()),
        ),
    )
    comments = Comment.objects.published().filter(later, discussion=discussion)
    if reader.is_authenticated:
        hidden = Q(written_as=Comment.WrittenAs.READER, author__in=reader.mutes.values("muted"))
        comments = comments.exclude(author=reader).exclude(hidden)
    return comments.order_by("published_at", "pk").values_list("pk", flat=True).first()


def news(version: str, until: Any) -> QuerySet[Comment]:
    """Comments that are new to the reader of a row with a discussion: later than its version and
    moment, the first published first; by index."""
    muted = Mute.objects.filter(reader=OuterRef(OuterRef("reader")), muted=OuterRef("author"))
    return (
        Comment.objects.published()
        .filter(
            discussion=OuterRef("discussion"),
            visible_version__gt=OuterRef(version),
            published_at__gt=OuterRef(until) if isinstance(until, str) else until,
        )
        .exclude(author=OuterRef("reader"))
        .exclude(Q(written_as=Comment.WrittenAs.READER) & Exists(muted))
        .order_by("published_at", "pk")
    )


def _store(discussion: Discussion, reader: User, version: int, **visit: Any) -> None:
    """Two tabs may say it at once, in any order: nothing goes backwards."""
    now = timezone.now()
    version = min(
        version, Discussion.objects.values_list("version", flat=True).get(pk=discussion.pk)
    )
    until = _published_until(discussion, version)
    read = {
        "read_version": Greatest(F("read_version"), version),
        "read_until": Greatest(F("read_until"), until),
        "read_at": now,
    }
    marker = reader.read_markers.filter(discussion=discussion)
    if not marker.update(**read, **visit):
        _remember(discussion, reader, version=version, until=until, now=now)
    # What he has read needs no line and no mail.
    follows = reader.follows.filter(discussion=discussion, known_version__lt=version)
    follows.update(known_version=version, known_at=until)


def _remember(
    discussion: Discussion, reader: User, *, version: int, until: datetime, now: datetime
) -> None:
    """The first visit: nothing is new. In place of the oldest, where he has read in many."""
    first = ReadMarker(
        reader=reader,
        discussion=discussion,
        known_version=version,
        known_until=until,
        left_at=now,
        read_version=version,
        read_until=until,
        read_at=now,
    )
    ReadMarker.objects.bulk_create([first], ignore_conflicts=True)
    oldest = reader.read_markers.order_by("-read_at").values("pk")[MOST_REMEMBERED:]
    reader.read_markers.filter(pk__in=oldest).delete()


def _published_until(discussion: Discussion, version: int) -> datetime:
    """When the last comment was published that this version of the discussion has."""
    changed = Comment.objects.published().filter(
        discussion=discussion, visible_version__lte=version
    )
    last = changed.order_by("-visible_version").values_list("published_at", flat=True)
    return max(filter(None, last[:CHANGES_LOOKED_AT]), default=discussion.opened_at)
