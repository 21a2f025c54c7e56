"""How far can the reports of somebody be relied on?"""

from datetime import datetime

from django.conf import settings
from django.core.validators import DomainNameValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FlaggerRecord(models.Model):
    """How many of a reader's reports a decision has borne out, and how many it has not."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="flagger_record",
    )
    upheld = models.PositiveIntegerField(default=0)
    unfounded = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.upheld} of {self.judged} upheld"

    @property
    def judged(self) -> int:
        return self.upheld + self.unfounded

    @property
    def accuracy(self) -> float:
        """From 0 to 1; asked only where something has been judged."""
        return self.upheld / self.judged

    @property
    def percent(self) -> int:
        return round(100 * self.accuracy)


class CautionQuerySet(models.QuerySet["Caution"]):
    def latest_of(self, reader_id: int) -> "Caution | None":
        return self.filter(reader_id=reader_id, lifted_at__isnull=True).order_by("-pk").first()

    def pauses(self) -> "CautionQuerySet":
        return self.filter(until__isnull=False)

    def running(self, now: datetime) -> "CautionQuerySet":
        return self.filter(until__gt=now, lifted_at__isnull=True)


class Caution(models.Model):
    """Somebody's reports are frequently unfounded: a warning, or with `until` a pause (art. 23)."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cautions"
    )
    cautioned_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    # What it rests on: so many of so many reports that were judged in the time.
    unfounded = models.PositiveIntegerField()
    judged = models.PositiveIntegerField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = CautionQuerySet.as_manager()

    class Meta:
        verbose_name = _("caution")
        verbose_name_plural = _("cautions")
        indexes = [models.Index(fields=["reader", "-id"], name="caution_of_reader")]
        constraints = [
            models.CheckConstraint(
                condition=Q(unfounded__lte=models.F("judged")), name="caution_part_of_whole"
            )
        ]

    def __str__(self) -> str:
        return f"caution {self.pk}"


class TrustedFlaggerQuerySet(models.QuerySet["TrustedFlagger"]):
    def active(self) -> "TrustedFlaggerQuerySet":
        return self.filter(retired_at__isnull=True)


class TrustedFlagger(models.Model):
    """An organisation whose notices come first (art. 22).

    Known by one account, or by the domain of confirmed addresses of accounts: what somebody types
    into a form proves nothing.
    """

    organisation = models.CharField(_("organisation"), max_length=200)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    mail_domain = models.CharField(
        _("mail domain"), max_length=100, blank=True, validators=[DomainNameValidator()]
    )
    since = models.DateTimeField(_("since"), default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    objects = TrustedFlaggerQuerySet.as_manager()

    class Meta:
        verbose_name = _("trusted flagger")
        verbose_name_plural = _("trusted flaggers")
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) | ~Q(mail_domain=""),
                name="trusted_flagger_is_known_by_something",
                violation_error_message=_("Please name an account or a mail domain."),
            ),
            models.UniqueConstraint(
                fields=["mail_domain"],
                condition=Q(retired_at__isnull=True) & ~Q(mail_domain=""),
                name="trusted_flagger_domain_once",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation
