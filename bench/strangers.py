"""How long does somebody without an account wait for an answer?"""

import time
from ipaddress import ip_address
from itertools import count

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.client import ClientHandler

from bench.site import HOST, PASSED_ON

_CONNECTIONS = (str(ip_address("10.0.0.0") + number) for number in count(1))


class UntilAnswered(ClientHandler):
    """Its clock stops where the server sends the answer; what is done after it nobody waits for."""

    took = 0.0

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = super().get_response(request)
        self.took = time.perf_counter() - begun
        return response


class Stranger(Client):
    """Asks within this process, from an address of his own, or a limit would answer."""

    def __init__(self) -> None:
        super().__init__(headers=PASSED_ON | {"Host": HOST, "X-Forwarded-For": next(_CONNECTIONS)})
        self.handler = UntilAnswered(enforce_csrf_checks=False)

    @property
    def waited(self) -> float:
        """Seconds, for the last answer."""
        return self.handler.took
