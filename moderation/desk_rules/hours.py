"""Is the discussion open at that hour, and if not, when does it open again?

Wall clock of the newspaper throughout: on the two nights when clocks change, hours are as shown.
"""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from forum.models import Discussion
from moderation.desk_rules import policy
from moderation.desk_rules.history import topic_of
from moderation.desk_rules.options import Kind, OpeningHours

DAY = timedelta(days=1)


def is_open(options: OpeningHours, moment: datetime) -> bool:
    now = timezone.localtime(moment).replace(tzinfo=None)
    # Last night's opening may reach into today.
    return any(begins <= now < ends for begins, ends in _openings(options, now - DAY, days=2))


def opens_again(options: OpeningHours, moment: datetime) -> datetime:
    """The next opening after that moment."""
    now = timezone.localtime(moment).replace(tzinfo=None)
    begins = next(begins for begins, _ends in _openings(options, now, days=8) if begins > now)
    return timezone.make_aware(begins)


def _openings(
    options: OpeningHours, first: datetime, *, days: int
) -> list[tuple[datetime, datetime]]:
    """From and to, of each of these days on which it opens; naive, by the newspaper's clock."""
    opens, closes = time.fromisoformat(options.opens), time.fromisoformat(options.closes)
    spans = []
    for number in range(days):
        day = (first + number * DAY).date()
        if day.weekday() in options.days:
            last = day + DAY if closes <= opens else day
            spans.append((datetime.combine(day, opens), datetime.combine(last, closes)))
    return spans


def refusal(author: User, discussion: Discussion) -> str | None:
    """Why nobody can write there at this hour; asked by the forum through FORUM_HOURS. One query.

    The discussion comes with its article. The house writes at any hour.
    """
    if author.is_staff:
        return None
    options = policy.current().at(
        Kind.OPENING_HOURS, topic_id=topic_of(discussion), discussion_id=discussion.pk
    )
    now = timezone.now()
    if not isinstance(options, OpeningHours) or options.outside != "refuse":
        return None
    if is_open(options, now):
        return None
    again = timezone.localtime(opens_again(options, now))
    return _(
        "You can write here again from %(time)s. Your text is not lost: please copy it, "
        "and send it then."
    ) % {"time": date_format(again, "DATETIME_FORMAT")}
