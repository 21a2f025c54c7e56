"""Which words does the house want to read first, and how often did they come?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from forum.models import Discussion
from moderation.models.screening import Screening


class WordlistEntryQuerySet(models.QuerySet["WordlistEntry"]):
    def listed(self) -> "WordlistEntryQuerySet":
        return self.filter(retired_at__isnull=True)

    def in_view(self) -> "WordlistEntryQuerySet":
        """With everybody and every place that its line names."""
        return self.select_related(
            "added_by", "retired_by", "topic", "discussion__article", "discussion__topic"
        )


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
    # Where it is looked for; everywhere without.
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_for = models.CharField(max_length=300, blank=True)

    objects = WordlistEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("word list entry")
        verbose_name_plural = _("word list")
        constraints = [
            models.UniqueConstraint(
                fields=["folded", "topic", "discussion"],
                condition=Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="wordlist_folded_once",
            ),
            models.CheckConstraint(
                condition=Q(topic__isnull=True) | Q(discussion__isnull=True),
                name="wordlist_entry_of_one_place",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def place(self) -> Topic | Discussion | None:
        """Where it is looked for; None is everywhere."""
        return self.topic or self.discussion


class WordHit(models.Model):
    """That an entry was found in a wording; once, however often it stands there."""

    entry = models.ForeignKey(
        WordlistEntry, on_delete=models.CASCADE, related_name="hits", db_index=False
    )
    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="word_hits")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "screening"], name="word_hit_once")]

    def __str__(self) -> str:
        return f"entry {self.entry_id} in screening {self.screening_id}"
