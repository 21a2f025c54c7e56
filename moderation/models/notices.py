"""Who says that a comment is illegal, and what became of it (DSA art. 16)?"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models import Comment, Revision
from moderation.laws import LAWS, Law
from moderation.models.cases import Case, Outcome
from moderation.models.decisions import Decision
from moderation.models.flaggers import TrustedFlagger


class NoticeQuerySet(models.QuerySet["Notice"]):
    def in_view(self) -> "NoticeQuerySet":
        """With everything that its page and its mails need, in one query."""
        return self.select_related(
            "comment__discussion__article",
            "comment__discussion__topic",
            "decision__text",
            "decision__reversed_by",
        )

    def undecided(self) -> "NoticeQuerySet":
        return self.filter(decided_at__isnull=True)

    def note_seen(self, moment: datetime) -> int:
        """A moderator looks at them; how many nobody had seen before."""
        return self.filter(seen_at__isnull=True).update(seen_at=moment)

    def telling_of_people(self, *, decided_before: datetime) -> "NoticeQuerySet":
        """Decided that long ago, and still saying who gave them and in which words."""
        return self.filter(decided_at__lt=decided_before).exclude(name="", email="", reason="")


class Notice(models.Model):
    """A notice of illegal content, with or without an account."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="notices")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="notices")
    # Made by the form: a double click is one notice.
    submission_id = models.UUIDField(unique=True, default=uuid.uuid4)
    category = models.CharField(max_length=30)
    reason = models.TextField(blank=True)
    # Only one's own account vouches for them; empty where the law asks for none, and once erased.
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
    )
    trusted_flagger = models.ForeignKey(
        TrustedFlagger, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    received_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    # None though it is decided: the author had withdrawn the comment.
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    outcome = models.CharField(max_length=10, blank=True, choices=Outcome.choices)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "reader"],
                condition=Q(reader__isnull=False),
                name="notice_once",
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=True) | Q(decided_at__isnull=False),
                name="notice_decision_has_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(seen_at__lte=F("decided_at")),
                name="notice_seen_before_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["decided_at"],
                condition=Q(decided_at__isnull=False),
                name="notice_decided",
            ),
            models.Index(fields=["received_at"], name="notice_received"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("moderation:notice", args=[self.pk])

    @property
    def number(self) -> str:
        """What is said on the telephone: M-2026-000042."""
        return f"M-{timezone.localtime(self.received_at).year}-{self.pk:06}"

    @property
    def law(self) -> Law:
        return LAWS[self.category]
