"""How has somebody stood with the moderators lately, in three numbers?"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from moderation.models import Decision, ReaderNote

LOOKS_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Record:
    """Removals and warnings of the last twelve months, and all notes of colleagues."""

    removals: int
    warnings: int
    notes: int


def record_of(author: User) -> Record:
    """One query."""
    since = timezone.now() - LOOKS_BACK
    counted = User.objects.filter(pk=author.pk).values_list(
        _count(Decision.objects.removals_of(author, since=since)),
        _count(Decision.objects.warnings_of(author).filter(decided_at__gte=since)),
        _count(ReaderNote.objects.filter(reader=author)),
    )
    return Record(*counted.get())


def _count(rows: QuerySet) -> Coalesce:
    grouped = rows.order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    counted = grouped.annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
