"""How does a test drive the real site: browser, web server, worker, mails?"""

import os
import re
import time
from collections.abc import Callable, Iterator
from socket import IPPROTO_TCP, TCP_NODELAY
from urllib.parse import urljoin

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.core import mail
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page, expect

from config.celery import app
from config.running import QUEUES
from tests.browser import CHROMIUM, QUIET

# A refusal is part of some stories; the browser and htmx report each.
REPORTED = ("Failed to load resource: the server responded with", "Response Status Error Code")
# So is a lost connection.
REPORTED += (
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
    "htmx:afterRequest",
    "htmx:sendError",
)
# Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """At a desk without a browser these are skipped; in CI a missing browser is a failure."""
    if CHROMIUM or os.environ.get("CI"):
        return
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason="needs chromium"))


# Milliseconds: two browsers share two processors with all the rest.
PATIENCE = 10_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    assert CHROMIUM, "chromium is missing"
    return {"executable_path": CHROMIUM, "args": QUIET}


class LastingServer(ThreadedWSGIServer):
    """Keeps a thread's connection to PostgreSQL as long as the browser keeps its own to the thread.

    As the web server does in production: a connection for each request costs more than its queries.
    Django closes it when the thread ends, which is when the window is closed.
    """

    def process_request_thread(self, request, client_address) -> None:
        connection = connections["default"]
        connection.settings_dict = connection.settings_dict | {"CONN_MAX_AGE": None}
        # Or a body waits for the browser to have its head, which says so 40 ms later.
        request.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        super().process_request_thread(request, client_address)


@pytest.fixture(autouse=True, scope="session")
def connections_last() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveServerThread, "server_class", LastingServer)
        yield


@pytest.fixture
def worker(transactional_db) -> Iterator[None]:
    """A Celery worker on the real broker, beside this test."""
    # What earlier tests rang for is gone, and hundreds of such bells take ten seconds.
    with app.connection_for_write() as broker:
        for queue in QUEUES.split(","):
            broker.default_channel.queue_purge(queue)
    with start_worker(
        app,
        perform_ping_check=False,
        pool="threads",
        concurrency=2,
        queues=QUEUES,
    ):
        yield


Visitor = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Visitor]:
    """Open a window of its own for each person; `script=False` switches JavaScript off.

    Whatever the console calls an error (a blocked script above all) fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(path: str = "/", *, script: bool = True, width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=script,
            viewport={"width": width, "height": 800},
            locale="de-DE",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert [line for line in complaints if not line.startswith(REPORTED)] == []


def sign_in(page: Page, person, password: str) -> None:
    """As by the form, without the time that its pages take. The next page knows the person."""
    client = Client()
    answer = client.post("/account/login/", {"login": person.email, "password": password})
    assert answer.status_code == 302, "not signed in"
    name = settings.SESSION_COOKIE_NAME
    site = urljoin(page.url, "/")
    cookie = {"name": name, "value": client.cookies[name].value, "url": site}
    page.context.add_cookies([cookie | {"httpOnly": True, "sameSite": "Lax"}])


def sign_in_by_form(page: Page, person, password: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-Mail-Adresse").fill(person.email)
    page.get_by_label("Passwort", exact=True).fill(password)
    page.get_by_role("button", name="Anmelden").click()


def mailed_code(address: str) -> str:
    """The code in the newest mail to that address."""
    letter = [m for m in wait_for(lambda: mail.outbox) if address in m.to][-1]
    return re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", letter.body, re.MULTILINE).group(1)


def wait_for(ask: Callable, seconds: float = 10):
    """The first true answer; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return answer
