"""What time is it while the demo's past is being told?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from unittest.mock import patch

from django.utils import timezone


class AnyMoment(type):
    """Django asks whether a value is a datetime before it shows local time: others still are."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


class Clock(datetime, metaclass=AnyMoment):
    """Stands still until it is set. Every verb asks django.utils.timezone, which asks this one."""

    shown: datetime

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return cls.shown.astimezone(tz)


@contextmanager
def turned_back() -> Iterator[type[Clock]]:
    """Rows get the times at which things happened, instead of all being as old as the demo.

    Set `.shown` before each act, and never backwards: ids are in the order of time.
    """
    Clock.shown = timezone.now()
    with patch.object(timezone, "datetime", Clock):
        yield Clock
