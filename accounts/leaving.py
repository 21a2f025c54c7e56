"""How does a reader leave: asked for, thought over for two weeks, and then for good?

His row stays behind empty, as the pseudonym of texts and decisions (docs/decisions/0013).
"""

import logging
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import rules, signals
from accounts.models import FormerName, PersonalDataExport, User
from accounts.sessions import end_sessions
from accounts.throttling import forget_acts_of

logger = logging.getLogger(__name__)

GRACE = timedelta(days=14)


@transaction.atomic
def request_closing(reader: User, *, keeps_texts: bool) -> User:
    """Two weeks from now; asking again changes nothing. Raises PermissionDenied (staff)."""
    reader = locked(reader)
    if refusal := rules.closing_refusal(reader):
        raise PermissionDenied(refusal)
    if reader.closing_at:
        return reader
    reader.closing_at = timezone.now() + GRACE
    reader.keeps_texts = keeps_texts
    reader.save(update_fields=["closing_at", "keeps_texts"])
    signals.closing_requested.send(sender=User, reader=reader)
    return reader


@transaction.atomic
def withdraw_closing(reader: User) -> User:
    """He stays. Doing it again changes nothing."""
    reader = locked(reader)
    if reader.closing_at is None:
        return reader
    reader.closing_at = reader.keeps_texts = None
    reader.save(update_fields=["closing_at", "keeps_texts"])
    signals.closing_withdrawn.send(sender=User, reader=reader)
    return reader


@transaction.atomic
def close_account(reader: User) -> bool:
    """Whether it was closed now: not before its time, and not if he has changed his mind.

    Everything that says who he was goes; other apps see to their own rows.
    """
    now = timezone.now()
    due = User.objects.due_to_be_closed(now).select_for_update().filter(pk=reader.pk).first()
    if due is None:
        return False
    keeps_texts = bool(due.keeps_texts)
    end_sessions(due)
    Authenticator.objects.filter(user=due).delete()
    EmailAddress.objects.filter(user=due).delete()
    PersonalDataExport.objects.filter(reader=due).delete()
    FormerName.objects.filter(owner=due).delete()
    forget_acts_of(due)
    make_nameless(due)
    forget_name_in_log(due)
    due.closed_at = now
    due.save()
    logger.info("account closed", extra={"reader": due.pk})
    signals.account_closed.send(sender=User, reader=due, keeps_texts=keeps_texts)
    return True


def make_nameless(reader: User) -> None:
    """Nobody signs in as him: without password, inactive, at an address that cannot exist.

    Nobody else can be called like this (accounts/names.py), and no name has a look-alike form with
    a space in it.
    """
    with translation.override(settings.LANGUAGE_CODE):
        reader.name = _("Deleted account")
    reader.name_skeleton = f"closed {reader.pk}"
    reader.email = f"{reader.pk}@closed.invalid"
    reader.set_unusable_password()
    reader.is_active = False
    reader.standing = User.Standing.NEW
    reader.last_login = reader.reply_mail_agreed_at = None
    reader.suspended_at = reader.suspended_until = None
    reader.suspension_ground = ""
    reader.renamed_at = None
    reader.closing_at = reader.keeps_texts = None


def forget_name_in_log(reader: User) -> None:
    """The admin writes down what was changed under the name that it had then."""
    about_him = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(reader.pk)
    )
    about_him.update(object_repr=reader.name)


def locked(reader: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=reader.pk)
