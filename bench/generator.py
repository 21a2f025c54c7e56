"""How fast is it answered when so many ask at once, each again as soon as he has his answer?

A closed model over connections that stay open (or are opened anew where the server closes them).
One thread on one epoll: about 20 µs of processor time a request, which nobody counts but the
clock; on a machine of two cores that is why rates of more than 20,000 a second say less than the
processor time beside them.
"""

import gc
import select
import socket
import threading
import time
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bench import wire

AT_ONCE = 1 << 18
PATIENCE = 120  # seconds for one answer


@dataclass
class Load:
    """What came back. latencies in seconds; seconds: from the first request to the last answer."""

    seconds: float = 0
    latencies: array = field(default_factory=lambda: array("d"))
    statuses: Counter = field(default_factory=Counter)
    bytes: int = 0

    @property
    def count(self) -> int:
        return len(self.latencies)


class Client:
    """One connection, with one request under way."""

    def __init__(self, port: int, epoll: select.epoll) -> None:
        self.port, self.epoll = port, epoll
        self.received = bytearray()
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.epoll.register(self.socket.fileno(), select.EPOLLIN)

    def ask(self, request: bytes) -> None:
        self.request = request
        self.asked_at = time.perf_counter()
        self.socket.sendall(request)

    def close(self) -> None:
        self.epoll.unregister(self.socket.fileno())
        self.socket.close()

    def read(self) -> wire.Answer | None:
        """The answer, once it is all there. Raises ConnectionError if there never will be one."""
        part = self.socket.recv(AT_ONCE)
        self.received += part
        found = wire.answer(self.received) if part else wire.at_the_end(self.received)
        if found is None and not part:
            raise ConnectionError("The server hung up.")
        if found:
            del self.received[:]
        return found


def drive(port: int, requests: Iterator[bytes], *, connections: int, seconds: float = 3600) -> Load:
    """Ask until the time is over or no request is left; what is under way then is waited for."""
    load, clients = Load(), {}
    epoll = select.epoll()
    gc.disable()
    begun = time.perf_counter()
    stop = begun + seconds
    try:
        for request in islice(requests, connections):
            client = Client(port, epoll)
            clients[client.socket.fileno()] = client
            client.ask(request)
        while clients:
            ready = epoll.poll(PATIENCE)
            if not ready:
                raise TimeoutError(f"No answer from port {port} in {PATIENCE} s.")
            for number, _events in ready:
                _serve(clients, number, load, requests, stop)
        load.seconds = time.perf_counter() - begun
    finally:
        gc.enable()
        for client in clients.values():
            client.close()
        epoll.close()
    return load


def once(port: int, request: bytes, *, at_once: int = 1) -> Load:
    """The same request from so many at the same moment."""
    return drive(port, iter([request] * at_once), connections=at_once)


def _serve(
    clients: dict[int, Client], number: int, load: Load, requests: Iterator[bytes], stop: float
) -> None:
    client = clients[number]
    try:
        answer = client.read()
    except ConnectionError:
        if client.received:
            raise
        # It had closed the connection while our request was on its way.
        _renew(clients, client)
        client.socket.sendall(client.request)
        return
    if answer is None:
        return
    now = time.perf_counter()
    load.latencies.append(now - client.asked_at)
    load.statuses[answer.status] += 1
    load.bytes += answer.size
    request = next(requests, None) if now < stop else None
    if request is None:
        del clients[number]
        client.close()
        return
    if answer.closes:
        _renew(clients, client)
    client.ask(request)


def _renew(clients: dict[int, Client], client: Client) -> None:
    del clients[client.socket.fileno()]
    client.close()
    client.connect()
    clients[client.socket.fileno()] = client


def send(port: int, request: bytes) -> wire.Answer:
    """One request on a connection of its own, waited for."""
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        while part := connection.recv(AT_ONCE):
            received += part
            if found := wire.answer(received):
                return found
    found = wire.at_the_end(received)
    if found is None:
        raise ConnectionError("The server hung up.")
    return found


def send_steadily(
    port: int, requests: Iterator[bytes], *, per_second: float, seconds: float
) -> list[wire.Answer]:
    """So many a second, each when its time has come, whether or not the former was answered."""
    answers: list[wire.Answer] = []
    threads = []
    begun = time.monotonic()
    for number in range(round(per_second * seconds)):
        time.sleep(max(0, begun + number / per_second - time.monotonic()))
        request = next(requests)
        thread = threading.Thread(target=lambda one=request: answers.append(send(port, one)))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return answers
