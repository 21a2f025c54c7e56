"""What may be doubtful about a text, as the desk has set it? One rule each.

A rule looks at a text, its options and what is known of before (history.py), and answers with a
Finding. It never queries: a trial asks the same function about ten thousand texts.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from forum.models import Revision
from moderation.checks import FOUND_AT_MOST, PASS, STRICTNESS, Finding, Outcome
from moderation.desk_rules import hours, policy
from moderation.desk_rules.history import Known, Record, Text, Written, known_about, text_of
from moderation.desk_rules.options import (
    ClosingAge,
    HeatedThread,
    Kind,
    Links,
    Newcomer,
    OpeningHours,
    Options,
    RemovalRate,
    RepeatedText,
)
from moderation.desk_rules.policy import Policy
from moderation.desk_rules.wordlists import Wordlist

HOLD = Finding(Outcome.HOLD)


class ReadBy(NamedTuple):
    """The rules of one batch, and what was known for them beforehand."""

    policy: Policy
    known: Known


def rules_for(revisions: Iterable[Revision]) -> ReadBy:
    """Asked once for all of them, revisions as in text_of(): a change holds from the next batch on,
    a second later."""
    held = policy.current()
    return ReadBy(held, known_about([text_of(revision) for revision in revisions], held))


def findings_of(text: Text, held: Policy, known: Known) -> dict[str, Finding]:
    """By the name of the rule, of those that are on where the text stands. The words come first:
    of equally strict ones the first names the ground."""
    found: dict[str, Finding] = {}
    where = {"topic_id": text.topic_id, "discussion_id": text.discussion_id}
    if held.at(Kind.WORD_LIST, **where) is not None:
        found[Kind.WORD_LIST.value] = word_list(text, held.words)
    for kind, rule in RULES.items():
        options = held.at(kind, **where)
        if options is not None:
            found[kind.value] = rule(text, options, known.get((kind, text.comment_id)))
    return found


def word_list(text: Text, words: Wordlist) -> Finding:
    """The strictest entry decides, and its ground is named."""
    where = {"topic_id": text.topic_id, "discussion_id": text.discussion_id}
    hits = [hit for hit in words.hits(text.body) if hit.word.place.holds(**where)]
    if not hits:
        return PASS
    strictest = max(hits, key=lambda hit: STRICTNESS.index(Outcome(hit.word.outcome)))
    passages = list(dict.fromkeys(hit.passage for hit in hits))
    entries = sorted({hit.word.entry_id for hit in hits})
    return Finding(strictest.word.outcome, passages[:FOUND_AT_MOST], strictest.word.ground, entries)


# Addresses that are linked, and those that one could type: www.…, or a domain with a path.
LINK = re.compile(
    r"(?:https?://|\bwww\.)\S+|\b(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}/\S+", re.IGNORECASE
)
SCHEME = re.compile(r"https?://", re.IGNORECASE)


def links(text: Text, options: Links, _known: None) -> Finding:
    """More links than readers of his standing may set."""
    found = [link for link in LINK.findall(text.body) if not is_free(link, options.free_hosts)]
    if len(found) <= options.allowed(text.standing) or not text.is_by_reader:
        return PASS
    return Finding(Outcome.HOLD, found[:FOUND_AT_MOST], "advertising")


def is_free(link: str, hosts: Sequence[str]) -> bool:
    """Whether it leads to one of these servers: a name before an @ is none."""
    named = re.split(r"[/?#\\]", SCHEME.sub("", link, count=1), maxsplit=1)[0]
    host = named.rsplit("@", 1)[-1].split(":", 1)[0].lower().rstrip(".")
    return any(host == free or host.endswith(f".{free}") for free in hosts)


def repeated_text(text: Text, options: RepeatedText, known: list[Written] | None) -> Finding:
    """The same text from anybody, or nearly the same again from the same reader."""
    alike = options.alike_percent / 100
    found = {
        pk for pk, body in known or [] if body is None or are_alike(body, text.body, share=alike)
    }
    if not found:
        return PASS
    return Finding(Outcome.HOLD, sorted(found)[:FOUND_AT_MOST], "advertising")


SHINGLE = 5


def are_alike(one: str, other: str, *, share: float) -> bool:
    """Jaccard's measure of the letters taken five by five: linear, and blind to their order."""
    ours, theirs = shingles(one), shingles(other)
    return len(ours & theirs) >= share * len(ours | theirs) > 0


def shingles(text: str) -> set[str]:
    letters = re.sub(r"[\W_]+", "", text.casefold())
    return {letters[at : at + SHINGLE] for at in range(len(letters) - SHINGLE + 1)}


def newcomer(text: Text, options: Newcomer, _known: None) -> Finding:
    """The first comments of a reader."""
    return HOLD if text.is_by_reader and text.published_before < options.comments else PASS


def removal_rate(text: Text, options: RemovalRate, known: Record | None) -> Finding:
    """Of what he wrote, too much had to be removed; old matters less, and little proves nothing."""
    if known is None or not text.is_by_reader or known.comments < options.at_least:
        return PASS
    return HOLD if known.removed_share * 100 >= options.percent else PASS


def heated_thread(text: Text, options: HeatedThread, known: int | None) -> Finding:
    """Where many comments were removed or reported just now, people calm down while they wait."""
    return HOLD if text.is_by_reader and (known or 0) >= options.contested else PASS


def opening_hours(text: Text, options: OpeningHours, _known: None) -> Finding:
    """Written while nobody of the desk is there. What is to be refused, is refused when it is sent;
    what comes another way, such as an edit, waits."""
    is_late = text.is_by_reader and not hours.is_open(options, text.written_at)
    return HOLD if is_late else PASS


def sensitive_topic(text: Text, _options: Options, _known: None) -> Finding:
    """Everything is read first."""
    return HOLD if text.is_by_reader else PASS


def closing_age(text: Text, options: ClosingAge, _known: None) -> Finding:
    """Would have come too late. For trials only: the discussion is closed by the clock
    (closing.py), so nothing is left to read."""
    appeared = text.article_published_at
    is_late = appeared and text.written_at > appeared + timedelta(days=options.days)
    return HOLD if is_late and text.is_by_reader else PASS


RULES: dict[Kind, Callable[[Text, Any, Any], Finding]] = {
    Kind.LINKS: links,
    Kind.REPEATED_TEXT: repeated_text,
    Kind.NEWCOMER: newcomer,
    Kind.REMOVAL_RATE: removal_rate,
    Kind.HEATED_THREAD: heated_thread,
    Kind.OPENING_HOURS: opening_hours,
    Kind.SENSITIVE_TOPIC: sensitive_topic,
}
# What the clock does can be tried, too.
TRIED = RULES | {Kind.CLOSING_AGE: closing_age}
