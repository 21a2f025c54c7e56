"""What waits for the end of the seconds in which a removal can still be undone?"""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from forum.models import Comment, Revision
from moderation.models.cases import Case
from moderation.models.decisions import Decision

RUNNING = Q(
    decision__isnull=True, undone_at__isnull=True, moot_at__isnull=True, set_aside_at__isnull=True
)


class RespiteQuerySet(models.QuerySet["Respite"]):
    def running(self) -> "RespiteQuerySet":
        """Neither undone nor in effect; perhaps overdue, where no worker works."""
        return self.filter(RUNNING)

    def set_aside(self) -> "RespiteQuerySet":
        return self.filter(set_aside_at__isnull=False)


class Respite(models.Model):
    """The job of letting a removal take effect once nobody has undone it for a while.

    The row is the outbox, Celery the bell; until then the comment is only held, and its case is
    closed for everybody. It ends once: by a decision, undone, moot (withdrawn, edited or decided
    otherwise meanwhile), or set aside after too many attempts.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="respites")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=30, choices=Decision.Measure.choices)
    ground = models.CharField(max_length=40)
    rules_version = models.CharField(max_length=20)
    # Empty once it has ended: what took effect has them in its DecisionText.
    facts = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    note = models.TextField(blank=True)
    # Whether its author is warned for the same ground as soon as it is removed.
    also_warns = models.BooleanField(default=False, db_default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    # What an undo puts back.
    former_status = models.CharField(max_length=10, choices=Comment.Status.choices)
    former_revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    picked_at = models.DateTimeField(null=True, blank=True)
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    pinned_at = models.DateTimeField(null=True, blank=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="respite"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    moot_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = RespiteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=RUNNING, name="respite_runs_once"),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Func(
                        F("decision"),
                        F("undone_at"),
                        F("moot_at"),
                        F("set_aside_at"),
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    1,
                ),
                name="respite_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="respite_undone_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=RUNNING, name="respite_running")]

    def __str__(self) -> str:
        return f"respite of {self.case}"
