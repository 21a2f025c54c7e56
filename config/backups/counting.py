"""What is in a database: how many rows of each kind, and which words in each discussion?"""

from typing import Any

import psycopg

TABLES = """SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1"""
# Every column of comments and of their wordings, whichever they are.
HASHES = """SELECT said.discussion_id, md5(string_agg(said.hash, '' ORDER BY said.id, said.hash))
    FROM (SELECT c.discussion_id, c.id, md5(c::text) AS hash FROM forum_comment c
          UNION ALL
          SELECT c.discussion_id, c.id, md5(r::text)
          FROM forum_revision r JOIN forum_comment c ON c.id = r.comment_id) said
    GROUP BY said.discussion_id"""

Counted = dict[str, Any]


def count(connection: psycopg.Connection[tuple]) -> Counted:
    """rows: by table; discussions: a hash by id; all of one moment."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        tables = [name for (name,) in connection.execute(TABLES)]
        rows = {table: rows_of(connection, table) for table in tables}
        hashes = {str(pk): digest for pk, digest in connection.execute(HASHES)}
    finally:
        connection.execute("ROLLBACK")
    return {"rows": rows, "discussions": hashes}


def rows_of(connection: psycopg.Connection[tuple], table: str) -> int:
    row = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608
    return row[0] if row else 0


def differences(expected: Counted, found: Counted) -> list[str]:
    """Sentences; none where both are the same."""
    before, after = expected["rows"], found["rows"]
    wrong = [
        f"{table}: {after.get(table)} rows instead of {number}"
        for table, number in before.items()
        if after.get(table) != number
    ]
    hashes = found["discussions"]
    other = [pk for pk, digest in expected["discussions"].items() if hashes.get(pk) != digest]
    if other:
        wrong.append(f"{len(other)} discussions read otherwise, the first is {min(other, key=int)}")
    return wrong
