"""What do moderators know of a reader before they decide about him?"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from forum.markup import clean_body
from forum.models import Comment
from moderation import rules
from moderation.models import Appeal, Decision, Hearing, ReaderNote, Sweep
from moderation.records import LOOKS_BACK

LATEST = 20


@dataclass(frozen=True)
class ReaderFile:
    """Counts are of the last twelve months, lists the newest first."""

    reader: User
    removals: int
    warnings: int
    suspensions: int
    hearing: Hearing | None
    # Waiting, and about him rather than about a comment.
    appeals: list[Appeal]
    decisions: list[Decision]
    comments: list[Comment]
    notes: list[ReaderNote]
    sweeps: list[Sweep]


def reader_file(reader: User) -> ReaderFile:
    """Nine queries, however much he has written."""
    since = timezone.now() - LOOKS_BACK
    lately = Decision.objects.filter(reader=reader, decided_at__gte=since)
    latest = reader.comments.select_related("discussion__article", "discussion__topic")
    notes = reader.moderators_notes.select_related("written_by").order_by("-pk")
    decisions = Decision.objects.filter(reader=reader).select_related("decided_by", "text")
    return ReaderFile(
        reader=reader,
        removals=Decision.objects.removals_of(reader, since=since).count(),
        warnings=lately.filter(measure=Decision.Measure.WARN).count(),
        suspensions=lately.filter(measure=Decision.Measure.SUSPEND).count(),
        hearing=reader.hearings.open().in_view().select_related("announced_by").first(),
        appeals=list(Appeal.objects.waiting().filter(case__reader=reader).order_by("due_at")),
        decisions=list(decisions.order_by("-pk")[:LATEST]),
        comments=list(latest.order_by("-pk")[:LATEST]),
        notes=list(notes[:LATEST]),
        sweeps=list(Sweep.objects.in_view().filter(author=reader)[:LATEST]),
    )


@transaction.atomic
def add_note(reader: User, *, moderator: User, text: str) -> ReaderNote:
    """For colleagues. Raises PermissionDenied, ValidationError (the text)."""
    if refusal := rules.desk_refusal(moderator):
        raise PermissionDenied(refusal)
    return ReaderNote.objects.create(reader=reader, written_by=moderator, text=clean_body(text))
