"""How is the site asked, and each answer looked at?"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.hostile.counting import Counts
from tests.hostile.lines import Line, as_seen, shows_nothing
from tests.hostile.reading import Judge, Read
from tests.people import PASSWORD

SLOW = 1.0
HTMX = {"headers": {"HX-Request": "true"}}
# A session is prolonged when it likes.
OWN_COOKIES = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
REDIRECTS = {301, 302, 303}


class Clock:
    """Seconds of the processor: of this thread, and of the database's process that answers it.

    Not of the wall: on a machine that others use each query waits for its turn.
    """

    def __init__(self) -> None:
        connection.ensure_connection()
        process = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        self._process = process if process.exists() else None
        self._begun = self._now()

    @property
    def seconds(self) -> float:
        return self._now() - self._begun

    def _now(self) -> float:
        """By the wall after all, where the system says nothing of the database's process."""
        if self._process is None:
            return time.perf_counter()
        nanoseconds = int(self._process.read_text().split()[0])
        return time.thread_time() + nanoseconds / 1e9


class Asking:
    def __init__(self, judge: Judge, counts: Counts) -> None:
        self.judge, self.counts = judge, counts
        self.headers: set[str] = set()
        self._clients: dict[int, Client] = {}

    def client(self, person: User | None = None) -> Client:
        key = person.pk if person else 0
        if key not in self._clients:
            self._clients[key] = Client(raise_request_exception=False)
            if person:
                self._clients[key].force_login(person)
        return self._clients[key]

    def send(
        self, way: str, person: User | None, address: str, sent: dict, line: Line, **more: Any
    ) -> Any:
        """By POST; counted as a text tried, and as blocked where it is refused in words."""
        return self._tried(way, self.client(person).post, (address, sent), line, **more)

    def seek(self, way: str, person: User | None, address: str, sent: dict, line: Line) -> Any:
        """By GET, the text in the address."""
        return self._tried(way, self.client(person).get, (address, sent), line)

    def sign_in(self, person: User, line: Line) -> None:
        """The text as where to go then, which is never another site."""
        sent = {"login": person.email, "password": PASSWORD, "next": line.text}
        stranger = Client(raise_request_exception=False)
        answer = self._tried("sign in", stranger.post, ("/account/login/", sent), line)
        if not self.judge.is_ours(answer.headers.get("Location", "")):
            self.counts.note("led away", f"{line.name}: {answer.headers['Location'][:80]}")

    def view(self, person: User | None, address: str) -> Read:
        """A page that shows texts."""
        response = self._timed(address, self.client(person).get, (address,))
        while response.status_code in REDIRECTS:
            response = self._timed(address, self.client(person).get, (response["Location"],))
        return self.judged(response, address)

    def _tried(self, way: str, ask: Callable, asked: tuple, line: Line, **more: Any) -> Any:
        response = self._timed(f"{way} {line.name}", ask, asked, **more)
        if not self.judge.learns:
            self.counts.tried += 1
            self.counts.ways[way] += 1
            if response.status_code >= 400:
                self.counts.blocked += 1
                self.counts.refused[way] += 1
        response.read = self.judged(response, f"{way} {line.name}")
        return response

    def _timed(self, what: str, ask: Callable, asked: tuple, **more: Any) -> Any:
        clock = Clock()
        response = ask(*asked, **more)
        if response.streaming:
            response.content = b"".join(response.streaming_content)
        seconds = clock.seconds
        if response.status_code >= 500:
            self.counts.note("failed", f"{response.status_code} {what}")
        if not self.judge.learns:
            self.counts.slowest = max(self.counts.slowest, (seconds, what))
            if seconds > SLOW:
                self.counts.note("slow", f"{seconds:.1f} s {what}")
        return response

    def judged(self, response: Any, what: str) -> Read:
        """No header that harmless texts did not lead to; then the page."""
        names = {name.lower() for name in response.headers} | set(response.cookies) - OWN_COOKIES
        if self.judge.learns:
            self.headers |= names
        elif new := names - self.headers:
            self.counts.note("injected", f"header {new} {what}")
        kind = response.headers.get("Content-Type", "")
        if "html" not in kind and "xml" not in kind:
            return Read()
        text = response.content.decode()
        return self.read(self.judge.read if "html" in kind else self.judge.read_feed, text, what)

    def read(self, read: Callable[[str], Read], text: str, what: str) -> Read:
        found = read(text)
        if self.judge.learns:
            return found
        self.counts.pages += 1
        if found.strange:
            self.counts.note("injected", f"{what}: {found.strange[:3]}", times=len(found.strange))
        return found

    def note_refused(self, line: Line) -> None:
        """A lawful text that does not come in at all is not shown as typed either."""
        if line.is_lawful and not shows_nothing(line.text):
            self.counts.lawful.add(line.name)
            self.counts.altered.add(line.name)

    def look_for(self, lines: list[tuple[Line, str]], texts: list[str], where: str) -> None:
        """Each line, as it was typed there, among the texts of a page."""
        if self.judge.learns:
            return
        seen = {as_seen(text) for text in texts}
        for line, typed in lines:
            is_shown = as_seen(typed) in seen
            self.counts.shown += is_shown
            if line.is_lawful:
                self.counts.lawful.add(line.name)
                if not is_shown:
                    self.counts.altered.add(line.name)
            elif not is_shown:
                self.counts.ways[f"{where}: altered"] += 1
