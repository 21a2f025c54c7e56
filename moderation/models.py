"""What do checks say, what do readers flag, and what was decided?"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forum.models import Comment, Revision


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


class WordlistEntry(models.Model):
    """A word or phrase that the house wants to read first, or does not print at all."""

    class Match(models.TextChoices):
        WORD = "word", _("whole word")
        COMPOUND = "compound", _("also inside compounds")
        PHRASE = "phrase", _("phrase")

    text = models.CharField(_("word or phrase"), max_length=120)
    # Folded as the texts are (umlauts, case, look-alikes); see moderation/folding.py.
    folded = models.CharField(max_length=160, editable=False)
    match = models.CharField(
        _("matches"), max_length=10, choices=Match.choices, default=Match.COMPOUND
    )
    outcome = models.CharField(
        _("then"),
        max_length=10,
        choices=[(c.value, c.label) for c in (Screening.Outcome.HOLD, Screening.Outcome.REMOVE)],
        default=Screening.Outcome.HOLD,
    )
    ground = models.CharField(_("ground"), max_length=40)
    reason = models.CharField(_("reason"), max_length=200)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("word list entry")
        verbose_name_plural = _("word list")
        constraints = [
            models.UniqueConstraint(
                fields=["folded"], condition=Q(retired_at__isnull=True), name="wordlist_folded_once"
            )
        ]

    def __str__(self) -> str:
        return self.text


# After this time a claim counts no more: its owner went for lunch.
CLAIM_LASTS = timedelta(minutes=10)


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at__isnull=True)

    def claimable_by(self, moderator: User) -> "CaseQuerySet":
        """Free, his own, or claimed so long ago that the claim has lapsed."""
        return self.filter(
            Q(claimed_by__isnull=True)
            | Q(claimed_by=moderator)
            | Q(claimed_at__lt=timezone.now() - CLAIM_LASTS)
        )

    def most_urgent_first(self) -> "CaseQuerySet":
        return self.order_by("-score", "-id")

    def after(self, case: "Case") -> "CaseQuerySet":
        """The less urgent ones, for the next page of the list."""
        return self.filter(Q(score__lt=case.score) | Q(score=case.score, pk__lt=case.pk))

    def last_closed_today(self) -> "Case | None":
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return self.filter(closed_at__gte=midnight).order_by("-closed_at").first()

    def in_view(self) -> "CaseQuerySet":
        """With everything that a line of the list needs, in one query."""
        return self.select_related(
            "claimed_by",
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
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    # Written when something happens to the case, never computed while listing.
    score = models.FloatField(default=0)
    flag_count = models.PositiveIntegerField(default=0)
    # Why it is here, one code each: "held", "flagged", "edit", "set_aside" …
    reasons = models.JSONField(default=list)

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

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [models.UniqueConstraint(fields=["revision", "reader"], name="flag_once")]

    def __str__(self) -> str:
        return f"flag {self.pk}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def in_view(self) -> "DecisionQuerySet":
        """With everything that its statement of reasons needs, in one query."""
        return self.select_related(
            "comment__author",
            "comment__discussion__article",
            "comment__discussion__topic",
            "revision",
            "text",
        )

    def removals_of(self, author: User, *, since: datetime) -> "DecisionQuerySet":
        """What the house took down of his and did not put back."""
        return self.filter(
            comment__author=author,
            comment__status=Comment.Status.REMOVED,
            measure=Decision.Measure.REMOVE,
            decided_at__gte=since,
        )


class Decision(models.Model):
    """Who, what, on which ground; append-only: triggers forbid UPDATE, DELETE and TRUNCATE."""

    class Measure(models.TextChoices):
        PUBLISH = "publish", _("publish")
        HOLD = "hold", _("hold")
        KEEP_FORMER = "keep_former", _("keep the former wording")
        REMOVE = "remove", _("remove")

    class Origin(models.TextChoices):
        FLAG = "flag", _("a report")
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
    measure = models.CharField(max_length=20, choices=Measure.choices)
    ground = models.CharField(max_length=40, blank=True)
    # The version of the house rules that the ground belongs to.
    rules_version = models.CharField(max_length=20, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    automated = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            # Named by forum_clearance together with the revision.
            models.UniqueConstraint(fields=["id", "revision"], name="decision_of_revision"),
            models.CheckConstraint(
                condition=Q(automated=True, decided_by__isnull=True)
                | Q(automated=False, decided_by__isnull=False),
                name="decision_by_person_or_check",
            ),
            models.CheckConstraint(
                condition=Q(measure="publish") | ~Q(ground=""),
                name="decision_restriction_has_ground",
            ),
        ]
        indexes = [models.Index(fields=["comment", "-id"], name="decision_of_comment")]

    def __str__(self) -> str:
        return f"decision {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:decision", args=[self.pk])


class DecisionText(models.Model):
    """The words of a decision, apart from its append-only row, so that they can be erased."""

    decision = models.OneToOneField(
        Decision, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    explanation = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"text of decision {self.pk}"


class EditionQuerySet(models.QuerySet["Edition"]):
    def of(self, page: str) -> "EditionQuerySet":
        """Newest first; the last one may hold only from a day to come."""
        return self.filter(page=page).order_by("-valid_from")

    def holding(self, page: str, *, at: datetime) -> "Edition | None":
        """Before the first one held, the first one."""
        editions = self.of(page)
        return editions.filter(valid_from__lte=at).first() or editions.last()


class Edition(models.Model):
    """One wording of a page of the house, from a moment on; append-only like decisions."""

    class Page(models.TextChoices):
        # The values are the addresses: /netiquette/, /privacy/ …
        NETIQUETTE = "netiquette", _("House rules")
        TERMS = "terms", _("Terms of use")
        PRIVACY = "privacy", _("Privacy")
        IMPRINT = "imprint", _("Imprint")
        CONTACT = "contact", _("Contact")

    page = models.CharField(max_length=20, choices=Page.choices)
    # "2026-11-22", a second one of that day "2026-11-22-2": what decisions and addresses name.
    version = models.CharField(max_length=20)
    valid_from = models.DateTimeField()
    # Of the house rules only; the shape is rulebook.Clause's.
    clauses = models.JSONField(default=list, blank=True)
    text_de = models.TextField()
    text_en = models.TextField()
    # Readers are told of significant changes, with these words (DSA art. 14(2)).
    is_significant = models.BooleanField(default=False)
    changes = models.CharField(max_length=300, blank=True)
    # None: shipped with the software.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(fields=["page", "version"], name="edition_version_once"),
            models.UniqueConstraint(fields=["page", "valid_from"], name="edition_from_once"),
            models.CheckConstraint(
                condition=(Q(page="netiquette") & ~Q(clauses=[]))
                | (~Q(page="netiquette") & Q(clauses=[])),
                name="edition_clauses_of_rules",
            ),
            models.CheckConstraint(
                condition=Q(is_significant=False) | ~Q(changes=""),
                name="edition_significant_says_what",
            ),
        ]

    def __str__(self) -> str:
        return self.get_page_display()

    def get_absolute_url(self) -> str:
        return reverse(f"moderation:{self.page}_version", args=[self.version])

    @property
    def text(self) -> str:
        return self.text_en if (get_language() or "").startswith("en") else self.text_de
