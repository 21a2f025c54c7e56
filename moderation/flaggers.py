"""How often was a reader right who flags something?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from moderation.models import Decision, Flag

# People learn: what is older says nothing about him any more.
LOOKS_BACK = timedelta(days=180)


@dataclass(frozen=True)
class Record:
    """Of his flags that were decided on: how many, and how many led to a measure."""

    decided: int = 0
    upheld: int = 0


UNKNOWN = Record()


def records_of(readers: Iterable[int]) -> dict[int, Record]:
    """Reader id -> record, of those who have one. One query."""
    decisions = Decision.objects.filter(case=OuterRef("case"))
    measures = decisions.filter(measure__in=Decision.RESTRICTING)
    found = (
        Flag.objects.filter(
            Exists(decisions),
            reader__in=list(readers),
            case__closed_at__isnull=False,
            flagged_at__gt=timezone.now() - LOOKS_BACK,
        )
        .order_by()
        .values_list("reader")
        .annotate(decided=Count("pk"), upheld=Count("pk", filter=Exists(measures)))
    )
    return {reader: Record(decided, upheld) for reader, decided, upheld in found}
