"""What may be doubtful about a text? One rule each; the order and the list are in screening.py.

A check looks at a comment and the wording to be read, changes nothing and answers with a Finding.
It may query, but never in proportion to the discussion.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from forum.models import Comment, HiddenPassage, Revision
from moderation import wordlists
from moderation.models import Decision, Screening

Outcome = Screening.Outcome

# --- Answers


@dataclass(frozen=True)
class Finding:
    """What a check says. `found` are passages as typed, or ids of comments that say the same."""

    outcome: str = Outcome.PASS
    found: Sequence[str | int] = ()
    ground: str = ""


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


FIRST_COMMENTS = 2


def newcomer(comment: Comment, revision: Revision) -> Finding:
    """The first two comments of a reader, where the newspaper wants to read them first."""
    is_new = comment.author.published_count < FIRST_COMMENTS and is_by_reader(comment)
    return Finding(Outcome.HOLD) if is_new and settings.MODERATION_HOLD_NEWCOMERS else PASS


def is_by_reader(comment: Comment) -> bool:
    return comment.written_as == Comment.WrittenAs.READER


# --- What is written


def word_list(comment: Comment, revision: Revision) -> Finding:
    """The strictest entry decides, and its ground is named."""
    hits = wordlists.current().hits(revision.body)
    if not hits:
        return PASS
    strictest = max(hits, key=lambda hit: STRICTNESS.index(Outcome(hit.word.outcome)))
    passages = list(dict.fromkeys(hit.passage for hit in hits))
    return Finding(strictest.word.outcome, passages[:FOUND_AT_MOST], strictest.word.ground)


LINKS_ALLOWED = {User.Standing.NEW: 0, User.Standing.REGULAR: 3, User.Standing.TRUSTED: 5}
# Addresses that are linked, and those that one could type: www.…, or a domain with a path.
LINK = re.compile(
    r"(?:https?://|\bwww\.)\S+|\b(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}/\S+", re.IGNORECASE
)


def links(comment: Comment, revision: Revision) -> Finding:
    """More links than readers of his standing may set."""
    found = LINK.findall(revision.body)
    allowed = LINKS_ALLOWED[User.Standing(comment.author.standing)]
    if len(found) <= allowed or not is_by_reader(comment):
        return PASS
    return Finding(Outcome.HOLD, found[:FOUND_AT_MOST], "advertising")


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
    """An edit that brings back what moderators have hidden."""
    if revision.number == 1:
        return PASS
    hidden = HiddenPassage.objects.filter(revision__comment=comment, lifted_at__isnull=True)
    words = [one.revision.body[one.starts : one.ends] for one in hidden.select_related("revision")]
    found = [each for each in words if each in revision.body]
    return Finding(Outcome.HOLD, found[:FOUND_AT_MOST]) if found else PASS


REPEATED_WITHIN = timedelta(days=7)
# Shorter texts are alike by chance: "Danke für den Artikel!"
REPEATED_FROM = 40
OWN_TEXTS_COMPARED = 10
ALIKE = 0.7
SHINGLE = 5


# The same text by anybody, without its body; and the latest comments of the same writer, by their
# number, not by time, which would read all of a busy writer's.
_WRITTEN_BEFORE = """
    (SELECT same.comment_id, NULL AS body FROM forum_revision same
     JOIN forum_comment one ON one.id = same.comment_id
     WHERE same.fingerprint = %(fingerprint)s AND same.created_at >= %(since)s
       AND one.id <> %(comment)s AND one.status <> 'withdrawn'
     LIMIT %(found_at_most)s)
    UNION ALL
    SELECT own.comment_id, own.body FROM forum_revision own
    WHERE own.created_at >= %(since)s AND own.comment_id IN (
        SELECT id FROM forum_comment
        WHERE author_id = %(author)s AND id <> %(comment)s AND status <> 'withdrawn'
        ORDER BY id DESC LIMIT %(compared)s)
"""


def repeated_text(comment: Comment, revision: Revision) -> Finding:
    """The same text from anybody, or nearly the same again from the same reader. One query."""
    if len(revision.body) < REPEATED_FROM:
        return PASS
    asked: dict[str, Any] = {
        "fingerprint": revision.fingerprint,
        "since": timezone.now() - REPEATED_WITHIN,
        "comment": comment.pk,
        "author": comment.author_id,
        "found_at_most": FOUND_AT_MOST,
        "compared": OWN_TEXTS_COMPARED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN_BEFORE, asked)
        written = cursor.fetchall()
    found = {pk for pk, body in written if body is None or are_alike(body, revision.body)}
    return Finding(Outcome.HOLD, sorted(found), "advertising") if found else PASS


def are_alike(one: str, other: str) -> bool:
    """Jaccard's measure of the letters taken five by five: linear, and blind to their order."""
    ours, theirs = shingles(one), shingles(other)
    return len(ours & theirs) >= ALIKE * len(ours | theirs) > 0


def shingles(text: str) -> set[str]:
    letters = re.sub(r"[\W_]+", "", text.casefold())
    return {letters[at : at + SHINGLE] for at in range(len(letters) - SHINGLE + 1)}
