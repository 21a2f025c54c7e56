"""What was said about that, where, by whom and when?

The newest first, without counting or sorting what is found: the one index answers step by step from
the newest comments back, until a page is full.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from psycopg.errors import QueryCanceled

from accounts.models import User
from forum import cursors, indexing
from forum.models import Comment, Discussion, Findable
from forum.reading import in_view

COMMENTS_PER_PAGE = 20
WORDS_ASKED = 20
# A question that takes longer is to be asked more precisely.
LONGEST_MS = 400

# Nobody has written here before, and no mark is of that year.
EARLIEST, NEVER = date(1990, 1, 1), "year 0000"

_QUOTES = dict.fromkeys(map(ord, "„“”«»‟″"), '"')
_TERM = re.compile(r'(?P<without>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
# How common a word is, the planner can only guess; through the index every question is bounded.
_ONLY_THE_INDEX = """
    SELECT set_config('statement_timeout', %s, true), set_config('enable_seqscan', 'off', true),
        set_config('enable_indexscan', 'off', true)
"""
_WALK = """
    SELECT found.comment_id FROM unnest(%(steps)s::text[]) WITH ORDINALITY step(mark, position),
    LATERAL (
        SELECT comment_id, discussion_id FROM forum_findable
        WHERE words @@ quote_literal(step.mark)::tsquery AND comment_id < %(before)s
            AND {conditions}
        ORDER BY comment_id DESC OFFSET 0
    ) found
    WHERE (
        -- Asked of what is found only, and one by one: the order stays.
        SELECT t.published_at <= %(now)s OR a.state = 'published' AND a.published_at <= %(now)s
        FROM forum_discussion d LEFT JOIN articles_article a ON a.id = d.article_id
            LEFT JOIN articles_topic t ON t.id = d.topic_id
        WHERE d.id = found.discussion_id
    )
    LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Question:
    """What a reader wants to find; every part narrows what the others leave."""

    # As typed: words, "phrases in quotes", -words that must not occur.
    words: str = ""
    author: User | None = None
    discussion: Discussion | None = None
    # Days, the last one included.
    first_day: date | None = None
    last_day: date | None = None


@dataclass
class Found:
    comments: list[Comment] = field(default_factory=list)
    next_cursor: str = ""
    # What to mark in the texts.
    stems: list[str] = field(default_factory=list)
    # Why there is nothing, where asking otherwise would help.
    is_too_broad: bool = False
    # Only so many words were looked for.
    is_cut: bool = False


@dataclass
class _Terms:
    """Folded, each a word or several that stand side by side."""

    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    is_cut: bool = False


def search(question: Question, *, after: str = "") -> Found:
    """Twenty comments, newest first, in five queries. Raises BadRequest for another's cursor."""
    terms = _terms_of(question.words)
    scope = _scope_of(question, terms)
    before = cursors.read(scope, after)[0] if after else _next_id()
    stems = _stems_of(terms)
    marks = _marks_of(question)
    found = Found(stems=stems, is_cut=terms.is_cut)
    if not stems and (terms.wanted or not marks):
        # Nothing but words that everybody uses, or nothing at all.
        return found
    try:
        ids = _walk(terms, marks, before)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        found.is_too_broad = True
        return found
    shown = ids[:COMMENTS_PER_PAGE]
    # What the index says is where to look; whether it may be read, the comment says.
    by_id = (
        in_view().readable().select_related("discussion__article", "discussion__topic")
    ).in_bulk(shown)
    found.comments = [by_id[pk] for pk in shown if pk in by_id]
    if len(ids) > len(shown):
        found.next_cursor = cursors.write(scope, [shown[-1]])
    return found


def _terms_of(typed: str) -> _Terms:
    """However many signs somebody types, words come out of it, and no syntax that can be wrong."""
    terms = _Terms()
    left = WORDS_ASKED
    for term in _TERM.finditer(typed.translate(_QUOTES)):
        words = indexing.fold(term["phrase"] or term["word"] or "").split()
        if not words:
            continue
        if len(words) > left:
            terms.is_cut = True
            words = words[:left]
        if not words:
            break
        left -= len(words)
        (terms.unwanted if term["without"] else terms.wanted).append(" ".join(words))
    return terms


def _scope_of(question: Question, terms: _Terms) -> str:
    author, discussion = question.author, question.discussion
    who_and_where = (author and author.pk, discussion and discussion.pk)
    return f"search {(terms, *who_and_where, question.first_day, question.last_day)!r}"


def _marks_of(question: Question) -> list[list[str]]:
    """One of each list must be there."""
    marks = []
    if question.discussion:
        marks.append([indexing.in_discussion(question.discussion.pk)])
    if question.author:
        marks.append([indexing.by(question.author.pk)])
    if question.first_day or question.last_day:
        first = max(question.first_day or EARLIEST, EARLIEST)
        last = min(question.last_day or date.max, timezone.localdate())
        # A range in which there is no day is one in which nobody wrote.
        marks.append(list(indexing.between(first, last)) or [NEVER])
    return marks


def _next_id() -> int:
    """Beyond all that can be found now."""
    return (Findable.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def _stems_of(terms: _Terms) -> list[str]:
    """Of the words to be found; none of words like "der" and "und"."""
    if not terms.wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT tsvector_to_array({indexing.STEMS})", [" ".join(terms.wanted)])
        return cursor.fetchone()[0]


def _walk(terms: _Terms, marks: list[list[str]], before: int) -> list[int]:
    """Ids of the next page and one more."""
    conditions = ["words @@ websearch_to_tsquery('pg_catalog.german', %(words)s)"]
    asked: dict[str, Any] = {
        "steps": indexing.steps_before(before),
        "before": before,
        "limit": COMMENTS_PER_PAGE + 1,
        "now": timezone.now(),
        # In quotes each: the parser has a word of its own, "or".
        "words": " ".join(
            [f'"{term}"' for term in terms.wanted] + [f'-"{term}"' for term in terms.unwanted]
        ),
    }
    for number, one_of in enumerate(marks):
        # Conditions of their own, not parts of one: the index then jumps from one to the other.
        conditions.append(f"words @@ %(marks{number})s::tsquery")
        asked[f"marks{number}"] = " | ".join(f"'{mark}'" for mark in one_of)
    if not (terms.wanted or terms.unwanted):
        del conditions[0]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONLY_THE_INDEX, [str(LONGEST_MS)])
        cursor.execute(_WALK.format(conditions=" AND ".join(conditions)), asked)
        ids = [pk for (pk,) in cursor.fetchall()]
        # Nothing was written; what was set for this question goes, whoever began the transaction.
        transaction.set_rollback(True)
    return ids
