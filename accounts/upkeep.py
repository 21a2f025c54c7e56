"""What about readers is put in order by the clock?"""

import logging
from datetime import datetime, timedelta
from typing import cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import exporting
from accounts.leaving import close_account
from accounts.models import Act, PersonalDataExport, User
from accounts.renaming import forget_former_names
from accounts.standing import reinstate, settle
from accounts.throttling import LONGEST_WINDOW

logger = logging.getLogger(__name__)

# The code of the mail is good for half an hour; whoever signs in later gets another.
UNCONFIRMED_FOR = timedelta(days=3)
# Internet addresses are kept for safety, and no longer (GDPR art. 5(1)(e)).
ADDRESSES_KEPT = timedelta(days=7)
BATCH = 500
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - allauth's column cannot be empty


def tidy(now: datetime | None = None) -> dict[str, int]:
    """Everything of this app; how many rows each step touched."""
    now = now or timezone.now()
    return {
        "settled": settle(now),
        "suspensions": clear_ended_suspensions(now),
        "acts": forget_acts(now),
        "unconfirmed": delete_unconfirmed(now),
        "sessions": delete_ended_sessions(now),
        "addresses": forget_addresses(now),
        "counters": delete_ended_counters(now),
        "exports": delete_exports(now),
        "closed": close_accounts(now),
        "former_names": forget_former_names(now),
    }


def clear_ended_suspensions(now: datetime) -> int:
    """They hold no longer, by time; ground and dates go with them. Each is looked at again under
    its lock: a moderator may just have decided on a longer one."""
    over = User.objects.suspension_over(now).order_by("pk").values_list("pk", flat=True)
    return sum(_clear_ended_suspension(pk, now) for pk in over[:BATCH])


@transaction.atomic
def _clear_ended_suspension(reader_id: int, now: datetime) -> bool:
    over = User.objects.suspension_over(now).select_for_update(no_key=True)
    reader = over.filter(pk=reader_id).first()
    if reader:
        reinstate(reader)
    return reader is not None


def forget_acts(now: datetime) -> int:
    """No window looks back further."""
    return Act.objects.filter(at__lt=now - LONGEST_WINDOW).delete()[0]


def delete_unconfirmed(now: datetime) -> int:
    """An address that nobody confirmed is free again for its owner, and so is the name."""
    waiting = User.objects.never_confirmed().filter(joined_at__lt=now - UNCONFIRMED_FOR)
    return waiting.delete()[1].get("accounts.User", 0)


def delete_ended_sessions(now: datetime) -> int:
    """With what allauth noted about them: address and browser."""
    ended, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.filter(
        ~Exists(Session.objects.filter(session_key=OuterRef("session_key")))
    ).delete()
    return ended


def forget_addresses(now: datetime) -> int:
    """Of sessions that go on; the list of sessions shows the others."""
    old = UserSession.objects.filter(last_seen_at__lt=now - ADDRESSES_KEPT)
    return old.exclude(ip=NO_ADDRESS).update(ip=NO_ADDRESS)


def delete_ended_counters(now: datetime) -> int:
    """allauth counts attempts under keys that name addresses; Django leaves what has expired."""
    counters = cast("dict[str, str]", settings.CACHES["default"])
    table = connection.ops.quote_name(counters["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608
        return cursor.rowcount


def delete_exports(now: datetime) -> int:
    """Whoever wants his data later has a fresh copy made."""
    return PersonalDataExport.objects.ended(before=now - exporting.KEPT).delete()[0]


def close_accounts(now: datetime) -> int:
    """Each in its own transaction: one that fails is logged, and tried again in an hour."""
    closed = 0
    for reader in User.objects.due_to_be_closed(now).order_by("closing_at", "pk"):
        try:
            closed += close_account(reader)
        except Exception:
            logger.exception("account not closed", extra={"reader": reader.pk})
    return closed
