"""How do the roles come into a database, with their rights and passwords?

Run by whoever may create roles, again after every migration: tables that are new then get their
rights, and whatever somebody has granted beside config/roles/rights.py is taken back.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from config.roles import rights

Connection = psycopg.Connection[tuple]


class Role(NamedTuple):
    """A role of the database: its name without the prefix, and what it is allowed."""

    name: str
    attributes: str
    rights: Callable[[str], rights.Rights] | None


NO_MORE = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
ROLES = (
    Role("migrate", f"{NO_MORE} NOREPLICATION", None),
    Role("web", f"{NO_MORE} NOREPLICATION", rights.of_web),
    Role("worker", f"{NO_MORE} NOREPLICATION", rights.of_worker),
    Role("backup", f"{NO_MORE} REPLICATION", rights.of_backup),
)
TABLES = """SELECT c.oid::regclass::text, c.relname, c.relkind = 'S' FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relkind = 'S', c.relname"""
# A sequence of a column goes with its table.
OWNERLESS = """SELECT 'TABLE', c.oid::regclass::text FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND c.relowner <> %(owner)s::regrole
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    UNION ALL SELECT 'ROUTINE', p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proowner <> %(owner)s::regrole
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""


def create(connection: Connection, *, prefix: str, addresses: Path) -> list[str]:
    """All four, in one transaction; the names of those that are new.

    addresses: a directory of one file a role, `<prefix>_<role>`, mode 0400, with what the process
    gets as DATABASE_URL. A file that is missing is made; the database gets the password in it.
    """
    addresses.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    with connection.transaction():
        for role in ROLES:
            name = f"{prefix}_{role.name}"
            if not exists(connection, name):
                connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
                made.append(name)
            connection.execute(
                sql.SQL("ALTER ROLE {} " + role.attributes + " PASSWORD {}").format(
                    sql.Identifier(name),
                    sql.Literal(password_in(addresses / name, role=name, connection=connection)),
                )
            )
        own_everything(connection, sql.Identifier(f"{prefix}_migrate"), prefix=prefix)
        for role in ROLES:
            if role.rights:
                grant(connection, sql.Identifier(f"{prefix}_{role.name}"), role.rights)
    return made


def exists(connection: Connection, role: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    return found.fetchone() is not None


def password_in(file: Path, *, role: str, connection: Connection) -> str:
    """Of the address in the file; or a new one, readable by its owner alone from the start."""
    if not file.exists():
        there = connection.info
        address = f"postgres://{role}:{secrets.token_urlsafe(32)}@{there.host}:{there.port}"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as new:
            new.write(f"{address}/{there.dbname}\n")
    return str(conninfo_to_dict(file.read_text().strip())["password"])


def own_everything(connection: Connection, migrate: sql.Identifier, *, prefix: str) -> None:
    """What migrations alter belongs to their role, as does the database: it creates extensions."""
    database = sql.Identifier(connection.info.dbname)
    run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
    run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    run(connection, "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {}", database, migrate)
    run(connection, "GRANT USAGE, CREATE ON SCHEMA public TO {}", migrate)
    owner = {"owner": f"{prefix}_migrate"}
    for kind, name in connection.execute(OWNERLESS, owner).fetchall():
        run(connection, "ALTER " + kind + " " + name + " OWNER TO {}", migrate)


def grant(
    connection: Connection, role: sql.Identifier, rights_on: Callable[[str], rights.Rights]
) -> None:
    """Everything is taken first: what is left over from another day goes too."""
    database = sql.Identifier(connection.info.dbname)
    run(connection, "REVOKE ALL ON DATABASE {} FROM {}", database, role)
    run(connection, "REVOKE ALL ON SCHEMA public FROM {}", role)
    run(connection, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}", role)
    run(connection, "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}", role)
    run(connection, "GRANT CONNECT ON DATABASE {} TO {}", database, role)
    run(connection, "GRANT USAGE ON SCHEMA public TO {}", role)
    writes = set()
    for quoted, name, is_sequence in connection.execute(TABLES).fetchall():
        if is_sequence:
            if table_of(connection, quoted) in writes:
                run(connection, "GRANT USAGE, SELECT ON SEQUENCE " + quoted + " TO {}", role)
            continue
        allowed = rights_on(name)
        if "INSERT" in allowed:
            writes.add(name)
        if allowed:
            run(connection, f"GRANT {', '.join(allowed)} ON TABLE {quoted} TO {{}}", role)


def table_of(connection: Connection, sequence: str) -> str | None:
    """Whose column the sequence numbers."""
    row = connection.execute(
        """SELECT t.relname FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid
           WHERE d.objid = %s::regclass AND d.classid = 'pg_class'::regclass
           AND d.deptype IN ('a', 'i')""",
        [sequence],
    ).fetchone()
    return row[0] if row else None


def run(connection: Connection, statement: str, *names: sql.Identifier) -> None:
    """Names of tables and rights come from the catalogue and this package, never from outside."""
    connection.execute(sql.SQL(statement).format(*names))
