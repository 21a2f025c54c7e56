"""Which removals of many comments are under way?"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models import Comment

ATTEMPTS = 5


class SweepQuerySet(models.QuerySet["Sweep"]):
    def under_way(self) -> "SweepQuerySet":
        """Neither finished nor stopped."""
        return self.filter(finished_at__isnull=True)

    def waiting(self) -> "SweepQuerySet":
        return self.under_way().filter(attempts__lt=ATTEMPTS)

    def set_aside(self) -> "SweepQuerySet":
        return self.under_way().filter(attempts__gte=ATTEMPTS)

    def in_view(self) -> "SweepQuerySet":
        """The newest first, with who ordered and who stopped them."""
        return self.select_related("ordered_by", "stopped_by").order_by("-pk")

    def due(self, now: datetime) -> "SweepQuerySet":
        """To be worked on, and nobody does (or not any more)."""
        return self.waiting().filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now))


class Sweep(models.Model):
    """The job of removing many comments, each by a decision of its own: those of one author since
    a moment, or a comment with all that answers it."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sweeps",
    )
    since = models.DateTimeField(null=True, blank=True)
    branch = models.ForeignKey(
        Comment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ground = models.CharField(max_length=40)
    explanation = models.TextField()
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField(default=timezone.now)
    # Up to which comment it has come, and how many it has removed.
    last_id = models.BigIntegerField(default=0)
    removed_count = models.PositiveIntegerField(default=0)
    # Without progress; with five it is set aside.
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Before all was removed; then it is finished, too.
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SweepQuerySet.as_manager()

    class Meta:
        verbose_name = _("removal of many comments")
        verbose_name_plural = _("removals of many comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(author__isnull=False, since__isnull=False, branch__isnull=True)
                | Q(author__isnull=True, since__isnull=True, branch__isnull=False),
                name="sweep_of_author_or_branch",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by__isnull=True)
                | Q(stopped_at__isnull=False, stopped_by__isnull=False, finished_at__isnull=False),
                name="sweep_stopped_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ordered_at"], condition=Q(finished_at__isnull=True), name="sweep_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"sweep {self.pk}"
