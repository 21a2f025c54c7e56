"""What is always doubtful about a text? One check each; the list is in screening.py.

A check looks at a comment and the wording to be read, changes nothing and answers with a Finding.
It may query, but never in proportion to the discussion. What the desk sets: rule_checks.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from forum.models import Comment, HiddenPassage, Revision
from moderation.models import Decision, Screening

Outcome = Screening.Outcome

# --- Answers


@dataclass(frozen=True)
class Finding:
    """What a check says. `found` are passages as typed, or ids of comments that say the same;
    `entries` are ids of the word list's entries that have hit."""

    outcome: str = Outcome.PASS
    found: Sequence[str | int] = ()
    ground: str = ""
    entries: Sequence[int] = ()


PASS = Finding()
# As many passages as a moderator looks at.
FOUND_AT_MOST = 20
STRICTNESS = [Outcome.PASS, Outcome.HOLD, Outcome.REMOVE]

# --- Who writes, and where


def suspension(comment: Comment, revision: Revision) -> Finding:
    """Suspended between sending and now."""
    return Finding(Outcome.HOLD) if comment.author.is_suspended else PASS


def premoderated_discussion(comment: Comment, revision: Revision) -> Finding:
    is_read_first = comment.discussion.is_premoderated and is_by_reader(comment)
    return Finding(Outcome.HOLD) if is_read_first else PASS


def reader_read_first(comment: Comment, revision: Revision) -> Finding:
    """The moderators have decided to read what he writes, for a time."""
    is_read_first = comment.author.is_read_first and is_by_reader(comment)
    return Finding(Outcome.HOLD) if is_read_first else PASS


def removed_before(comment: Comment, revision: Revision) -> Finding:
    """Sent again after a person has removed it: a person reads that too."""
    if not comment.removal_ground:
        return PASS
    removals = Decision.objects.filter(comment=comment, measure=Decision.Measure.REMOVE)
    last = removals.order_by("-pk").first()
    return PASS if last and last.automated else Finding(Outcome.HOLD)


def is_by_reader(comment: Comment) -> bool:
    return comment.written_as == Comment.WrittenAs.READER


# --- What is written

# Numbers to be dialled: with a country, or with an area of at least three digits.
TELEPHONE = re.compile(
    r"(?<![\w.,:/=+-])(?:(?:\+|00)[1-9]\d{0,2}|0[1-9]\d{1,4})"
    r"(?:[ ()/-]{0,3}\d){5,11}(?!\w|[.,:]\d)"
)
# Costs nothing and belongs to nobody in person: help lines are to be named.
FREE_OF_CHARGE = "0800"
IBAN_LENGTHS = (
    {"AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FR": 27, "GB": 22}
    | {"IT": 27, "LI": 21, "LU": 20, "NL": 18, "PL": 28}
)  # fmt: skip
IBAN = re.compile(
    "|".join(
        rf"\b{country}\d\d(?: ?[A-Z0-9]){{{length - 4}}}\b"
        for country, length in IBAN_LENGTHS.items()
    ),
    re.IGNORECASE,
)
MAIL_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-z]{2,20}\b", re.IGNORECASE
)


def personal_data(comment: Comment, revision: Revision) -> Finding:
    """Telephone numbers, bank accounts and mail addresses: whose are they? (CJEU C-492/23)"""
    numbers = TELEPHONE.findall(revision.body)
    found = [number for number in numbers if not number.startswith(FREE_OF_CHARGE)]
    found += MAIL_ADDRESS.findall(revision.body)
    found += [account for account in IBAN.findall(revision.body) if is_iban(account)]
    if not found:
        return PASS
    return Finding(Outcome.HOLD, found[:FOUND_AT_MOST], "personal_data")


def is_iban(text: str) -> bool:
    """ISO 13616: the number, turned and read in base 36, leaves 1 when divided by 97."""
    account = text.replace(" ", "").upper()
    return int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97 == 1


# --- What has been written before


def hidden_passage(comment: Comment, revision: Revision) -> Finding:
    """Every edit of a comment in which moderators have hidden something: one more space or a soft
    hyphen would be enough to bring that back unseen."""
    if revision.number == 1:
        return PASS
    hidden = HiddenPassage.objects.filter(revision__comment=comment, lifted_at__isnull=True)
    words = [one.revision.body[one.starts : one.ends] for one in hidden.select_related("revision")]
    found = [each for each in words if each in revision.body]
    return Finding(Outcome.HOLD, found[:FOUND_AT_MOST]) if words else PASS
