"""What does a request look like on the wire, and where does its answer end?"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

HEAD_ENDS = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]+)[^\r\n]*\r\n")
EMPTY_STATUSES = {204, 304}
# Of a text that nobody has written before: as digits it would now and then be held for a number
# of somebody's telephone, and a whole run wait for a moderator.
LETTERS = str.maketrans("0123456789", "ghijklmnop")


class Answer(NamedTuple):
    """size: bytes of head and body on the wire; closes: the server ends the connection after it."""

    status: int
    size: int
    closes: bool


def request(
    method: str, path: str, *, host: str, headers: Mapping[str, str] = {}, body: bytes = b""
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Accept-Encoding: gzip"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def form(
    path: str, fields: Mapping[str, object], *, host: str, headers: Mapping[str, str] = {}
) -> bytes:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(fields).encode()
    return request("POST", path, host=host, headers={**headers, **kind}, body=body)


def answer(received: bytes | bytearray) -> Answer | None:
    """The answer that begins here, None as long as it is not all there.

    An answer of neither length nor chunks ends with the connection: None until `at_the_end`.
    """
    head = received.find(HEAD_ENDS)
    if head < 0:
        return None
    status = int(received[9:12])
    body = head + len(HEAD_ENDS)
    closes = CLOSES.search(received, 0, body) is not None
    if status in EMPTY_STATUSES:
        return Answer(status, body, closes)
    if length := LENGTH.search(received, 0, body):
        end = body + int(length[1])
    elif CHUNKED.search(received, 0, body):
        end = _end_of_chunks(received, body)
    else:
        return None
    return Answer(status, end, closes) if 0 < end <= len(received) else None


def at_the_end(received: bytes | bytearray) -> Answer | None:
    """What an answer without a length was, now that the connection is closed."""
    if received.find(HEAD_ENDS) < 0:
        return None
    return Answer(int(received[9:12]), len(received), closes=True)


def _end_of_chunks(received: bytes | bytearray, at: int) -> int:
    """0: not all there."""
    while size := CHUNK_SIZE.match(received, at):
        at = size.end() + int(size[1], 16) + 2
        if int(size[1], 16) == 0:
            return at
    return 0
