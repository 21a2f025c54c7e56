"""Is the log of decisions whole: nothing removed, changed or slipped in?

Each row of moderation_decision carries its number, the hash of the row before and its own, written
by a trigger (migration 0006). Here the chain is computed anew, without the database's help. Who
rewrites all of it is found by heads: those noted every hour, and those that somebody kept elsewhere
(docs/decisions/0034).
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from moderation.models import Decision, Head

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 2_000
# What a row's hash covers, in the order of the migration's function: ids of people, never names.
COVERED = (
    "number",
    "previous_hash",
    "id",
    "case_id",
    "comment_id",
    "revision_id",
    "reader_id",
    "discussion_id",
    "reverses_id",
    "measure",
    "until",
    "ground",
    "rules_version",
    "origin",
    "automated",
    "decided_by_id",
    "decided_at",
    "text_hash",
)
TEXTS = ("text__salt", "text__facts", "text__explanation", "text__note")


class Noted(NamedTuple):
    """What somebody knows of the log: the hash of its row of that number."""

    number: int
    hash: str


BEFORE_ALL = Noted(0, "")


@dataclass
class Proof:
    """What reading the log has shown; `wrong` are sentences, one for each break."""

    decisions: int = 0
    texts: int = 0
    erased: int = 0
    head: Noted = BEFORE_ALL
    wrong: list[str] = field(default_factory=list)


def part(value: Any) -> str:
    """One value in a preimage; its length keeps neighbours apart."""
    if value is None:
        return "-,"
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, datetime):
        value = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{len(str(value))}:{value},"


def hash_of(*values: Any) -> str:
    return hashlib.sha256("".join(map(part, values)).encode()).hexdigest()


def text_hash(*, salt: str, facts: str, explanation: str, note: str) -> str:
    return hash_of(salt, facts, explanation, note)


def verify(*, kept: Iterable[Noted] = ()) -> Proof:
    """Read the log once, in batches; `kept` are heads that lay where nobody here can write.

    The noted heads are read first: what is added meanwhile comes after all of them.
    """
    expected = {*kept, *(Noted(*each) for each in Head.objects.values_list("number", "hash"))}
    proof = Proof()
    rows = (
        Decision.objects.order_by("number").values(*COVERED, "hash", *TEXTS).iterator(ROWS_AT_ONCE)
    )
    for row in rows:
        proof.wrong += breaks(row, after=proof.head)
        proof.decisions += 1
        proof.texts += row["text__salt"] is not None
        proof.erased += row["text__salt"] is None and row["text_hash"] != ""
        proof.head = Noted(row["number"], row["hash"])
        expected.discard(proof.head)
    proof.wrong += [missed(each, end=proof.head) for each in sorted(expected)]
    return proof


def breaks(row: dict[str, Any], *, after: Noted) -> Iterator[str]:
    """What is wrong with a row that follows on that one."""
    number = row["number"]
    here = {
        "row": number,
        "decision": row["id"],
        "time": date_format(timezone.localtime(row["decided_at"]), "DATETIME_FORMAT"),
        "first": after.number + 1,
        "last": number - 1,
    }
    if number > after.number + 1:
        yield (
            _(
                "Rows %(first)s to %(last)s have been removed (before decision %(decision)s of "
                "%(time)s)."
            )
            % here
        )
    elif number <= after.number:
        yield _("Row %(row)s (decision %(decision)s of %(time)s) has been slipped in.") % here
    elif row["previous_hash"] != after.hash:
        yield (
            _(
                "Row %(row)s (decision %(decision)s of %(time)s) does not continue the one before: "
                "one of the two has been changed or slipped in."
            )
            % here
        )
    if row["hash"] != hash_of(*(row[name] for name in COVERED)):
        yield _("Row %(row)s (decision %(decision)s of %(time)s) has been changed.") % here
    if is_reworded(row):
        yield (
            _("The reasons of row %(row)s (decision %(decision)s of %(time)s) have been changed.")
            % here
        )


def is_reworded(row: dict[str, Any]) -> bool:
    """An erased text proves nothing and breaks nothing."""
    texts = [row[name] for name in TEXTS]
    return texts[0] is not None and row["text_hash"] != hash_of(*texts)


def missed(noted: Noted, *, end: Noted) -> str:
    values = {"row": noted.number, "hash": noted.hash, "end": end.number}
    if noted.number > end.number:
        return (
            _(
                "Row %(row)s with hash %(hash)s had been noted and is gone: the log ends with row "
                "%(end)s."
            )
            % values
        )
    return _("Row %(row)s is not the one that had been noted, with hash %(hash)s.") % values


def note_head() -> Head | None:
    """Write down how far the log has come; a line of the operators' log keeps it elsewhere.

    Doing it again before the next decision adds no row. A head whose row has gone is told at once.
    """
    former = Head.objects.order_by("-pk").first()
    if former and not Decision.objects.filter(number=former.number, hash=former.hash).exists():
        logger.error("log of decisions broken", extra={"number": former.number})
    last = Decision.objects.order_by("-number").first()
    if last is None:
        return None
    head, _is_new = Head.objects.get_or_create(
        number=last.number,
        hash=last.hash,
        defaults={"count_of_day": last.number - number_before(timezone.localtime())},
    )
    logger.info(
        "log of decisions",
        extra={"number": head.number, "hash": head.hash, "count_of_day": head.count_of_day},
    )
    return head


def number_before(now: datetime) -> int:
    """With which number the former days ended. Walks back over the rows of this day alone."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    former = Decision.objects.filter(decided_at__lt=midnight).order_by("-number")
    return former.values_list("number", flat=True).first() or 0
