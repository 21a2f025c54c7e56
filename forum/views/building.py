"""Of which deployment is a page?"""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

# What pages are made of.
SOURCES = {".py", ".html", ".po", ".css", ".js", ".svg"}


@cache
def build() -> str:
    """Changes with every deployment; the same on all machines that run the same one."""
    folders = sorted(path for path in Path(settings.BASE_DIR).glob("[a-z]*/"))
    files = sorted(path for one in folders for path in one.rglob("*") if path.suffix in SOURCES)
    known = (settings.SITE_NAME, settings.SITE_URL, settings.LANGUAGE_CODE, settings.TIME_ZONE)
    digest = hashlib.blake2b(repr(known).encode(), digest_size=8)
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()
