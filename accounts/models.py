"""Who is a reader, and how much is he trusted?"""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Concat, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.names import skeleton
from accounts.passwords import LONGEST, normalized
from accounts.routing import address_of

# Where an account that is nobody's has its address: no mail ever goes there (RFC 2606).
AT_NOBODYS = "@nobody.invalid"


class UserQuerySet(models.QuerySet["User"]):
    def resembling(self, name: str) -> "UserQuerySet":
        """Whoever a reader could take for somebody of that name."""
        return self.filter(name_skeleton=skeleton(name))

    def never_confirmed(self) -> "UserQuerySet":
        """Signed up, and never entered the code from the mail."""
        return self.filter(last_login__isnull=True, emailaddress__verified=False).exclude(
            emailaddress__verified=True
        )

    def give_way(self) -> None:
        """Unconfirmed as they are, their address and name are free, and no code opens them.

        The clock deletes them: to ask all tables here what hangs on them takes thirty
        milliseconds, which would tell whom that befell.
        """
        nobodys = Concat(Cast(RandomUUID(), models.CharField()), models.Value(AT_NOBODYS))
        EmailAddress.objects.filter(user__in=self).update(email=nobodys)
        nameless = Cast(RandomUUID(), models.CharField())
        self.update(email=nobodys, name=nameless, name_skeleton=nameless, is_active=False)

    def active_since(self, moment: datetime) -> "UserQuerySet":
        """Has signed in, or joined, since then; closed accounts are nobody's."""
        return self.filter(is_active=True).filter(
            models.Q(last_login__gte=moment) | models.Q(joined_at__gte=moment)
        )

    def due_to_become_regular(self, *, joined_before: datetime, comments: int) -> "UserQuerySet":
        return self.filter(
            standing=User.Standing.NEW,
            joined_at__lte=joined_before,
            published_count__gte=comments,
        )

    def due_to_be_closed(self, now: datetime) -> "UserQuerySet":
        """Their days of grace are over. Whoever holds a role meanwhile waits until he has none."""
        return self.filter(closing_at__lte=now, closed_at__isnull=True, is_staff=False)

    def suspension_over(self, now: datetime) -> "UserQuerySet":
        """Ended by time; the dates still stand in the row."""
        return self.filter(suspended_until__lte=now)

    def present(self) -> "UserQuerySet":
        """Whose account has not been closed."""
        return self.filter(closed_at__isnull=True)


class FormerNameQuerySet(models.QuerySet["FormerName"]):
    def resembling(self, name: str) -> "FormerNameQuerySet":
        return self.filter(name_skeleton=skeleton(name))

    def given_up_before(self, time: datetime) -> "FormerNameQuerySet":
        return self.filter(given_up_at__lt=time)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.name_skeleton = skeleton(user.name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Signs in by e-mail address, is seen by public name. The address is shown to nobody else."""

    class Standing(models.TextChoices):
        NEW = "new", _("new")
        REGULAR = "regular", _("regular")
        TRUSTED = "trusted", _("trusted")

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("public name"), max_length=40)
    # What the name looks like, look-alike letters folded (accounts/names.py): two names that
    # a reader could confuse have the same skeleton.
    name_skeleton = models.CharField(max_length=120, unique=True, editable=False)
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing.choices, default=Standing.NEW
    )
    published_count = models.PositiveIntegerField(_("published comments"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    # True for whoever holds a role (staff author and up): the cheap question before has_perm.
    is_staff = models.BooleanField(_("staff"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    suspended_at = models.DateTimeField(_("suspended since"), null=True, blank=True)
    # None while suspended_at is set means: until revoked.
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True)
    suspension_ground = models.CharField(_("ground"), max_length=200, blank=True)
    # The newest warning that he has not acknowledged: before he has, he writes nothing.
    warned_at = models.DateTimeField(_("warned"), null=True, blank=True, editable=False)
    # Moderators read his comments before they appear; without an end until they lift it.
    read_first_at = models.DateTimeField(_("read first since"), null=True, blank=True)
    read_first_until = models.DateTimeField(_("read first until"), null=True, blank=True)
    # When the reader agreed to be mailed about replies: consent is kept with its time.
    reply_mail_agreed_at = models.DateTimeField(_("reply mails since"), null=True, blank=True)
    # He wants to go: when the account closes, and whether his texts stay without his name.
    closing_at = models.DateTimeField(_("closes"), null=True, blank=True)
    keeps_texts = models.BooleanField(_("texts stay"), null=True, blank=True)
    # He has gone: the row is what is left, a pseudonym for texts and decisions.
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # When he last chose a name himself; None since signing up.
    renamed_at = models.DateTimeField(_("renamed"), null=True, blank=True, editable=False)
    # Whether single keys decide while he is at the desk (WCAG 2.1.4: he can switch them off).
    has_desk_keys = models.BooleanField(_("keys at the desk"), default=True, db_default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_lower"),
            # All who have gone are called the same.
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(closed_at__isnull=True),
                name="user_present_name_unique_lower",
            ),
            models.CheckConstraint(
                condition=Q(closing_at__isnull=True, keeps_texts__isnull=True)
                | Q(closing_at__isnull=False, keeps_texts__isnull=False),
                name="user_closing_says_what_of_texts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["closing_at"], condition=Q(closing_at__isnull=False), name="user_closing"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("forum:reader", self.name)

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(None if raw_password is None else normalized(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """The same for either way of typing an umlaut; what nobody could have set costs nothing."""
        if raw_password is None or len(raw_password) > LONGEST:
            return False
        return super().check_password(normalized(raw_password))

    @property
    def is_suspended(self) -> bool:
        if self.suspended_at is None or self.suspended_at > timezone.now():
            return False
        return self.suspended_until is None or self.suspended_until > timezone.now()

    @property
    def is_read_first(self) -> bool:
        if self.read_first_at is None:
            return False
        return self.read_first_until is None or self.read_first_until > timezone.now()


def display_name(user: User) -> str:
    """What allauth shows: never the address."""
    return user.name


class FormerName(models.Model):
    """What a given-up name looked like, kept from others for a while (docs/decisions/0014)."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_names")
    name_skeleton = models.CharField(max_length=120, unique=True)
    given_up_at = models.DateTimeField(default=timezone.now)

    objects = FormerNameQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name_skeleton


class Act(models.Model):
    """One counted act in one bucket: the sliding windows of accounts/throttling.py.

    In PostgreSQL, not in Redis: limits hold while Redis is gone. A bucket is a keyed hash, so no
    address is stored; upkeep deletes rows older than the longest window.
    """

    bucket = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["bucket", "at"], name="act_window")]

    def __str__(self) -> str:
        return f"{self.bucket} {self.at:%c}"


class PersonalDataExportQuerySet(models.QuerySet["PersonalDataExport"]):
    def waiting(self) -> "PersonalDataExportQuerySet":
        return self.filter(prepared_at__isnull=True, set_aside_at__isnull=True)

    def due(self, now: datetime) -> "PersonalDataExportQuerySet":
        """To be prepared, and nobody works on it (or not any more)."""
        return self.waiting().filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now))

    def prepared(self) -> "PersonalDataExportQuerySet":
        return self.filter(prepared_at__isnull=False)

    def set_aside(self) -> "PersonalDataExportQuerySet":
        return self.filter(set_aside_at__isnull=False)

    def without_files(self) -> "PersonalDataExportQuerySet":
        return self.defer("json_file", "html_file")

    def ended(self, *, before: datetime) -> "PersonalDataExportQuerySet":
        return self.filter(Q(prepared_at__lt=before) | Q(set_aside_at__lt=before))


class PersonalDataExport(models.Model):
    """A copy of everything that is kept about a reader: the job of making it, and then its files.

    In PostgreSQL, since any machine may make it and any hand it out. Kept seven days.
    """

    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    requested_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    prepared_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    # Compressed by gzip.
    json_file = models.BinaryField(null=True)
    html_file = models.BinaryField(null=True)

    objects = PersonalDataExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader"],
                condition=Q(prepared_at__isnull=True, set_aside_at__isnull=True),
                name="export_waiting_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    prepared_at__isnull=True, json_file__isnull=True, html_file__isnull=True
                )
                | Q(prepared_at__isnull=False, json_file__isnull=False, html_file__isnull=False),
                name="export_prepared_has_files",
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"
