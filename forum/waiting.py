"""How long does a held comment mostly wait, said in words?"""

from datetime import datetime, timedelta
from math import ceil

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.models import UsualWait

# When the clock stands still, nothing is promised.
BELIEVED_FOR = timedelta(hours=1)
STEP = timedelta(minutes=5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def note_usual_wait(duration: timedelta | None, *, now: datetime) -> None:
    UsualWait.objects.update_or_create(pk=1, defaults={"duration": duration, "measured_at": now})


def usual_wait() -> str:
    """ "40 minutes"; empty where nothing is known. One query."""
    found = UsualWait.objects.filter(measured_at__gt=timezone.now() - BELIEVED_FOR).first()
    return in_words(found.duration) if found and found.duration else ""


def in_words(duration: timedelta) -> str:
    """Rounded up: whoever waits shall not wait longer than we say. Stands after "mostly takes"."""
    minutes = max(ceil(duration / STEP), 1) * 5
    if minutes < 60:
        return _("%(count)s minutes") % {"count": minutes}
    hours = ceil(duration / HOUR)
    if hours < 24:
        return ngettext("an hour", "%(count)s hours", hours) % {"count": hours}
    days = ceil(duration / DAY)
    return ngettext("a day", "%(count)s days", days) % {"count": days}


def short_duration(seconds: int) -> str:
    """ "30 seconds", "5 minutes": of a pause, which is one or the other."""
    if seconds < 60:
        return _("%(count)s seconds") % {"count": seconds}
    minutes = ceil(seconds / 60)
    return ngettext("one minute", "%(count)s minutes", minutes) % {"count": minutes}
