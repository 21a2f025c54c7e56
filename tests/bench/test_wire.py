"""Does the load generator know where an answer ends?"""

import pytest

from bench import wire


class RequestTests:
    def test_a_form_says_how_long_it_is(self):
        sent = wire.form("/comments/", {"body": "Grüße"}, host="paper.example")
        head, _, body = sent.partition(b"\r\n\r\n")
        assert body == b"body=Gr%C3%BC%C3%9Fe"
        assert b"\r\nContent-Length: 20" in head
        assert head.startswith(b"POST /comments/ HTTP/1.1\r\nHost: paper.example\r\n")


class AnswerTests:
    def test_an_answer_ends_with_its_length(self):
        received = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
        assert wire.answer(received) == (200, len(received), False)
        assert wire.answer(received[:-1]) is None
        assert wire.answer(received[:20]) is None

    def test_what_follows_belongs_to_the_next_one(self):
        one = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"
        assert wire.answer(one + one).size == len(one)

    @pytest.mark.parametrize("status", [204, 304])
    def test_some_answers_have_no_body(self, status):
        received = f"HTTP/1.1 {status} X\r\nETag: a\r\n\r\n".encode()
        assert wire.answer(received) == (status, len(received), False)

    def test_chunks_are_followed_to_the_last(self):
        received = (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5;name=value\r\n0\r\n\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n"
        )
        assert wire.answer(received) == (200, len(received), False)
        assert wire.answer(received[:-3]) is None

    def test_a_server_may_close(self):
        received = b"HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        assert wire.answer(received).closes

    def test_without_a_length_the_end_of_the_connection_ends_it(self):
        received = b"HTTP/1.0 200 OK\r\n\r\nhello"
        assert wire.answer(received) is None
        assert wire.at_the_end(received) == (200, len(received), True)
        assert wire.at_the_end(b"HTTP/1.0 2") is None
