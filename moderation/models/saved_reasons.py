"""Which reasons does the house give so often that it has worded them once?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_TITLE = 60
LONGEST_TEXT = 1_500


class SavedReason(models.Model):
    """A text for one ground; its placeholders are filled for each comment (saved_reasons.py).

    Whoever deletes or rewords it changes no decision: those keep their own words.
    """

    ground = models.CharField(max_length=40)
    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.TextField()
    edited_at = models.DateTimeField(default=timezone.now)
    # None: as it was shipped.
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("saved reason")
        verbose_name_plural = _("saved reasons")
        ordering = ["ground", "title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ground", "title"], name="saved_reason_named_once"),
            models.CheckConstraint(condition=~Q(text=""), name="saved_reason_has_text"),
        ]

    def __str__(self) -> str:
        return self.title
