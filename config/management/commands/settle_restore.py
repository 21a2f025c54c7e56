"""What has to be done to a restored database before anybody may look at it?"""

import json
import logging
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.leaving import close_account
from accounts.models import User
from notifications.mailing import ATTEMPTS
from notifications.models import Mail

logger = logging.getLogger(__name__)

# More than the lost time can have given out; 64 bits have room for it a million times.
AHEAD = 100_000
# What was noted last, and the loss: the note is taken every few seconds.
MARGIN = timedelta(minutes=1)
NUMBERS = """SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, last_value + %s)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"""
# A commit each: pages are known by the transactions that wrote their rows (forum/states.py).
TRANSACTIONS = f"""DO $$ BEGIN
    FOR i IN 1..{AHEAD} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP;
END $$"""


class Command(BaseCommand):
    help = (
        "After a restore, before the site is started: close the accounts that had been closed, "
        "set aside the mails of which nobody knows whether they have left, go on with numbers that "
        "were never given out. Prints what it did as JSON. Running it again closes nobody twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--closed", type=Path, required=True, help="closed.jsonl of the store")
        parser.add_argument(
            "--lost-at", type=parse_datetime, help="when the site was last up; now, if not given"
        )

    def handle(self, *args: Any, closed: Path, lost_at: datetime | None, **options: Any) -> None:
        go_ahead()
        aside = set_mails_aside(until=(lost_at or timezone.now()) + MARGIN)
        again, still_open = close_again(closed)
        told = {"closed_again": again, "not_closed": still_open, "mails_set_aside": aside}
        logger.warning("database restored", extra=told)
        self.stdout.write(json.dumps(told))


def go_ahead() -> None:
    """An address in a mail never comes to mean another comment than it did."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [AHEAD])
        cursor.execute(TRANSACTIONS)


def set_mails_aside(*, until: datetime) -> list[int]:
    """Those that were due by then: they may have left, and nothing here knows (decision 44).

    Their inbox has the same, and `forum_mails_set_aside` tells the operator.
    """
    with transaction.atomic():
        due = Mail.objects.due(until).select_for_update().order_by("pk")
        doubtful = list(due.values_list("pk", flat=True))
        Mail.objects.filter(pk__in=doubtful).update(set_aside_at=timezone.now(), attempts=ATTEMPTS)
    return doubtful


def close_again(closed: Path) -> tuple[int, list[int]]:
    """How many, and who could not be: he is staff in this database.

    A number may have been given to somebody else since an earlier restore; his joining time says
    who is meant.
    """
    lines = closed.read_text().splitlines() if closed.exists() else []
    again, still_open = 0, []
    for row in map(json.loads, lines):
        readers = User.objects.present().filter(pk=row["reader"], joined_at=row["joined_at"])
        keeps_texts = row["keeps_texts"]
        if not readers.update(closing_at=timezone.now(), keeps_texts=keeps_texts):
            continue
        if close_account(User(pk=row["reader"])):
            again += 1
        else:
            still_open.append(row["reader"])
    return again, still_open
