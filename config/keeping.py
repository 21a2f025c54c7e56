"""Where are finished public pages kept? In this process, and for the others in Redis.

Nothing here knows whether a page still holds: it carries what it was made from, by which
config/serving.py asks PostgreSQL.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from time import monotonic, time
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis, RedisError

from forum.states import Mark, State
from forum.views.answering import RENEWED_SECONDS, Made
from forum.views.building import build

# Scheme, host, script, path and query as they were sent.
Key = tuple[str, ...]
Headers = list[tuple[str, str]]

# Of each process; a page takes 5 to 15 KB.
MEMORY_BYTES = 8_000_000
# What a page takes beside its body.
OVERHEAD_BYTES = 4_000
# 1 is within a tenth of 6 in size, in less than half the time.
COMPRESSION = 4
# A process that has died while it was building holds the others up no longer than this.
CLAIM_SECONDS = 2
OF_A_BODY = {"content-type", "content-length", "content-language"}
# Without Redis one request in so many seconds finds out that it is still away.
AWAY_SECONDS = 5


@dataclass
class Page:
    """A finished answer, compressed, and what it was made from."""

    headers: Headers
    body: bytes
    made: Made
    made_at: float
    # When it was last known to hold, by the clock of this process.
    held_at: float

    @classmethod
    def finished(cls, headers: Headers, body: bytes, made: Made, *, began_at: float) -> "Page":
        """began_at: before anything was asked for it, by the clock of this process."""
        packed = gzip.compress(body, COMPRESSION, mtime=0)
        made_at = time() - (monotonic() - began_at)
        return cls(headers, packed, made, made_at=made_at, held_at=began_at)

    @cached_property
    def known_headers(self) -> Headers:
        """Of a 304, which says nothing of a body."""
        return [each for each in self.headers if each[0].lower() not in OF_A_BODY]

    @cached_property
    def packed_headers(self) -> Headers:
        sized = [("Content-Length", str(len(self.body))), ("Content-Encoding", "gzip")]
        return _without_length(self.headers) + sized

    def unpacked(self) -> tuple[Headers, bytes]:
        """For the few who do not understand gzip."""
        body = gzip.decompress(self.body)
        return [*_without_length(self.headers), ("Content-Length", str(len(body)))], body

    @cached_property
    def tag(self) -> str:
        return self.made.tag

    @property
    def size(self) -> int:
        return len(self.body) + OVERHEAD_BYTES

    def to_bytes(self) -> bytes:
        made = self.made
        mark = [made.mark.shown, made.mark.retracted]
        known = [made.address, made.states, mark, made.minute, self.made_at, self.headers]
        return json.dumps(known).encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Page":
        known, body = stored.split(b"\n", 1)
        address, states, mark, minute, made_at, headers = json.loads(known)
        made = Made(address, tuple(map(_state, states)), Mark(*mark), minute)
        age = max(0.0, time() - made_at)
        pairs = [(name, value) for name, value in headers]
        return cls(pairs, body, made, made_at=made_at, held_at=monotonic() - age)


class Shelf:
    """The pages that processes hand each other, in Redis, which may vanish or forget all."""

    def __init__(self) -> None:
        self._away_until = 0.0

    def get(self, key: Key) -> Page | None:
        stored = self._ask("get", f"page-{_name(key)}")
        return Page.from_bytes(stored) if stored else None

    def keep(self, key: Key, page: Page) -> None:
        self._ask("set", f"page-{_name(key)}", page.to_bytes(), timeout=RENEWED_SECONDS)

    def claim(self, key: Key) -> bool:
        """Whether this process is the one to build it; always, where there is nobody to ask."""
        return self._ask("add", f"claim-{_name(key)}", b"", timeout=CLAIM_SECONDS) is not False

    def release(self, key: Key) -> None:
        self._ask("delete", f"claim-{_name(key)}")

    def _ask(self, verb: str, *given: Any, **options: Any) -> Any:
        """None where Redis is away."""
        if monotonic() < self._away_until:
            return None
        try:
            return getattr(caches["pages"], verb)(*given, **options)
        except RedisError:
            self._away_until = monotonic() + AWAY_SECONDS
            return None


class Pages(RedisCache):
    """Django's, with one client for each thread."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._class = KeptClient


class KeptClient(RedisCacheClient):
    """To make a client, as Django does for each question, takes longer than asking it."""

    @cached_property
    def _client_of_this_thread(self) -> Redis:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        return self._client_of_this_thread


class BytesAndJson:
    """How things are written in Redis: nothing that is read from there can run."""

    def dumps(self, thing: Any) -> bytes:
        return b"\0" + thing if isinstance(thing, bytes) else json.dumps(thing).encode()

    def loads(self, stored: bytes) -> Any:
        return stored[1:] if stored[:1] == b"\0" else json.loads(stored)


def _name(key: Key) -> str:
    """Another one for each deployment."""
    return hashlib.blake2b(repr((build(), key)).encode(), digest_size=16).hexdigest()


def _without_length(headers: Headers) -> Headers:
    return [each for each in headers if each[0].lower() != "content-length"]


def _state(parts: list[str | int]) -> State:
    return tuple(parts)
