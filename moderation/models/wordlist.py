"""Which words does the house want to read first?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.models.screening import Screening


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
