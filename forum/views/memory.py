"""What does a process keep of the pages that were asked for last?"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    @property
    def size(self) -> int:
        """In bytes, more or less."""


Page = TypeVar("Page", bound=Sized)


class Memory(Generic[Page]):
    """As many as fit; what was asked for longest ago goes first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Page | None:
        with self._lock:
            if page := self._pages.get(key):
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, page: Page) -> None:
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self._bytes += page.size
            while self._bytes > self._limit:
                self._drop(next(iter(self._pages)))

    def drop(self, key: Hashable) -> None:
        with self._lock:
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        if page := self._pages.pop(key, None):
            self._bytes -= page.size
