"""Who sees a decision differently, and what did somebody else say to it?"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.models.cases import Case
from moderation.models.decisions import Decision


class AppealQuerySet(models.QuerySet["Appeal"]):
    def waiting(self) -> "AppealQuerySet":
        return self.filter(answered_at__isnull=True)

    def overdue(self, now: datetime) -> "AppealQuerySet":
        return self.waiting().filter(due_at__lte=now)

    def in_view(self) -> "AppealQuerySet":
        """With the decision that it is about, in one query."""
        return self.select_related(
            "author",
            "answered_by",
            "case",
            "decision__decided_by",
            "decision__reader",
            "decision__revision",
            "decision__text",
            "decision__comment__author",
            "decision__comment__discussion__article",
            "decision__comment__discussion__topic",
        )


class Appeal(models.Model):
    """One complaint against one decision (DSA art. 20), answered once, by a person."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The decision stands")
        OVERTURNED = "overturned", _("The decision is reversed")

    # One each: the database knows.
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appeals"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="appeals"
    )
    # Empty once its author has gone and it is answered.
    text = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    # When seniors were told that it is overdue.
    alerted_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(blank=True)
    # What followed: one that upholds, or one that reverses.
    answered_with = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="answered_appeal"
    )

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                    answered_with__isnull=True,
                    outcome="",
                )
                | Q(
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    answered_with__isnull=False,
                    outcome__in=["upheld", "overturned"],
                ),
                name="appeal_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(answered_at__isnull=True), name="appeal_waiting"
            ),
            models.Index(fields=["author", "-id"], name="appeal_of_author"),
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk}"

    def get_absolute_url(self) -> str:
        """For the desk; its author reads it with the decision."""
        return reverse("moderation:appeal_at_desk", args=[self.pk])

    @property
    def number(self) -> str:
        """What receipt and answer call it: "2026-17"."""
        return f"{timezone.localtime(self.made_at).year}-{self.pk}"

    @property
    def is_overdue(self) -> bool:
        return self.answered_at is None and self.due_at <= timezone.now()
