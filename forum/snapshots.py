"""In which order does a reader page through threads that change their places meanwhile?

First what his first page showed, then everything else in the order it had when he went on: two
lists of ids, kept with the pages in Redis. A list is named by what it holds: the same order is kept
once, however many read it, and one that was lost is recognised when nothing has moved since.
"""

import hashlib
import logging
import zlib
from array import array
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from redis import RedisError

from forum.asking import none_of
from forum.models import Discussion, Tally
from forum.sorts import Sort, roots_of

logger = logging.getLogger(__name__)

# A hundred pages. Behind so many the others follow newest first, which needs no list.
MOST_THREADS = 2_000
KEPT_SECONDS = 2 * 3600
# So long readers of a busy discussion share an order; at most 720 lists of some 6 KB are kept.
SHARED_SECONDS = 10
# Ids that are looked up for a page, since some of them may have been removed.
LOOKED_UP = 60
NAME_LENGTH = 8


@dataclass(frozen=True)
class Snapshot:
    """What one reader pages through. names: of both lists, as his cursor has them."""

    discussion: Discussion
    names: str
    first: list[int]
    others: list[int]

    @property
    def place_of_first(self) -> int:
        """Where the thread that a page in the middle began with stands among the others."""
        if self.first[0] in self.others:
            return self.others.index(self.first[0])
        return 0 if len(self.others) < MOST_THREADS else MOST_THREADS


def begin(discussion: Discussion, shown: list[int]) -> str:
    """Keep which roots a page has shown; the name under which they are kept."""
    return _keep(discussion, shown)


def open_snapshot(
    discussion: Discussion, order: Sort, names: str, *, first_anew: Callable[[], list[int]]
) -> Snapshot | None:
    """By the name of the first page alone, or of that and the others. None: the order has changed
    and what it was is gone.

    first_anew: what a first page would show now.
    """
    name, others_name = names[:NAME_LENGTH], names[NAME_LENGTH:]
    if (first := _kept(discussion, name, anew=first_anew)) is None:
        return None
    if not others_name:
        others_name, others = _latest(discussion, order)
        return Snapshot(discussion, name + others_name, first, others)
    found = _kept(discussion, others_name, anew=lambda: _ids(discussion, order))
    return None if found is None else Snapshot(discussion, names, first, found)


def roots_from(snapshot: Snapshot, place: int, *, count: int) -> list[tuple[int, int]]:
    """The next roots that are still listed, each with the place behind it.

    place: how many of the others lie before it; where they are through, minus the id of the last
    root, and what is in no list follows newest first.
    """
    shown, others = set(snapshot.first), snapshot.others
    listed = Tally.objects.filter(listed_in=snapshot.discussion)
    found: list[tuple[int, int]] = []
    while 0 <= place < len(others) and len(found) < count:
        wanted = others[place : place + LOOKED_UP]
        there = set(listed.filter(pk__in=wanted).values_list("pk", flat=True)) - shown
        found += [(pk, place + at) for at, pk in enumerate(wanted, start=1) if pk in there]
        place += len(wanted)
    if len(found) < count:
        known = shown.union(others)
        if place < 0:
            listed = listed.filter(pk__lt=-place)
            known = {pk for pk in known if pk < -place}
        rest = listed.filter(none_of(sorted(known))).order_by("-pk").values_list("pk", flat=True)
        found += [(pk, -pk) for pk in rest[: count - len(found)]]
    return found[:count]


def _latest(discussion: Discussion, order: Sort) -> tuple[str, list[int]]:
    """The order as it is, or was some seconds ago, and its name."""
    pointer = f"order-{discussion.pk}-{order.name}"
    name = _get(pointer)
    if name and (packed := _get(_key(discussion, name))):
        return name, _unpacked(packed)
    ids = _ids(discussion, order)
    name = _keep(discussion, ids)
    _set(pointer, name, SHARED_SECONDS)
    return name, ids


def _ids(discussion: Discussion, order: Sort) -> list[int]:
    return list(roots_of(discussion.pk, order, None).values_list("pk", flat=True)[:MOST_THREADS])


def _kept(discussion: Discussion, name: str, *, anew: Callable[[], list[int]]) -> list[int] | None:
    if packed := _get(_key(discussion, name)):
        return _unpacked(packed)
    ids = anew()
    return ids if _keep(discussion, ids) == name else None


def _keep(discussion: Discussion, ids: list[int]) -> str:
    packed = array("q", ids).tobytes()
    digest = hashlib.blake2b(packed, digest_size=NAME_LENGTH * 6 // 8).digest()
    name = urlsafe_b64encode(digest).decode()
    _set(_key(discussion, name), zlib.compress(packed, level=1), KEPT_SECONDS)
    return name


def _unpacked(packed: bytes) -> list[int]:
    ids = array("q")
    ids.frombytes(zlib.decompress(packed))
    return ids.tolist()


def _key(discussion: Discussion, name: str) -> str:
    return f"order-{discussion.pk}-{name}"


def _get(key: str) -> Any:
    try:
        return caches["pages"].get(key)
    except RedisError:
        logger.warning("page cache away")
        return None


def _set(key: str, value: Any, seconds: int) -> None:
    try:
        caches["pages"].set(key, value, timeout=seconds)
    except RedisError:
        logger.warning("page cache away")
