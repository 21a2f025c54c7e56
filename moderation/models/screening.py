"""What do checks say about a wording, and who works on that?"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models import Revision


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def waiting(self) -> "ScreeningQuerySet":
        return self.filter(decided_at__isnull=True, set_aside_at__isnull=True)

    def set_aside(self) -> "ScreeningQuerySet":
        return self.filter(decided_at__isnull=True, set_aside_at__isnull=False)


class Screening(models.Model):
    """The job of reading one revision, and its outcome: this row is the outbox, Celery the bell.

    A job claims it by committing attempts + 1 and a lease; after too many attempts it is set
    aside, and the comment is held, never published.
    """

    class Outcome(models.TextChoices):
        PASS = "pass", _("passed")
        HOLD = "hold", _("held")
        REMOVE = "remove", _("removed")
        # Edited, taken back or decided by hand before the outcome was known: nothing came of it.
        STALE = "stale", _("overtaken")

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="screening")
    queued_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        constraints = [
            # Named by forum_clearance together with the revision.
            models.UniqueConstraint(fields=["id", "revision"], name="screening_of_revision"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="")
                | (Q(decided_at__isnull=False) & ~Q(outcome="")),
                name="screening_outcome_when_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queued_at"],
                condition=Q(decided_at__isnull=True, set_aside_at__isnull=True),
                name="screening_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"screening of revision {self.revision_id}"


class Verdict(models.Model):
    """The answer of one check to one revision; all are stored, the strictest acts."""

    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="verdicts")
    check_name = models.CharField(max_length=40)
    outcome = models.CharField(max_length=10, choices=Screening.Outcome.choices)
    # What was found, for moderators: the matched words or addresses.
    found = models.JSONField(default=list, blank=True)
    # Code of the ground it points to, where it has one.
    ground = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["screening", "check_name"], name="verdict_once")
        ]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.outcome}"
