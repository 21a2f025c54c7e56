"""What has a moderator decided lately, and what of it can he still undo?"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from moderation.models import Case, Decision, Respite

SHOWN = 5


@dataclass(frozen=True)
class Lately:
    """A line at the foot of the list; `undo` is the respite where it still runs."""

    measure: str
    # Whose comment, who, or which discussion it is about.
    about: str
    at: datetime
    case: Case | None
    undo: Respite | None = None
    seconds_left: int = 0


def lately(moderator: User | AnonymousUser) -> list[Lately]:
    """His last decisions, newest first; two queries."""
    now = timezone.now()
    running = (
        Respite.objects.running()
        .filter(decided_by=moderator.pk)
        .select_related("case__comment__author")
        .order_by("-pk")[:SHOWN]
    )
    decided = (
        Decision.objects.filter(decided_by=moderator.pk)
        .select_related("case", "comment__author", "reader", "discussion__article__topic")
        .order_by("-pk")[:SHOWN]
    )
    lines = [
        Lately(
            measure=respite.get_measure_display(),
            about=str(respite.case.reviewed_comment.author),
            at=respite.granted_at,
            case=respite.case,
            undo=respite,
            seconds_left=max(0, ceil((respite.due_at - now).total_seconds())),
        )
        for respite in running
    ]
    lines += [
        Lately(
            measure=decision.get_measure_display(),
            about=subject_of(decision),
            at=decision.decided_at,
            case=decision.case,
        )
        for decision in decided
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN]


def subject_of(decision: Decision) -> str:
    if decision.comment:
        return str(decision.comment.author)
    return str(decision.reader or decision.discussion)
