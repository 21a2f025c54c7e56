"""How do the pages of the house read, and how did they?"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


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
