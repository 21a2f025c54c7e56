"""How do two web processes share what is the same in both?

    python -m config.forking [what granian takes]

The application is loaded once, before granian forks its workers: they begin with its memory in
common, and keep the part that nobody writes to (docs/decisions/0022). Connections are opened later,
each by the process that needs it.
"""

import gc

from django.urls import get_resolver
from granian.cli import entrypoint

import config.wsgi  # noqa: F401 - loaded here, served by the workers


def main() -> None:
    # The views too, which Django would load with the first request of each worker.
    get_resolver().check()
    gc.collect()
    # What the collector looks at it writes to; this it leaves alone.
    gc.freeze()
    entrypoint()


if __name__ == "__main__":
    main()
