"""Which of the waiting cases does a moderator want to see, and how many are there of each kind?"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from articles.models import Topic
from forum.models import Discussion
from moderation.models import Case, CaseQuerySet

ALL, MINE, OVERDUE = "all", "mine", "overdue"
VIEWS: dict[str, Promise] = {
    ALL: _("Everything"),
    "flagged": _("Flagged"),
    "held": _("Held"),
    "notices": _("Notices"),
    "appeals": _("Appeals"),
    MINE: _("Mine"),
    "set-aside": _("Set aside"),
    OVERDUE: _("Over 24 hours"),
}
# Beyond this the desk says "99+": whoever has so much to do needs no exact number of it.
MOST_COUNTED = 99


@dataclass(frozen=True)
class Filter:
    """One view of the queue; each further part narrows it."""

    view: str = ALL
    discussion: Discussion | None = None
    topic: Topic | None = None
    # Name of a check that has objected to the latest wording.
    check: str = ""
    author: User | None = None

    def cases(self, moderator: User) -> CaseQuerySet:
        """Open ones, in no order yet. Raises KeyError for a view nobody knows."""
        found = of_view(self.view, moderator)
        if self.discussion:
            found = found.filter(discussion=self.discussion)
        if self.topic:
            of_topic = Q(topic=self.topic) | Q(article__topic=self.topic)
            found = found.filter(discussion__in=Discussion.objects.filter(of_topic))
        if self.check:
            found = found.filter(checks__contains=[self.check])
        if self.author:
            found = found.filter(author=self.author)
        return found

    @property
    def is_narrowed(self) -> bool:
        return bool(self.discussion or self.topic or self.check or self.author)

    @property
    def query(self) -> str:
        """As it stands in addresses, "" or "?view=held&check=links"."""
        asked = {
            "view": "" if self.view == ALL else self.view,
            "discussion": self.discussion.pk if self.discussion else "",
            "topic": self.topic.slug if self.topic else "",
            "check": self.check,
            "author": self.author.name if self.author else "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"?{query}" if query else ""


EVERYTHING = Filter()


def of_view(view: str, moderator: User) -> CaseQuerySet:
    waiting = Case.objects.open()
    if view == ALL:
        return waiting
    if view == MINE:
        return waiting.claimed_now_by(moderator)
    if view == OVERDUE:
        return waiting.overdue()
    return waiting.of_kind(view)


@dataclass(frozen=True)
class Counts:
    """Each up to MOST_COUNTED + 1. newest: the highest id of all cases there are, 0 of none."""

    views: dict[str, int]
    shown: int
    newest: int


def counts(chosen: Filter, moderator: User) -> Counts:
    """One query that reads at most a hundred rows for each number, however many cases wait."""
    counted = [*(of_view(view, moderator) for view in VIEWS), chosen.cases(moderator)]
    # In the order of the list: the planner would read the table, at whose end the open ones lie.
    asked = [found.most_urgent_first().values("pk")[: MOST_COUNTED + 1].query for found in counted]
    compiled = [query.sql_with_params() for query in asked]
    numbers = [f"(SELECT count(*) FROM ({sql}) counted)" for sql, _params in compiled]  # noqa: S608
    numbers.append("(SELECT coalesce(max(id), 0) FROM moderation_case)")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(numbers)}", [one for _sql, params in compiled for one in params]
        )
        *views, shown, newest = cursor.fetchone()
    return Counts(dict(zip(VIEWS, views, strict=True)), shown, newest)


def came_since(newest: int, chosen: Filter, moderator: User) -> int:
    """How many cases have come into a view behind that id; up to MOST_COUNTED + 1."""
    return chosen.cases(moderator).filter(pk__gt=newest)[: MOST_COUNTED + 1].count()
