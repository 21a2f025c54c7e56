"""Which mails came through? A mail server that can stall, refuse, or die after taking one."""

import asyncio
import contextlib
import email
import json
import os
import time
from dataclasses import dataclass
from email import policy
from pathlib import Path

CODE = "Ihr Code für ein neues Passwort"
PATIENT, STALLED, REFUSING, DYING = "patient", "stalled", "refusing", "dying"


@dataclass(frozen=True)
class Received:
    at: float
    message_id: str
    to: str
    subject: str

    @property
    def is_code(self) -> bool:
        """About an account: such a mail has no row to be compared with."""
        return self.subject == CODE


class PostOffice:
    """mood: what it does with the next mail; interrupted: mails kept without the 250 for them."""

    def __init__(self, file: Path) -> None:
        self._handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.received: list[Received] = []
        self.interrupted = 0
        self.mood = PATIENT
        self._moved_on = asyncio.Event()

    def become(self, mood: str) -> None:
        self.mood = mood
        self._moved_on.set()
        self._moved_on = asyncio.Event()

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            writer.write(b"220 rig\r\n")
            while line := await reader.readline():
                while self.mood == STALLED:
                    await self._moved_on.wait()
                if not await self._answer(line[:4].upper(), reader, writer):
                    break
                await writer.drain()
        writer.close()

    async def _answer(
        self, verb: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Whether the conversation goes on."""
        if verb == b"DATA" and self.mood != REFUSING:
            writer.write(b"354 go on\r\n")
            await writer.drain()
            self._keep(await reader.readuntil(b"\r\n.\r\n"))
            if self.mood == DYING:
                self.interrupted += 1
                writer.transport.abort()
                return False
        elif verb == b"QUIT":
            writer.write(b"221 bye\r\n")
            return False
        writer.write(b"451 not now\r\n" if self.mood == REFUSING else b"250 ok\r\n")
        return True

    def _keep(self, raw: bytes) -> None:
        """Written down before it is acknowledged, as mail servers do."""
        letter = email.message_from_bytes(raw[:-5], policy=policy.default)
        one = Received(
            time.time(), str(letter["Message-ID"]), str(letter["To"]), str(letter["Subject"])
        )
        os.write(self._handle, json.dumps(one.__dict__).encode() + b"\n")
        os.fsync(self._handle)
        self.received.append(one)
