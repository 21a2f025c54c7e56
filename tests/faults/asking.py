"""How does the rig ask the site for something, and what does it get?"""

import asyncio
import contextlib
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.site import HOST, TOKEN

LOST = 0
PATIENCE = 20.0
PLACE = re.compile(r"\r\nlocation: *([^\r\n]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """status: LOST where none came; at: when its last byte was here; seconds: that it took."""

    path: str
    status: int
    head: str
    body: str
    at: float
    seconds: float

    @property
    def place(self) -> str:
        found = PLACE.search(self.head)
        return found[1] if found else ""

    def says(self, header: str) -> bool:
        return f"\r\n{header.lower()}:" in self.head.lower()


async def get(path: str, *, port: int, address: str, session: str = "") -> Answer:
    return await _ask(path, _head("GET", path, session), port=port, address=address)


async def post(path: str, form: dict[str, str], *, port: int, address: str, session: str) -> Answer:
    body = urlencode(form | {"csrfmiddlewaretoken": TOKEN}).encode()
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    head = _head("POST", path, session, f"{kind}Content-Length: {len(body)}\r\n")
    return await _ask(path, head + body, port=port, address=address)


def _head(method: str, path: str, session: str, more: str = "") -> bytes:
    """HTTP/1.0, so that an answer is not cut into chunks; as nginx passes it on, too."""
    cookie = f"__Host-csrf={TOKEN}" + (f"; __Host-session={session}" if session else "")
    cookies = f"Cookie: {cookie}\r\n" if session or method == "POST" else ""
    return (
        f"{method} {path} HTTP/1.0\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
        f"Origin: https://{HOST}\r\nReferer: https://{HOST}/\r\n{cookies}{more}\r\n"
    ).encode()


async def _ask(path: str, raw: bytes, *, port: int, address: str) -> Answer:
    began, received, writer = time.monotonic(), b"", None
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=(address, 0)
            )
            writer.write(raw)
            received = await reader.read(-1)
    except (OSError, TimeoutError):
        received = b""
    finally:
        if writer:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    head, blank, body = received.partition(b"\r\n\r\n")
    is_whole = head.startswith(b"HTTP/1.") and bool(blank)
    return Answer(
        path=path,
        status=int(head[9:12]) if is_whole else LOST,
        head=head.decode(errors="replace"),
        body=body.decode(errors="replace"),
        at=time.time(),
        seconds=time.monotonic() - began,
    )
