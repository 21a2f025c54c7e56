"""How do operators give each process a role of its own in the database?"""

import re
from pathlib import Path
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from config.roles import creating

PREFIX = re.compile(r"[a-z][a-z0-9_]{0,40}")


class Command(BaseCommand):
    help = (
        "Create the roles migrate, web, worker and backup with the rights of config/roles/rights.py"
        " and nothing else, or put them right. Run it as a superuser, and after every migration. "
        "Each gets a file with its DATABASE_URL, or the password that stands there; none is shown."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--addresses", type=Path, required=True, help="directory of the files")
        parser.add_argument("--prefix", default="forum", help="of the roles' names")

    def handle(self, *args: Any, addresses: Path, prefix: str, **options: Any) -> None:
        if not PREFIX.fullmatch(prefix):
            raise CommandError("A prefix has small letters, digits and underscores.")
        connection.ensure_connection()
        try:
            made = creating.create(
                cast(creating.Connection, connection.connection), prefix=prefix, addresses=addresses
            )
        except DatabaseError as refusal:
            raise CommandError(f"{refusal}".splitlines()[0]) from refusal
        for role in creating.ROLES if options["verbosity"] else ():
            name = f"{prefix}_{role.name}"
            self.stdout.write(
                f"{name}: {'created' if name in made else 'put right'}, "
                f"address in {addresses / name}"
            )
