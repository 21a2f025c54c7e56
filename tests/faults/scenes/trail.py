"""T14: the log of decisions cannot be changed, and who changes it behind its back is found."""

import re

import psycopg

from bench.load.judging import Finding
from tests.faults.judging import none
from tests.faults.run import Run

FORBIDDEN = (
    "UPDATE moderation_decision SET measure = 'publish'",
    "DELETE FROM moderation_decision",
    "TRUNCATE moderation_decision CASCADE",
    "UPDATE moderation_head SET number = 1",
    "DELETE FROM moderation_head",
)
# As the clock does every hour: a rule for rows holds only where there is one.
NOTE_HEAD = """
    INSERT INTO moderation_head (number, hash, count_of_day, noted_at)
    SELECT number, hash, 0, now() FROM moderation_decision ORDER BY number DESC LIMIT 1
    ON CONFLICT DO NOTHING
"""
REMOVE_ONE = """
    DELETE FROM moderation_decision WHERE id = (
        SELECT id FROM moderation_decision ORDER BY number OFFSET 1 LIMIT 1)
    RETURNING number
"""


async def trail(run: Run) -> list[Finding]:
    """The last scene: it breaks the log for good."""
    with psycopg.connect(run.site.database) as connection:
        connection.execute(NOTE_HEAD)
    allowed = [statement for statement in FORBIDDEN if _is_allowed(run, statement)]
    with psycopg.connect(run.site.database) as connection:
        connection.execute("SET session_replication_role = replica")
        rows = connection.execute(REMOVE_ONE).fetchall()
    done = run.site.manage("verify_log")
    found = done.returncode == 1 and [row for (row,) in rows if _is_missed(row, done.stdout)]
    return [
        none("T14", "changes of the log that the site's role may make", allowed),
        none("T14", "a row removed behind its back is not found", [] if found else ["row 2"]),
    ]


def _is_missed(row: int, said: str) -> bool:
    """In whatever language: "Rows 2 to 2 have been removed"."""
    return re.search(rf"^\D+\b{row}\D+\b{row}\b", said, re.MULTILINE) is not None


def _is_allowed(run: Run, statement: str) -> bool:
    """Tried and taken back, by the role that the web processes have."""
    with psycopg.connect(run.site.database_url(run.site.name, role="forum_web")) as connection:
        try:
            connection.execute(statement)
        except psycopg.Error:
            return False
        finally:
            connection.rollback()
    return True
