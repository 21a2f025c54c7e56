"""Who builds a page that many ask for at once? Of each process one thread at most."""

from threading import Event, Lock

from config.keeping import Key


class Turns:
    """Whose turn it is to see to a page."""

    def __init__(self) -> None:
        self._taken: dict[Key, Event] = {}
        self._lock = Lock()

    def take(self, key: Key) -> Event | None:
        """None: the caller's own. Otherwise somebody's whose end can be waited for."""
        with self._lock:
            if taken := self._taken.get(key):
                return taken
            self._taken[key] = Event()
            return None

    def give_back(self, key: Key) -> None:
        with self._lock:
            self._taken.pop(key).set()
