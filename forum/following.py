"""Which discussions does a reader follow, and what is new in them to him?

New is what others published first after the version he knows, unless he mutes them. Nothing is
written when somebody posts: the clock compares versions (notifications/gathering.py).
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from forum import rules
from forum.models import Audience, Comment, Discussion, Follow
from forum.returning import NEWS_AT_MOST, news, note_reading

MOST_FOLLOWED = 200
# A comment is stamped a moment before its transaction ends; versions are in the order of ends.
STRAGGLING = timedelta(seconds=10)


@transaction.atomic
def follow(discussion: Discussion, *, reader: User) -> bool:
    """Whether he did not until now. Doing it again changes nothing.

    Raises PermissionDenied (closed), ValidationError "conflict" (too many).
    """
    if reader.follows.filter(discussion=discussion).exists():
        return False
    if refusal := rules.follow_refusal(reader, discussion):
        raise PermissionDenied(refusal)
    if reader.follows.count() >= MOST_FOLLOWED:
        raise ValidationError(
            _("You follow %(count)s discussions already. Please stop following one first."),
            code="conflict",
            params={"count": MOST_FOLLOWED},
        )
    version = Discussion.objects.values_list("version", flat=True).get(pk=discussion.pk)
    Follow.objects.bulk_create(
        [Follow(reader=reader, discussion=discussion, known_version=version)],
        ignore_conflicts=True,
    )
    Audience.objects.bulk_create(
        [Audience(discussion=discussion, told_version=version)], ignore_conflicts=True
    )
    note_reading(discussion, reader=reader, version=version)
    return True


def unfollow(discussion: Discussion, *, reader: User) -> bool:
    """Whether he followed until now; possible at any time."""
    deleted, _by_model = reader.follows.filter(discussion=discussion).delete()
    return bool(deleted)


def catch_up(reader: User, *, discussions: Collection[int]) -> None:
    """He has seen what he was told of there: what is new begins now."""
    version = Discussion.objects.filter(pk=OuterRef("discussion")).values("version")
    reader.follows.filter(discussion__in=discussions).update(
        known_version=Subquery(version), known_at=timezone.now()
    )


def followed_by(reader: User) -> list[Follow]:
    """What he follows, the last first, with what is shown of it and `news_count`; one query."""
    follows = reader.follows.filter(discussion__in=Discussion.objects.reachable())
    return _counted(
        follows.select_related("discussion__article", "discussion__topic").order_by("-pk")
    )


def news_counts(reader: User, *, discussions: Collection[int]) -> dict[int, int]:
    """Discussion id -> how many comments are new to him, at most a hundred; one query."""
    follows = _counted(reader.follows.filter(discussion__in=discussions))
    return {follow.discussion_id: follow.news_count for follow in follows}


def with_news(discussion_id: int) -> QuerySet[Follow]:
    """Follows of those who have something new to read there."""
    return Follow.objects.filter(Exists(_news()), discussion=discussion_id, reader__is_active=True)


def changed_audiences() -> list[int]:
    """Discussions in which something happened since their followers were last told.

    Closed ones and those of articles that are not shown tell nobody.
    """
    reachable = Discussion.objects.reachable().filter(closed_at__isnull=True)
    changed = Audience.objects.filter(
        discussion__in=reachable, told_version__lt=F("discussion__version")
    )
    return list(changed.order_by("pk").values_list("pk", flat=True))


def _counted(follows: QuerySet[Follow]) -> list[Any]:
    ids = ArraySubquery(_news().values("pk")[: NEWS_AT_MOST + 1])
    found: list[Any] = list(follows.annotate(news_ids=ids))
    for follow in found:
        follow.news_count = len(follow.news_ids)
    return found


def _news() -> QuerySet[Comment]:
    """Comments that are new to the reader of a follow."""
    return news("known_version", OuterRef("known_at") - STRAGGLING)
