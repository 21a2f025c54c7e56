"""Who has to be told what, and has he been told?"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forum.models import Comment, Discussion
from moderation.models import Appeal, Decision, Edition, Flag, Notice


class Kind(models.TextChoices):
    REPLY = "reply", _("a reply to your comment")
    DECISION = "decision", _("a decision on your comment")
    PUBLISHED = "published", _("your comment is published")
    FLAG = "flag", _("the outcome of your report")
    FOLLOW = "follow", _("something new in a discussion you follow")
    EXPORT = "export", _("the copy of your data")
    CLOSING = "closing", _("your account closes")
    STAYING = "staying", _("your account stays")
    EDITION = "edition", _("a change of our house rules or terms")
    RECEIPT = "receipt", _("we have received your notice")
    OUTCOME = "outcome", _("the outcome of your notice")
    REVERSAL = "reversal", _("your notice, decided anew")
    WARNED = "warned", _("your reports are frequently unfounded")
    PAUSED = "paused", _("you cannot report for a while")
    APPEAL_RECEIPT = "appeal_receipt", _("the receipt of your appeal")
    APPEAL = "appeal", _("the answer to your appeal")
    APPEAL_OVERDUE = "appeal_overdue", _("an appeal is overdue")
    HASTE = "haste", _("somebody decides unusually fast")


# The fact of a line about a decision that is only announced: its hearing's id follows.
HEARING = "hearing:"
# About the account, not about a comment.
ABOUT_ACCOUNT = (Kind.EXPORT, Kind.CLOSING, Kind.STAYING, Kind.WARNED, Kind.PAUSED)
# To an address that somebody gave with a notice: no reader's inbox, nothing to choose.
ABOUT_NOTICE = (Kind.RECEIPT, Kind.OUTCOME, Kind.REVERSAL)
# What was decided about him, and what he asked us to do with his account, he is told in any case.
MANDATORY = (Kind.DECISION, Kind.APPEAL_RECEIPT, Kind.APPEAL, *ABOUT_ACCOUNT)
# Mails that a reader can do without.
OPTIONAL = (Kind.REPLY, Kind.FLAG, Kind.PUBLISHED, Kind.FOLLOW)


class MailRefusal(models.Model):
    """A reader wants no mails of this kind. About replies there are none without his consent
    anyway (User.reply_mail_agreed_at), so that these need no row."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_refusals"
    )
    kind = models.CharField(
        max_length=20, choices=[(kind.value, kind.label) for kind in (Kind.FLAG, Kind.PUBLISHED)]
    )
    refused_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "kind"], name="mail_refusal_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["flag", "published"]), name="mail_refusal_of_optional_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"refusal of mails: {self.kind}"


class MailConsent(models.Model):
    """A reader has asked for mails of this kind, which nobody gets otherwise; the time is the
    proof. Replies are older: theirs stands with the reader (User.reply_mail_agreed_at)."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_consents"
    )
    kind = models.CharField(max_length=20, choices=[(Kind.FOLLOW.value, Kind.FOLLOW.label)])
    agreed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "kind"], name="mail_consent_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["follow"]), name="mail_consent_of_asked_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"consent to mails: {self.kind}"


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> "MailQuerySet":
        return self.filter(sent_at__isnull=True, dropped_at__isnull=True, set_aside_at__isnull=True)

    def due(self, now: datetime) -> "MailQuerySet":
        """To be sent, and nobody works on it (or not any more)."""
        return self.waiting().filter(
            Q(leased_until__isnull=True) | Q(leased_until__lte=now), not_before__lte=now
        )

    def overdue(self, now: datetime) -> "MailQuerySet":
        """A minute past their time: nobody has rung, or nobody has answered."""
        return self.waiting().filter(not_before__lt=now - timedelta(minutes=1))

    def set_aside(self) -> "MailQuerySet":
        return self.filter(set_aside_at__isnull=False)


class Mail(models.Model):
    """One mail to one reader: the row is the job, sent once `not_before` has passed.

    Several replies within ten minutes share one mail: their notifications point at the same row.
    Whoever gives notice of illegal content is written to at the address he gave, and has no inbox.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="mails",
    )
    # The default is the database's as well: gathering.py writes rows by itself.
    address = models.EmailField(blank=True, default="", db_default="")
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="mails"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # Not sent and never to be: the reader unsubscribed, or the comment is gone.
    dropped_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(
                    kind="reply", attempts=0, sent_at__isnull=True, dropped_at__isnull=True
                ),
                name="mail_one_waiting_digest",
            ),
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(
                    kind="follow", attempts=0, sent_at__isnull=True, dropped_at__isnull=True
                ),
                name="mail_one_waiting_daily",
            ),
            models.UniqueConstraint(
                fields=["notice", "kind"],
                condition=Q(notice__isnull=False),
                name="mail_about_notice_once",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, notice__isnull=True, address="")
                | (Q(recipient__isnull=True, notice__isnull=False) & ~Q(address="")),
                name="mail_to_reader_or_notifier",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(
                    sent_at__isnull=True, dropped_at__isnull=True, set_aside_at__isnull=True
                ),
                name="mail_waiting",
            ),
            models.Index(fields=["recipient", "kind", "-sent_at"], name="mail_last_sent"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"

    @property
    def reader(self) -> User:
        """Whose inbox it tells of; never asked of a mail about a notice."""
        return self.recipient  # type: ignore[return-value]

    @property
    def sent_to(self) -> str:
        return self.address or self.reader.email


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at__isnull=True)

    def in_view(self) -> "NotificationQuerySet":
        """With everything that a line of the inbox and an entry of a mail need, in one query."""
        return self.select_related(
            "comment__author",
            "comment__discussion__article",
            "comment__discussion__topic",
            "comment__visible_revision__revision",
            "discussion__article",
            "discussion__topic",
            "decision__appeal",
            "decision__decided_by",
            "decision__reverses",
            "decision__answered_appeal__decision",
            "flag",
            "edition",
        )


class Notification(models.Model):
    """A line in the inbox: unique per person and fact."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # What happened, e.g. "reply:71" or "decision:9": the same fact is told once.
    fact = models.CharField(max_length=60)
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # Of a line that tells of no single comment: what is new in a discussion he follows.
    discussion = models.ForeignKey(
        Discussion, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    flag = models.ForeignKey(
        Flag, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    mail = models.ForeignKey(
        Mail, on_delete=models.SET_NULL, null=True, blank=True, related_name="notifications"
    )
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["recipient", "fact"], name="notification_once"),
            models.UniqueConstraint(
                fields=["discussion", "recipient"],
                condition=Q(kind="follow", read_at__isnull=True),
                name="notification_gathers_until_read",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_inbox"),
            models.Index(
                fields=["recipient"], condition=Q(read_at__isnull=True), name="notification_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"notification {self.pk}"

    @property
    def hearing_id(self) -> int | None:
        return int(self.fact.removeprefix(HEARING)) if self.fact.startswith(HEARING) else None

    @property
    def appeal(self) -> Appeal | None:
        """Which it tells of: by the decision that was appealed against, or that answers it."""
        if self.kind == Kind.APPEAL:
            return getattr(self.decision, "answered_appeal", None)
        if self.kind in {Kind.APPEAL_RECEIPT, Kind.APPEAL_OVERDUE}:
            return getattr(self.decision, "appeal", None)
        return None


class Announcement(models.Model):
    """The job of telling readers of a significant change (DSA art. 14(2)), and the record of it."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="announcement")
    created_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    told_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    def __str__(self) -> str:
        return f"announcement of edition {self.edition_id}"
