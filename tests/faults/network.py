"""How is the network between a process and its stores cut, and how does it fall silent?"""

import asyncio
import contextlib


class Wire:
    """A port that leads to another one, until it is cut or muted."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._ends: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._is_cut = False

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Connections end at once, and new ones too."""
        self._is_cut = True
        for end in list(self._ends):
            end.transport.abort()

    def mute(self) -> None:
        """Nothing ends, nothing arrives: what is under way waits."""
        self._open.clear()

    def join(self) -> None:
        self._is_cut = False
        self._open.set()

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if self._is_cut:
            back.transport.abort()
            return
        try:
            far, out = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            back.transport.abort()
            return
        self._ends |= {back, out}
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(self._carry(near, out), self._carry(far, back))
        self._ends -= {back, out}

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        # Cancelled when the run is over: then there is nothing to tell.
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while some := await source.read(65_536):
                await self._open.wait()
                sink.write(some)
                await sink.drain()
        sink.close()
