#!/usr/bin/env python
"""Django's command line for this site."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        # At a desk: the servers of `make run` if it runs, otherwise some for this command.
        launcher = [sys.executable, "-m", "config.embedded", "--join", "--", sys.executable]
        os.execv(sys.executable, launcher + sys.argv)  # noqa: S606
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
