"""Of which days do the figures speak?"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TODAY, USUAL = "today", "7"
# Name, as it stands in addresses -> how many days.
LENGTHS = {TODAY: 1, "7": 7, "30": 30, "90": 90}
LABELS: dict[str, Promise] = {
    TODAY: _("One day"),
    "7": _("7 days"),
    "30": _("30 days"),
    "90": _("90 days"),
}
# Decisions and notices are kept for three years (GDPR art. 17(3)(e)).
LOOKS_BACK = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included, in the site's time zone."""

    name: str
    last: date

    @property
    def first(self) -> date:
        return self.last - timedelta(days=LENGTHS[self.name] - 1)

    @property
    def since(self) -> datetime:
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after it; today's lies ahead."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def seen_at(self) -> datetime:
        """What waits is counted as it was then."""
        return min(self.end, timezone.now())

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(LENGTHS[self.name])]


def period_of(name: str, until: date | None) -> Period:
    """until: None is today."""
    return Period(name, until or timezone.localdate())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
