"""What was decided, and with which words?"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forum.models import Comment, Discussion, Revision
from moderation.models.cases import Case


class DecisionQuerySet(models.QuerySet["Decision"]):
    def in_view(self) -> "DecisionQuerySet":
        """With everything that its statement of reasons needs, in one query."""
        return self.select_related(
            "comment__author",
            "comment__discussion__article",
            "comment__discussion__topic",
            "reader",
            "revision",
            "text",
            "appeal",
        )

    def told(self) -> "DecisionQuerySet":
        """What whom it is about may read; the rest is between colleagues, or with the police."""
        return self.exclude(measure__in=Decision.INTERNAL)

    def warnings_of(self, reader: User) -> "DecisionQuerySet":
        return self.filter(reader=reader, measure=Decision.Measure.WARN)

    def about(self, reader: User) -> "DecisionQuerySet":
        """On his comments, and on what he may do."""
        return self.filter(Q(comment__author=reader) | Q(comment=None, reader=reader))

    def removals_of(self, author: User, *, since: datetime) -> "DecisionQuerySet":
        """What the house took down of his and did not put back."""
        return self.filter(
            comment__author=author,
            comment__status=Comment.Status.REMOVED,
            measure=Decision.Measure.REMOVE,
            decided_at__gte=since,
        )


class Decision(models.Model):
    """Who, what, on which ground; append-only: triggers forbid UPDATE, DELETE and TRUNCATE.

    Another one writes its place in the log and its hashes, whatever code inserts the row (log.py).
    """

    class Measure(models.TextChoices):
        PUBLISH = "publish", _("publish")
        HOLD = "hold", _("hold")
        KEEP_FORMER = "keep_former", _("keep the former wording")
        HIDE_PASSAGE = "hide_passage", _("hide a passage")
        REMOVE = "remove", _("remove")
        WARN = "warn", _("warn")
        READ_FIRST = "read_first", _("read the reader's comments before publication")
        SUSPEND = "suspend", _("suspend")
        REINSTATE = "reinstate", _("lift what holds for the reader")
        CLOSE = "close", _("close the discussion")
        OPEN = "open", _("open the discussion")
        READ_DISCUSSION_FIRST = "read_discussion_first", _("read before publication here")
        SLOW_DOWN = "slow_down", _("slow the discussion down")
        NOTE = "note", _("add a note of the moderators")
        HAND_OVER = "hand_over", _("hand over")
        TELL_POLICE = "tell_police", _("report to the police")
        UPHOLD = "uphold", _("uphold")

    # They take something from somebody: he is owed a ground and reasons (DSA art. 17).
    RESTRICTING = (
        Measure.HOLD,
        Measure.KEEP_FORMER,
        Measure.HIDE_PASSAGE,
        Measure.REMOVE,
        Measure.WARN,
        Measure.READ_FIRST,
        Measure.SUSPEND,
    )

    # About who wrote it, not about the comment.
    ABOUT_AUTHOR = (Measure.WARN, Measure.READ_FIRST, Measure.SUSPEND, Measure.REINSTATE)
    # Told to nobody outside.
    INTERNAL = (Measure.HAND_OVER, Measure.TELL_POLICE)

    class Origin(models.TextChoices):
        FLAG = "flag", _("a report")
        NOTICE = "notice", _("a notice of illegal content")
        APPEAL = "appeal", _("an appeal")
        OWN = "own", _("our own reading")
        CHECK = "check", _("an automatic check")

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    comment = models.ForeignKey(
        Comment, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    # Whom or what it is about besides, or instead of, a comment.
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions_about",
    )
    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    # An undo and an overturned appeal add a row; the one that they take back stays.
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    measure = models.CharField(max_length=30, choices=Measure.choices)
    # How long it holds; None: without limit.
    until = models.DateTimeField(null=True, blank=True)
    ground = models.CharField(max_length=40, blank=True)
    # The version of the house rules that the ground belongs to.
    rules_version = models.CharField(max_length=20, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    automated = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now)
    # Salted, of its DecisionText: it proves the words, and tells nothing once they are erased.
    text_hash = models.CharField(max_length=64, blank=True, editable=False)
    number = models.BigIntegerField(db_default=0, editable=False)
    previous_hash = models.CharField(max_length=64, db_default="", editable=False)
    hash = models.CharField(max_length=64, db_default="", editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="decision_number_once"),
            # Named by forum_clearance together with the revision.
            models.UniqueConstraint(fields=["id", "revision"], name="decision_of_revision"),
            models.CheckConstraint(
                condition=Q(automated=True, decided_by__isnull=True)
                | Q(automated=False, decided_by__isnull=False),
                name="decision_by_person_or_check",
            ),
            models.CheckConstraint(
                condition=~Q(
                    measure__in=[
                        "hold",
                        "keep_former",
                        "hide_passage",
                        "remove",
                        "warn",
                        "read_first",
                        "suspend",
                    ]
                )
                | ~Q(ground=""),
                name="decision_restriction_has_ground",
            ),
            models.CheckConstraint(
                condition=Q(comment__isnull=False)
                | Q(reader__isnull=False)
                | Q(discussion__isnull=False),
                name="decision_is_about_something",
            ),
        ]
        indexes = [
            models.Index(fields=["comment", "-id"], name="decision_of_comment"),
            models.Index(
                fields=["reader", "-id"],
                condition=Q(reader__isnull=False),
                name="decision_of_reader",
            ),
            models.Index(fields=["decided_by", "-id"], name="decision_of_moderator"),
            # For figures of a time.
            models.Index(fields=["decided_at"], name="decision_by_time"),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:decision", args=[self.pk])


class DecisionText(models.Model):
    """The words of a decision, apart from its append-only row: they can be erased, not changed."""

    decision = models.OneToOneField(
        Decision, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    # For whom it is about: what happened, and why that breaks the ground.
    facts = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    # For colleagues; never shown to him.
    note = models.TextField(blank=True)
    # Erased with the words: nobody can then find out by guessing what they were.
    salt = models.CharField(max_length=64, blank=True, editable=False)

    def __str__(self) -> str:
        return f"text of decision {self.pk}"
