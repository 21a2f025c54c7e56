"""How do two web processes share what is the same in both?

    python -m config.forking [what granian takes]

The application is loaded once, before granian forks its workers: they begin with its memory in
common, and keep the part that nobody writes to (docs/decisions/0022). Connections are opened later,
each by the process that needs it.
"""

import ctypes
import gc
import logging
import sys
from io import BytesIO
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connections
from django.urls import get_resolver, reverse
from granian.cli import entrypoint

from config.wsgi import application
from forum.models import Comment

# Of malloc.h.
M_ARENA_MAX = -8


def main() -> None:
    # A heap for each thread, as glibc would have it, takes a tenth more memory; one of them runs
    # Python at a time. Where malloc is another one there is nothing to say.
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(M_ARENA_MAX, 1)
    # The views too, which Django would load with the first request of each worker.
    get_resolver().check()
    warm_up()
    gc.collect()
    # What the collector looks at it writes to; this it leaves alone.
    gc.freeze()
    entrypoint()


def warm_up() -> None:
    """Answer once what everybody asks for, so that templates, translations and stamps are common.

    That is 8 MB less in each worker. Without the database each warms up by itself.
    """
    logging.disable(logging.INFO)  # nobody has asked
    try:
        newest = Comment.objects.published().select_related("discussion").order_by("-pk").first()
        _ask(reverse("forum:front"))
        if newest:
            _ask(newest.discussion.get_absolute_url())
            _ask(newest.get_absolute_url())
    except DatabaseError:
        return
    finally:
        logging.disable(logging.NOTSET)
        # A connection has one process.
        connections.close_all()


def _ask(path: str) -> None:
    site = urlsplit(settings.SITE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    b"".join(application(environ, lambda *_: None))


if __name__ == "__main__":
    main()
