"""Does this process ask anybody outside for anything?

What a reader names is never fetched (security.md, case 19). The database's own library connects
without Python, and only to where the settings say.
"""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from tests.hostile.counting import Counts

# The addresses of a network; others are of this machine alone.
NETWORKS = {socket.AF_INET, socket.AF_INET6}


def trap_connections(counts: Counts) -> None:
    """From now on, whatever wants to leave this machine is noted as a break, and does not."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, trapped(getattr(socket.socket, name), counts))


def trapped(connect: Callable, counts: Counts) -> Callable:
    def stay_at_home(one: socket.socket, address: Any) -> Any:
        if one.family in NETWORKS and not is_here(address[0]):
            counts.note("asked outside", str(address))
            raise ConnectionRefusedError(f"{address} is not this machine")
        return connect(one, address)

    return stay_at_home


def is_here(host: str) -> bool:
    """A name that is still to be looked up may be anywhere."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
