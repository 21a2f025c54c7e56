"""Does the load generator ask as often as it says, and count what came back?"""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import repeat

import pytest

from bench import generator

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"
CLOSING = b"HTTP/1.1 500 Oh\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def serve(listening: socket.socket, answer: bytes) -> None:
    def attend(connection: socket.socket) -> None:
        with connection:
            while connection.recv(1_000):
                connection.sendall(answer)
                if answer is CLOSING:
                    return

    while True:
        try:
            connection, _address = listening.accept()
        except OSError:
            return
        threading.Thread(target=attend, args=(connection,), daemon=True).start()


@pytest.fixture(params=[ANSWER, CLOSING])
def port(request) -> Iterator[tuple[int, bytes]]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        threading.Thread(target=serve, args=(listening, request.param), daemon=True).start()
        yield listening.getsockname()[1], request.param


class DriveTests:
    def test_each_request_is_sent_once_and_its_answer_counted(self, port):
        number, answer = port
        load = generator.drive(number, repeat(b"GET /", 50), connections=4)
        assert load.count == 50
        assert load.statuses == {int(answer[9:12]): 50}
        assert load.bytes == 50 * len(answer)
        assert load.seconds >= max(load.latencies)

    def test_it_ends_with_its_time(self, port):
        number, _answer = port
        load = generator.drive(number, repeat(b"GET /"), connections=2, seconds=0.02)
        assert load.count >= 2

    def test_many_at_once_ask_once_each(self, port):
        number, _answer = port
        assert generator.once(number, b"GET /", at_once=7).count == 7

    def test_a_single_one_is_waited_for(self, port):
        number, answer = port
        assert generator.send(number, b"GET /").status == int(answer[9:12])

    def test_a_steady_stream_waits_for_all_its_answers(self, port):
        number, _answer = port
        answers = generator.send_steadily(number, repeat(b"GET /"), per_second=200, seconds=0.05)
        assert len(answers) == 10
