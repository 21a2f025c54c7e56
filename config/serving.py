"""What is answered before Django is asked? Public pages that still hold (docs/decisions/0021).

For a page from the cache and for a 304 alike this costs a tenth of Django's own handling.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic, sleep
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest, get_path_info
from django.db import DatabaseError, InterfaceError, connection
from django.urls import Resolver404, resolve
from django.utils.http import parse_etags
from prometheus_client import Counter

from config.counting import Counting
from config.errors import FRONT_KEEPS
from config.keeping import MEMORY_BYTES, Headers, Key, Page, Shelf
from config.rebuilding import Turns
from forum.states import Lately
from forum.views.answering import MADE, Made, minute_of
from forum.views.anybody import without_reader
from forum.views.memory import Memory

COUNTS = "forum:counts"
# Their views answer with shared() and name the states they are made from.
KEPT = {
    "forum:front",
    "forum:article",
    "forum:topic",
    "forum:discussion",
    "forum:discussion_feed",
    "forum:comment",
    "forum:replies",
    COUNTS,
    "forum:news",
    "forum:news_shown",
    "forum:ticker_news",
    "forum:ticker_news_shown",
}
# How long ago a page must have held to be shown while its successor is built.
FORMER_SECONDS = 2
# Whoever has waited for somebody else's build so long asks Django himself.
PATIENCE_SECONDS = 3
PAUSE_SECONDS = 0.01
# For the log.
REQUEST_ID = "HTTP_X_REQUEST_ID"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

ANSWERED = Counter("forum_pages_answered", "Public pages answered before Django", ["source"])
FROM_MEMORY, FROM_REDIS, FORMER, BUILT = SOURCES = ("memory", "redis", "former", "built")
COUNTED = {source: ANSWERED.labels(source) for source in SOURCES}
# Told to the front alone, whose log says with it what a page has cost (deploy/nginx.conf).
SOURCE_HEADER = "X-Answered-From"


class Held(NamedTuple):
    """A page that may be shown, and where it was found."""

    page: Page
    source: str


@dataclass(frozen=True)
class Answer:
    """Django's, of a page that is not to be kept: not found, led on, refused."""

    status: str
    headers: Headers
    body: bytes


class Serving:
    """A WSGI application in front of Django's, with the pages of this process."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self._memory: Memory[Page] = Memory(MEMORY_BYTES)
        self._shelf = Shelf()
        self._turns = Turns()
        self._lately = Lately()
        self._counting = Counting()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        found = self._found(environ)
        if found is None:
            return self._django(environ, start_response)
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if isinstance(found, Answer):
            start_response(found.status, found.headers)
            return [] if is_head else [found.body]
        page, source = found
        COUNTED[source].inc()
        told = (SOURCE_HEADER, source)
        if _is_known(page, environ.get("HTTP_IF_NONE_MATCH", "")):
            start_response("304 Not Modified", [*page.known_headers, told])
            return []
        headers, body = page.packed_headers, page.body
        if not _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            headers, body = page.unpacked()
        start_response("200 OK", [*headers, told])
        return [] if is_head else [body]

    def _found(self, environ: Environ) -> Held | Answer | None:
        """None: for Django to answer."""
        key = key_of(environ)
        if key is None:
            return None
        try:
            page = self._memory.get(key)
            if page and self._holds(page):
                return Held(page, FROM_MEMORY)
            name = _view_of(environ)
            if page is None and name not in KEPT:
                return None
            if name == COUNTS and (counted := self._counting.page(WSGIRequest(environ))):
                self._memory.keep(key, counted)
                return Held(counted, BUILT)
            return self._renewed(key, environ)
        except (DatabaseError, InterfaceError):
            # Whether a page still holds nobody can say now: Django tells readers so.
            connection.close_if_unusable_or_obsolete()
            return None

    def _renewed(self, key: Key, environ: Environ) -> Held | Answer | None:
        """One sees to it; the others get the former one if that may still be shown, or wait."""
        until = monotonic() + PATIENCE_SECONDS
        while monotonic() < until:
            ahead = self._turns.take(key)
            if ahead is None:
                try:
                    return self._in_turn(key, environ, until)
                finally:
                    self._turns.give_back(key)
            if former := self._former(key):
                return former
            ahead.wait(until - monotonic())
            page = self._memory.get(key)
            if page is None:
                # It was not to be kept: each asks for himself.
                return None
            if self._holds(page):
                return Held(page, FROM_MEMORY)
        return None

    def _in_turn(self, key: Key, environ: Environ, until: float) -> Held | Answer | None:
        while monotonic() < until:
            found = self._fetched(key) or self._built(key, environ) or self._former(key)
            if found:
                return found
            # Another process is building it.
            sleep(PAUSE_SECONDS)
        return None

    def _fetched(self, key: Key) -> Held | None:
        """What another thread or process has finished meanwhile."""
        known, kept = self._memory.get(key), self._shelf.get(key)
        if kept and (known is None or kept.made_at > known.made_at):
            self._memory.keep(key, kept)
            known = kept
        if known and self._holds(known):
            return Held(known, FROM_REDIS)
        return None

    def _built(self, key: Key, environ: Environ) -> Held | Answer | None:
        """None: another process is building it."""
        if not self._shelf.claim(key):
            return None
        try:
            # Perhaps that process has finished just before the claim.
            return self._fetched(key) or self._asked_of_django(key, environ)
        finally:
            self._shelf.release(key)

    def _asked_of_django(self, key: Key, environ: Environ) -> Held | Answer:
        asked = without_reader(environ, but={REQUEST_ID, FRONT_KEEPS})
        asked["REQUEST_METHOD"] = "GET"
        if "HTTP_IF_NONE_MATCH" in environ and self._memory.get(key) is None:
            # A reader who has the page already needs none to be built.
            asked["HTTP_IF_NONE_MATCH"] = environ["HTTP_IF_NONE_MATCH"]
        began_at = monotonic()
        answer = _collected(self._django, asked)
        made = asked.get(MADE)
        if made is None or not _is_to_be_kept(answer, made):
            self._memory.drop(key)
            return answer
        page = Page.finished(answer.headers, answer.body, made, began_at=began_at)
        self._memory.keep(key, page)
        self._shelf.keep(key, page)
        if _view_of(environ) == COUNTS:
            self._counting.learn(WSGIRequest(environ), page)
        return Held(page, BUILT)

    def _holds(self, page: Page) -> bool:
        made = page.made
        if made.minute != minute_of(made.address) or made.mark != self._lately.mark(made.states):
            return False
        page.held_at = monotonic()
        return True

    def _former(self, key: Key) -> Held | None:
        """If it held a moment ago, and nothing that stands on it has been taken away since."""
        page = self._memory.get(key)
        if page is None or monotonic() - page.held_at > FORMER_SECONDS:
            return None
        mark = self._lately.mark(page.made.states)
        if mark is None or mark.retracted != page.made.mark.retracted:
            return None
        return Held(page, FORMER)


def key_of(environ: Environ) -> Key | None:
    """What a page is kept under; None for what only Django can judge."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return None
    if "HTTP_IF_MATCH" in environ or "HTTP_IF_UNMODIFIED_SINCE" in environ:
        return None
    request = WSGIRequest(environ)
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return None
    try:
        host = request.get_host()
    except DisallowedHost:
        return None
    where = (environ.get(part, "") for part in ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"))
    return (str(request.scheme), host, *where)


def _view_of(environ: Environ) -> str:
    try:
        return resolve(get_path_info(environ)).view_name
    except Resolver404:
        return ""


def _is_to_be_kept(answer: Answer, made: Made) -> bool:
    headers = {name.lower(): value for name, value in answer.headers}
    return (
        answer.status.startswith("200")
        and headers.get("etag") == made.tag
        and headers.get("cache-control", "").startswith("public")
        and "set-cookie" not in headers
    )


def _collected(django: Application, environ: Environ) -> Answer:
    told: list[tuple[str, Headers]] = []

    def start_response(status: str, headers: Headers, *_: object) -> None:
        told.append((status, headers))

    parts = django(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    status, headers = told[-1]
    return Answer(status, headers, body)


def _is_known(page: Page, condition: str) -> bool:
    """By weak comparison, as RFC 9110 wants it here."""
    if not condition:
        return False
    tag = page.tag
    if condition == tag:
        return True
    asked = parse_etags(condition)
    return asked == ["*"] or tag.removeprefix("W/") in (one.removeprefix("W/") for one in asked)


@lru_cache(maxsize=256)
def _takes_gzip(accepted: str) -> bool:
    """gzip, gzip;q=0.8 and the like; not gzip;q=0."""
    for offer in accepted.lower().split(","):
        name, _, weight = offer.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "").removeprefix("q=").strip("0.") != "" or not weight
    return False
