"""Is this too fast? Limits per account and per address, counted in PostgreSQL.

Not in Redis, so that they hold while it is gone. Windows slide: an act counts until it is as old
as the window is long.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from math import ceil

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format

from accounts.limits import LIMITS, Limit, Window
from accounts.models import Act, User

TOO_FAST = "too_fast"
LONGEST_WINDOW = timedelta(days=1)
# A connection of the v6 Internet is a network of this size: its owner has all addresses in it.
V6_PREFIX = 64


def throttle(action: str, *, reader: User | None = None, address: str = "") -> None:
    """Count one act, or refuse it: ValidationError(code="too_fast").

    Its params: `retry_after` in seconds, `time` when it is possible again. A refused act is not
    counted, neither is one whose transaction fails. Call it before locking rows: parallel acts of
    one account or address wait here for one another.
    """
    if not settings.RATE_LIMITS:
        return
    limit = LIMITS[action]
    buckets = dict(buckets_of(limit, action=action, reader=reader, address=address))
    if not buckets:
        return
    now = timezone.now()
    # Without a savepoint of its own: whoever is refused has changed nothing.
    with transaction.atomic(savepoint=False):
        wait_for_turn(buckets)
        free_at = count_act(buckets, now=now)
    if free_at:
        raise refusal(limit, free_at=free_at, now=now)


def wait_for(action: str, *, reader: User) -> None:
    """Take his place before rows are locked, where many acts are counted one by one after that.

    His other acts wait until the transaction ends, instead of each for the other's lock.
    """
    if not settings.RATE_LIMITS:
        return
    if buckets := dict(buckets_of(LIMITS[action], action=action, reader=reader, address="")):
        wait_for_turn(buckets)


def buckets_of(
    limit: Limit, *, action: str, reader: User | None, address: str
) -> Iterator[tuple[str, tuple[Window, ...]]]:
    if reader and (windows := limit.of(reader)):
        yield bucket_key(f"{action}:reader:{reader.pk}"), windows
    if address and limit.address:
        yield bucket_key(f"{action}:address:{block_of(address)}"), limit.address


def forget_acts_of(reader: User) -> None:
    keys = [bucket_key(f"{action}:reader:{reader.pk}") for action in LIMITS]
    Act.objects.filter(bucket__in=keys).delete()


def bucket_key(name: str) -> str:
    """A keyed hash: the table holds no address."""
    return salted_hmac("accounts.throttling", name, algorithm="sha256").hexdigest()


def wait_for_turn(buckets: dict[str, tuple[Window, ...]]) -> None:
    """Hold each bucket until the transaction ends, in one order for everybody: no deadlock."""
    numbers = [
        int.from_bytes(sha256(bucket.encode()).digest()[:8], signed=True)
        for bucket in sorted(buckets)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number", [numbers]
        )


# A window is full until the oldest of its newest `room` acts is as old as it is long. If none is
# full, one act is noted in each bucket.
_COUNT = """
    WITH asked (bucket, span, room) AS (
        SELECT * FROM unnest(%s::text[], %s::interval[], %s::int[])
    ), full_until AS (
        SELECT max(asked.span + (
            SELECT act.at FROM accounts_act act
            WHERE act.bucket = asked.bucket AND act.at > %s - asked.span
            ORDER BY act.at DESC OFFSET asked.room - 1 LIMIT 1)) AS at
        FROM asked
    ), noted AS (
        INSERT INTO accounts_act (bucket, at)
        SELECT DISTINCT bucket, %s FROM asked, full_until WHERE full_until.at IS NULL
    )
    SELECT at FROM full_until
"""


def count_act(buckets: dict[str, tuple[Window, ...]], *, now: datetime) -> datetime | None:
    """When all of them have room again; None if they have some now: then the act is counted."""
    asked = [
        (bucket, window.span, window.count)
        for bucket, windows in buckets.items()
        for window in windows
    ]
    columns = [list(column) for column in zip(*asked, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [*columns, now, now])
        [free_at] = cursor.fetchone()
    return free_at


def refusal(limit: Limit, *, free_at: datetime, now: datetime) -> ValidationError:
    seconds = ceil((free_at - now).total_seconds())
    # The full minute after it: at the time we name, it works.
    time = timezone.localtime(free_at + timedelta(seconds=59))
    clock = date_format(time, "TIME_FORMAT")
    if time.date() != timezone.localtime(now).date():
        clock = f"{clock} ({date_format(time, 'DATE_FORMAT')})"
    return ValidationError(
        limit.sentence,
        code=TOO_FAST,
        params={"retry_after": seconds, "time": free_at, "clock": clock},
    )


def address_of(request: HttpRequest) -> str:
    """The reader's address; "" if unknown.

    X-Forwarded-For is read from its right end, where our own proxies wrote, and believed only as
    far as TRUSTED_PROXIES go. Whatever else a client claims is ignored.
    """
    peer = parsed(request.META.get("REMOTE_ADDR", ""))
    if peer is None:
        return ""
    trusted = trusted_networks()
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while hops and any(peer in network for network in trusted):
        hop = parsed(hops.pop())
        if hop is None:
            break
        peer = hop
    return str(peer)


def parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.strip())
    except ValueError:
        return None
    # A v4 client that reached a v6 socket.
    return getattr(found, "ipv4_mapped", None) or found


def trusted_networks() -> list[IPv4Network | IPv6Network]:
    return [ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES]


def block_of(address: str) -> str:
    """What counts as one client: a v4 address, or the /64 of a v6 address."""
    found = parsed(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, V6_PREFIX), strict=False))
    return str(found or address)
