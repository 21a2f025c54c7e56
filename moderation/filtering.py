"""Which of the waiting cases does a moderator want to see, and how many are there of each kind?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import IntegerField, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from articles.models import Topic
from forum.asking import asked_once
from forum.models import Discussion
from moderation.models import CLAIM_LASTS, Case, CaseQuerySet

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

    def asked(self, moderator_id: int) -> dict[str, Any]:
        """What cases_of asks by, each value None that it does not need."""
        is_his = self.view == MINE
        return {
            "discussion": self.discussion.pk if self.discussion else None,
            "topic": self.topic.pk if self.topic else None,
            "author": self.author.pk if self.author else None,
            "moderator": moderator_id if is_his else None,
            "since": timezone.now() - CLAIM_LASTS if is_his else None,
        }

    def cases(self, moderator: User) -> CaseQuerySet:
        """Open ones, in no order yet. Raises KeyError for a view nobody knows."""
        return cases_of(self.view, self.check, **self.asked(moderator.pk))

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


def cases_of(
    view: str,
    check: str,
    *,
    discussion: int | None,
    topic: int | None,
    author: int | None,
    moderator: int | None,
    since: datetime | None,
) -> CaseQuerySet:
    """Fit for asked_once. since: when a claim of the moderator's must have begun to hold still.

    Raises KeyError for a view nobody knows.
    """
    found = of_view(view, moderator=moderator, since=since)
    if discussion:
        found = found.filter(discussion=discussion)
    if topic:
        of_topic = Q(topic=topic) | Q(article__topic=topic)
        found = found.filter(discussion__in=Discussion.objects.filter(of_topic))
    if check:
        found = found.filter(checks__contains=[check])
    if author:
        found = found.filter(author=author)
    return found


def of_view(view: str, *, moderator: int | None, since: datetime | None) -> CaseQuerySet:
    waiting = Case.objects.open()
    if view == ALL:
        return waiting
    if view == MINE:
        return waiting.filter(claimed_by=moderator, claimed_at__gte=since)
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
    asked = chosen.asked(moderator.pk)
    asked |= {"moderator": moderator.pk, "since": timezone.now() - CLAIM_LASTS}
    ((*views, shown, newest),) = _counts(chosen.view, chosen.check, **asked)
    return Counts(dict(zip(VIEWS, views, strict=True)), shown, newest)


class CountOf(Subquery):
    """How many rows a query has, which is limited: to count all would be to read all."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@asked_once
def _counts(view: str, check: str, **asked: Any) -> QuerySet[User, Any]:
    his = {name: asked[name] for name in ("moderator", "since")}
    counted = [*(of_view(name, **his) for name in VIEWS), cases_of(view, check, **asked)]
    # In the order of the list: the planner would read the table, at whose end the open ones lie.
    limited = [found.most_urgent_first().values("pk")[: MOST_COUNTED + 1] for found in counted]
    newest = Case.objects.order_by("-pk").values("pk")[:1]
    return User.objects.filter(pk=asked["moderator"]).values_list(
        *(CountOf(found) for found in limited), Coalesce(Subquery(newest), 0)
    )


def came_since(newest: int, chosen: Filter, moderator: User) -> int:
    """How many cases have come into a view behind that id; up to MOST_COUNTED + 1."""
    return chosen.cases(moderator).filter(pk__gt=newest)[: MOST_COUNTED + 1].count()
