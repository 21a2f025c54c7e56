"""What has a moderator decided lately, and what of it can he still undo?"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from forum.asking import asked_once
from moderation.models import Decision, Respite

SHOWN = 5
Measure = Decision.Measure


@dataclass(frozen=True)
class Lately:
    """A line of the list. Names and ids only: every page of the desk shows it, for one query."""

    measure: Measure
    # Whose comment, who, or which discussion it is about.
    about: str
    at: datetime
    case_id: int | None
    # Where it can still be undone, and how long nobody is told.
    respite_id: int | None
    due_at: datetime | None

    @property
    def seconds_left(self) -> int:
        left = self.due_at - timezone.now() if self.due_at else None
        return max(0, ceil(left.total_seconds())) if left else 0


def lately(moderator: User | AnonymousUser) -> list[Lately]:
    """His last decisions, newest first. One query."""
    lines = [
        Lately(Measure(measure), *fields) for measure, *fields in _lately(moderator=moderator.pk)
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN]


@asked_once
def _lately(*, moderator: int) -> QuerySet[Decision, Any]:
    decided = (
        Decision.objects.filter(decided_by=moderator)
        .order_by("-pk")
        .values_list(
            "measure",
            Coalesce(
                "comment__author__name",
                "reader__name",
                "discussion__article__headline",
                "discussion__topic__title",
            ),
            F("decided_at"),
            "case_id",
            Value(None, output_field=BigIntegerField()),
            Value(None, output_field=DateTimeField()),
        )
    )
    running = (
        Respite.objects.running()
        .filter(decided_by=moderator)
        .order_by("-pk")
        .values_list(
            "measure", "case__comment__author__name", F("granted_at"), "case_id", "pk", "due_at"
        )
    )
    return decided[:SHOWN].union(running[:SHOWN], all=True)
