"""Which rows is a public page made from, and have they changed?

A state names them; what it is worth now is asked of PostgreSQL, which is the truth. Whatever writes
a row gives it another stamp (xmin, ctid), so that no writer has to remember to say so.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any

import psycopg
from django.db import connection
from django.utils import timezone

from forum.asking import LARGEST_ID
from forum.teasers import TEASERS_PER_PAGE, place_of

# What is asked for, and by which key: ("discussion", 7). Strings and numbers, so that it is JSON.
State = tuple[str | int, ...]

# Every article is before this place in a list of the newest first.
TOP = ("infinity", 0)


# Asking on each request would cost more than all the rest of an answer from the cache.
LATELY_SECONDS = 0.05
REMEMBERED_AT_MOST = 1_000


@dataclass(frozen=True)
class Mark:
    """What the states of a page are worth at one moment.

    shown differs whenever the page does. retracted differs when something that stood on it may not
    be shown any longer: it was removed, held, withdrawn or reworded.
    """

    shown: str
    retracted: str


def discussion(pk: int) -> State:
    """A discussion, and what it is about."""
    return ("discussion", pk)


def comment(pk: int) -> State:
    """A comment and its discussion."""
    return ("comment", pk)


def article(pk: int) -> State:
    """An article with its discussion and with all that its page says of its topic."""
    return ("article", pk)


def topic(pk: int) -> State:
    """A topic with its discussion, its live report and the topics related to it."""
    return ("topic", pk)


def teasers(*, scope: str, older: str = "") -> State:
    """One page of a list of articles, with their counts; arguments as of teasers_page()."""
    which, *of = scope.split()
    return (f"teasers of {which}", *map(int, of), *(place_of(scope, older) or TOP))


def counts(ids: list[int], named: list[tuple[str, str]]) -> State:
    """How much was said about each of these articles. named: (source, source_id)."""
    return ("counts", len(ids), *ids, *(part for pair in named for part in pair))


def current(*states: State) -> Mark | None:
    """What they are worth now, in one query; None if one of them is not there for readers."""
    if any(isinstance(part, int) and part > LARGEST_ID for state in states for part in state):
        return None
    now = timezone.now()
    query = " UNION ALL ".join(_QUERIES[str(kind)] for kind, *_key in states)
    values: list[object] = []
    for kind, *key in states:
        values += _values(str(kind), key, now)
    rows = _ask(query, values)
    if len(rows) < len(states):
        return None
    # Sorted, since UNION ALL promises no order.
    shown, retracted = zip(*sorted(rows), strict=True)
    return Mark("\n".join(shown), "\n".join(retracted))


class Lately:
    """What states were worth a moment ago: how old that may be is how old a kept page may be."""

    def __init__(self) -> None:
        self._marks: dict[tuple[State, ...], _Asked] = {}

    def mark(self, states: tuple[State, ...]) -> Mark | None:
        asked = self._marks.get(states)
        if asked is None:
            if len(self._marks) >= REMEMBERED_AT_MOST:
                self._marks.clear()
            asked = self._marks.setdefault(states, _Asked())
        # The other threads wait for the answer that is on its way.
        with asked.lock:
            now = monotonic()
            if now >= asked.until:
                # Its age counts from before the question.
                asked.mark, asked.until = current(*states), now + LATELY_SECONDS
            return asked.mark


class _Asked:
    def __init__(self) -> None:
        self.lock = Lock()
        self.until = 0.0
        self.mark: Mark | None = None


class _PreparedCursor(psycopg.Cursor[tuple[str, str]]):
    """Planning joins by key takes longer than doing them."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> "_PreparedCursor":
        return super().execute(query, params, prepare=True)


def _ask(query: str, values: list[Any]) -> list[tuple[str, str]]:
    if connection.queries_logged:
        # Django tells only what its own cursors have sent, with the values in their places.
        with connection.cursor() as logged:
            logged.execute(query, values)
            return logged.fetchall()
    connection.ensure_connection()
    with connection.make_cursor(_PreparedCursor(connection.connection)) as cursor:  # type: ignore[arg-type]
        cursor.execute(query, values)
        return cursor.fetchall()


def _values(kind: str, key: list[str | int], now: datetime) -> list[object]:
    """What stands for each %s of the query, in its order."""
    if kind != "counts":
        # Whatever may lie ahead stands before the key.
        return [*[now] * (_QUERIES[kind].count("%s") - len(key)), *key]
    first, *asked = key
    ids, parts = asked[: int(first)], asked[int(first) :]
    # The driver would look into lists to learn what they are of.
    numbers = f"{{{','.join(map(str, ids))}}}"
    sources, names = (parts[::2], parts[1::2]) if parts else ("{}", "{}")
    return [numbers, sources, names, now]


def _public(table: str) -> str:
    """What ArticleQuerySet.published() asks."""
    return f"{table}.state = 'published' AND {table}.published_at <= %s"


def _stamps(*tables: str) -> str:
    return ", ".join(f"{table}.xmin, {table}.ctid" for table in tables)


def _query(rest: str, *, shown: str, retracted: str) -> str:
    return f"SELECT concat_ws(' ', {shown}), concat_ws(' ', {retracted}) {rest}"


# Of which article or topic a discussion is, and whether readers can open it.
_SUBJECT = f"""
    LEFT JOIN articles_article a ON a.id = d.article_id
    LEFT JOIN articles_topic t ON t.id = coalesce(d.topic_id, a.topic_id)
    WHERE (d.topic_id IS NOT NULL AND t.published_at <= %s OR {_public("a")})
"""
_OF_TOPIC = f"""
    LEFT JOIN forum_discussion td ON td.topic_id = t.id
    LEFT JOIN articles_article r ON r.id = t.live_report_id AND {_public("r")}
"""
# Here and on the topic page: which of them is counted, the stamp of the article tells.
_DISCUSSIONS = """
    LEFT JOIN articles_topic t ON t.id = a.topic_id
    LEFT JOIN forum_discussion d ON d.article_id = a.id
    LEFT JOIN forum_discussion td ON td.topic_id = a.topic_id
"""


def _teasers(only: str) -> str:
    """One more than the page shows: whether there is a next page stands on it, too."""
    return f"""
        SELECT coalesce(string_agg(concat_ws(' ', {_stamps("a", "t")},
                   d.comment_count, '/', td.comment_count), ';'), ''),
               coalesce(string_agg(concat_ws(' ', {_stamps("a", "t")}), ';'), '')
        FROM (SELECT a.id, a.topic_id, a.xmin, a.ctid FROM articles_article a
              WHERE {_public("a")} {only}
                AND (a.published_at, a.id) < (%s::text::timestamptz, %s::bigint)
              ORDER BY a.published_at DESC, a.id DESC LIMIT {TEASERS_PER_PAGE + 1}) a
        {_DISCUSSIONS}
    """  # noqa: S608


_QUERIES = {
    "discussion": _query(
        f"FROM forum_discussion d {_SUBJECT} AND d.id = %s",
        shown=_stamps("d", "a", "t"),
        retracted=f"d.retracted_version, {_stamps('a', 't')}",
    ),
    "comment": _query(
        "FROM forum_comment c JOIN forum_discussion d ON d.id = c.discussion_id"
        f" {_SUBJECT} AND c.id = %s",
        shown=_stamps("c", "d", "a", "t"),
        retracted=f"d.retracted_version, {_stamps('c', 'a', 't')}",
    ),
    "article": _query(
        f"""FROM articles_article a
            LEFT JOIN forum_discussion d ON d.article_id = a.id
            LEFT JOIN articles_topic t ON t.id = a.topic_id {_OF_TOPIC}
            WHERE {_public("a")} AND a.id = %s""",
        shown=_stamps("a", "d", "t", "td", "r"),
        retracted=f"d.retracted_version, '/', td.retracted_version, {_stamps('a', 't', 'r')}",
    ),
    "topic": _query(
        f"""FROM articles_topic t {_OF_TOPIC}
            CROSS JOIN LATERAL (
                SELECT string_agg(concat_ws(' ', {_stamps("o")}), ';' ORDER BY o.id) AS stamps
                FROM articles_topic_related m JOIN articles_topic o ON o.id = m.to_topic_id
                WHERE m.from_topic_id = t.id AND o.published_at <= %s) related
            WHERE t.published_at <= %s AND t.id = %s""",  # noqa: S608
        shown=f"{_stamps('t', 'td', 'r')}, related.stamps",
        retracted=f"td.retracted_version, {_stamps('t', 'r')}, related.stamps",
    ),
    "teasers of front": _teasers(""),
    "teasers of topic": _teasers("AND a.topic_id = %s"),
    "counts": f"""
        SELECT coalesce(json_agg(json_build_array(a.id, a.source, a.source_id, a.slug,
                   CASE a.discussion_at WHEN 'here' THEN d.comment_count
                       WHEN 'topic' THEN td.comment_count END) ORDER BY a.id), '[]')::text,
               coalesce(string_agg(concat_ws(' ', {_stamps("a")}), ';' ORDER BY a.id), '')
        FROM (SELECT unnest(%s::bigint[]) AS id UNION
              SELECT named.id FROM unnest(%s::text[], %s::text[]) AS asked(source, source_id)
              JOIN articles_article named USING (source, source_id)) asked
        JOIN articles_article a USING (id) {_DISCUSSIONS}
        WHERE {_public("a")}
    """,  # noqa: S608
}
