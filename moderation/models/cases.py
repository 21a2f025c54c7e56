"""What waits for a moderator, and what have readers reported?"""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forum.models import Comment, Discussion, Revision

# After this time a claim counts no more: its owner went for lunch.
CLAIM_LASTS = timedelta(minutes=10)


class Outcome(models.TextChoices):
    """What a decision says of a report."""

    UPHELD = "upheld", _("upheld")
    UNFOUNDED = "unfounded", _("unfounded")


class Reason(models.TextChoices):
    """Why a case is open; one can have several."""

    FLAGGED = "flagged", _("reported")
    HELD = "held", _("held")
    EDIT = "edit", _("edited")
    SET_ASIDE = "set_aside", _("checks failed")
    HEARD = "heard", _("suspension announced: time to decide")
    OPENED = "opened", _("opened by the moderators")
    NOTICE = "notice", _("notice of illegal content")
    TRUSTED = "trusted", _("trusted flagger")
    APPEAL = "appeal", _("appeal")
    DANGER = "danger", _("danger to life")


# What the desk shows apart: the reasons of which a case there has at least one.
KINDS = {
    "flagged": [Reason.FLAGGED],
    "held": [Reason.HELD, Reason.EDIT],
    "notices": [Reason.NOTICE, Reason.DANGER],
    "appeals": [Reason.APPEAL],
    "set-aside": [Reason.SET_ASIDE],
}


def is_of_kind(kind: str) -> Q:
    return Q(reasons__has_any_keys=[reason.value for reason in KINDS[kind]])


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at__isnull=True)

    def handed_over(self) -> "CaseQuerySet":
        """What waits for the senior moderators, or for a word of the legal department."""
        return self.open().exclude(handed_to="")

    def of_kind(self, kind: str) -> "CaseQuerySet":
        """Raises KeyError for a kind nobody knows."""
        return self.filter(is_of_kind(kind))

    def lapsed(self) -> "CaseQuerySet":
        """Open, and claimed by somebody who went for lunch."""
        return self.open().filter(
            claimed_by__isnull=False, claimed_at__lt=timezone.now() - CLAIM_LASTS
        )

    def overdue(self) -> "CaseQuerySet":
        """Held for so long that the seniors have been told."""
        return self.filter(seniors_told_at__isnull=False)

    def claimable_by(self, moderator: User) -> "CaseQuerySet":
        """Free, his own, or claimed so long ago that the claim has lapsed."""
        return self.filter(
            Q(claimed_by__isnull=True)
            | Q(claimed_by=moderator)
            | Q(claimed_at__lt=timezone.now() - CLAIM_LASTS)
        )

    def most_urgent_first(self) -> "CaseQuerySet":
        return self.order_by("-score", "-id")

    def after(self, score: float, pk: int) -> "CaseQuerySet":
        """The less urgent ones, for the next page of the list."""
        return self.filter(Q(score__lt=score) | Q(score=score, pk__lt=pk))

    def last_closed_today(self) -> "Case | None":
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return self.filter(closed_at__gte=midnight).order_by("-closed_at").first()

    def in_view(self) -> "CaseQuerySet":
        """With everything that a line of the list needs, in one query."""
        return self.select_related(
            "claimed_by",
            "reader",
            "comment__author",
            "comment__discussion__article",
            "comment__discussion__topic",
        )

    def in_file(self) -> "CaseQuerySet":
        """And with what deciding it needs besides."""
        return self.in_view().select_related(
            "comment__tally",
            "comment__about_article",
            "comment__parent__author",
            "comment__parent__visible_revision__revision",
        )


class Case(models.Model):
    """One comment (or person) that waits for a moderator, however many flags and verdicts."""

    class Desk(models.TextChoices):
        SENIORS = "seniors", _("the senior moderators")
        LEGAL = "legal", _("the legal department")

    comment = models.ForeignKey(
        Comment, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
    )
    # To whom it was handed over, since when; then only they decide on it.
    handed_to = models.CharField(max_length=10, choices=Desk.choices, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    # Written when something happens to the case, never computed while listing.
    score = models.FloatField(default=0)
    flag_count = models.PositiveIntegerField(default=0)
    # Why it is here, one code of Reason each.
    reasons = models.JSONField(default=list)
    # By when the law wants an answer; None: it sets no date. The earliest, where there are several.
    due_at = models.DateTimeField(null=True, blank=True)
    # Copied when the case is weighed, so that one index answers for each filter in the order of the
    # list: where the comment stands, whose it is, and which checks have objected to it.
    discussion = models.ForeignKey(
        Discussion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    checks = models.JSONField(default=list, blank=True)
    # When its having been held for too long was reported; once.
    seniors_told_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [
            ("decide_case", _("May decide cases")),
            ("decide_appeal", _("May decide appeals and long suspensions")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(comment__isnull=False, reader__isnull=True)
                | Q(comment__isnull=True, reader__isnull=False),
                name="case_of_comment_or_reader",
            ),
            models.UniqueConstraint(
                fields=["comment"], condition=Q(closed_at__isnull=True), name="case_open_once"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | Q(claimed_at__isnull=False),
                name="case_claim_has_time",
            ),
        ]
        indexes = [
            models.Index("score", "id", condition=Q(closed_at__isnull=True), name="case_queue"),
            *(
                models.Index(
                    "score",
                    "id",
                    condition=Q(closed_at__isnull=True) & is_of_kind(kind),
                    name=f"case_{kind.replace('-', '_')}",
                )
                for kind in KINDS
            ),
            models.Index(
                "score",
                "id",
                condition=Q(closed_at__isnull=True, seniors_told_at__isnull=False),
                name="case_overdue",
            ),
            models.Index(
                "discussion",
                "score",
                "id",
                condition=Q(closed_at__isnull=True),
                name="case_of_discussion",
            ),
            models.Index(
                "author", "score", "id", condition=Q(closed_at__isnull=True), name="case_of_author"
            ),
            GinIndex(
                OpClass("checks", "jsonb_path_ops"),
                condition=Q(closed_at__isnull=True),
                name="case_of_check",
            ),
            models.Index(
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False),
                name="case_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:case", args=[self.pk])

    @property
    def reviewed_comment(self) -> Comment:
        """What it is about; never asked of a case about a reader."""
        return self.comment  # type: ignore[return-value]

    @property
    def claimant(self) -> User | None:
        """Who works on it now; a lapsed claim is nobody's."""
        if self.claimed_at is None or self.claimed_at < timezone.now() - CLAIM_LASTS:
            return None
        return self.claimed_by


class Flag(models.Model):
    """A reader's report of one revision of a comment, counted once per reader."""

    class Reason(models.TextChoices):
        RUDE = "rude", _("rude or insulting")
        HATEFUL = "hateful", _("against a group of people")
        OFF_TOPIC = "off_topic", _("off topic")
        SPAM = "spam", _("advertising or repeated text")
        PERSONAL_DATA = "personal_data", _("shows personal data")
        FALSE = "false", _("a claim of fact without evidence")
        OTHER = "other", _("something else")

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="flags")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="flags")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="flags"
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="flags")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    explanation = models.TextField(blank=True)
    flagged_at = models.DateTimeField(default=timezone.now)
    # Empty: nobody has judged that wording.
    outcome = models.CharField(
        max_length=10, blank=True, default="", db_default="", choices=Outcome.choices
    )

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [models.UniqueConstraint(fields=["revision", "reader"], name="flag_once")]
        indexes = [models.Index(fields=["flagged_at"], name="flag_latest")]

    def __str__(self) -> str:
        return f"flag {self.pk}"
