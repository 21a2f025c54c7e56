"""What follows from decisions about readers?"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.models.decisions import Decision


class Acknowledgement(models.Model):
    """A reader has read the warning; until then he writes nothing (User.warned_at)."""

    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, primary_key=True, related_name="acknowledgement"
    )
    acknowledged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")

    def __str__(self) -> str:
        return f"acknowledgement of decision {self.decision_id}"
