"""What follows from decisions about readers?"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models import Comment, Revision
from moderation.models.cases import Case
from moderation.models.decisions import Decision

# How long a reader has to answer before he may be suspended.
TO_ANSWER = timedelta(days=3)


class Acknowledgement(models.Model):
    """A reader has read the warning; until then he writes nothing (User.warned_at)."""

    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, primary_key=True, related_name="acknowledgement"
    )
    acknowledged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")

    def __str__(self) -> str:
        return f"acknowledgement of decision {self.decision_id}"


class HearingQuerySet(models.QuerySet["Hearing"]):
    def open(self) -> "HearingQuerySet":
        return self.filter(decided_at__isnull=True)

    def overdue(self, now: datetime) -> "HearingQuerySet":
        """Nobody has answered in time, and the desk does not know yet. Who has left is let be."""
        return self.open().filter(
            case__isnull=True, deadline__lte=now, reader__closed_at__isnull=True
        )

    def in_view(self) -> "HearingQuerySet":
        """With everything that its letter needs, in one query."""
        return self.select_related(
            "reader",
            "comment__author",
            "comment__discussion__article",
            "comment__discussion__topic",
            "revision",
        )


class Hearing(models.Model):
    """A suspension is announced with its reasons; the reader may answer, then it is decided on
    anew (BGH, 29 July 2021, III ZR 179/20)."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hearings"
    )
    # The occasion, in the wording that was read.
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="hearings")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    # How long he is to be suspended; None: without end.
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    ground = models.CharField(max_length=40)
    rules_version = models.CharField(max_length=20)
    explanation = models.TextField()
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    announced_at = models.DateTimeField(default=timezone.now)
    deadline = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # With which it came back to the desk: he has answered, or the deadline is over.
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="hearings"
    )
    # A suspension, or that there is none.
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="hearing"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = HearingQuerySet.as_manager()

    class Meta:
        verbose_name = _("hearing")
        verbose_name_plural = _("hearings")
        constraints = [
            models.UniqueConstraint(
                fields=["reader"], condition=Q(decided_at__isnull=True), name="hearing_open_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decision__isnull=True)
                | Q(decided_at__isnull=False, decision__isnull=False),
                name="hearing_decided_by_decision",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline"],
                condition=Q(decided_at__isnull=True, case__isnull=True),
                name="hearing_overdue",
            )
        ]

    def __str__(self) -> str:
        return f"hearing {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:hearing", args=[self.pk])

    @property
    def is_heard(self) -> bool:
        return self.answered_at is not None or self.deadline <= timezone.now()


class ReaderNote(models.Model):
    """What moderators tell each other about a reader. He may ask for it (GDPR art. 15)."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="moderators_notes"
    )
    text = models.TextField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("note about a reader")
        verbose_name_plural = _("notes about readers")
        indexes = [models.Index(fields=["reader", "-id"], name="note_of_reader")]

    def __str__(self) -> str:
        return f"note {self.pk} about reader {self.reader_id}"
