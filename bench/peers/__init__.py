"""Others that show comments: installed here, filled with the same texts, asked the same."""

from typing import Any, NamedTuple


class Peer(NamedTuple):
    """servers: all whose processor time is its own; asking: its requests."""

    name: str
    port: int
    servers: tuple[int, ...]
    asking: Any
