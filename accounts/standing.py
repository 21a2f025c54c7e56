"""How far is a reader trusted, and may he write?"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts import signals
from accounts.models import User

# What makes a new reader a regular one.
REGULAR_AFTER = timedelta(days=7)
REGULAR_COMMENTS = 5


@transaction.atomic
def suspend(reader: User, *, until: datetime | None, ground: str) -> None:
    """He may read, export and appeal, not write; `until` None means until revoked."""
    reader.suspended_at = timezone.now()
    reader.suspended_until = until
    reader.suspension_ground = ground
    reader.save(update_fields=["suspended_at", "suspended_until", "suspension_ground"])
    signals.suspended.send(sender=User, user=reader)


@transaction.atomic
def reinstate(reader: User) -> None:
    reader.suspended_at = reader.suspended_until = None
    reader.suspension_ground = ""
    reader.save(update_fields=["suspended_at", "suspended_until", "suspension_ground"])
    signals.reinstated.send(sender=User, user=reader)


def read_first(reader: User, *, until: datetime | None) -> None:
    """Moderators read what he writes before it appears; `until` None means until they lift it."""
    reader.read_first_at, reader.read_first_until = timezone.now(), until
    reader.save(update_fields=["read_first_at", "read_first_until"])


def read_with_others(reader: User) -> None:
    reader.read_first_at = reader.read_first_until = None
    reader.save(update_fields=["read_first_at", "read_first_until"])


def count_published(reader: User, *, by: int = 1) -> None:
    """Keep the number of his published comments; -1 when one is taken down."""
    User.objects.filter(pk=reader.pk).update(published_count=Greatest(F("published_count") + by, 0))


# Locked in the order of ids, so that two who count some of the same readers do not wait in a ring.
_COUNT_PUBLISHED = """
    WITH reader AS (
        SELECT one.id, counted.by FROM accounts_user one
        JOIN unnest(%s::bigint[], %s::int[]) AS counted (id, by) ON counted.id = one.id
        ORDER BY one.id FOR NO KEY UPDATE OF one
    )
    UPDATE accounts_user one SET published_count = greatest(one.published_count + reader.by, 0)
    FROM reader WHERE one.id = reader.id
"""


def count_published_of(counts: Mapping[int, int]) -> None:
    """The same for many, by id. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_PUBLISHED, [[*counts], [*counts.values()]])


def settle(now: datetime | None = None) -> int:
    """Make regular readers of the new ones who have earned it; how many."""
    return User.objects.due_to_become_regular(
        joined_before=(now or timezone.now()) - REGULAR_AFTER, comments=REGULAR_COMMENTS
    ).update(standing=User.Standing.REGULAR)
