"""Does deploy/nginx.conf keep, pass by, unpack, refuse and stand in as operators are promised?

A real nginx in front of a small server that tells what it was asked.
"""

import gzip
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from config import fronting
from config.fronting import Front
from config.servers import any_free_port
from forum.views.answering import NOT_THERE, PRIVATE, PUBLIC
from tests.servers import until
from tests.test_headers import HEADERS

SIGNED_IN = "__Host-session=abc"
ASKED = "GET / HTTP/1.1\r\nHost: localhost"
SENT = "POST / HTTP/1.1\r\nHost: localhost"
HASHED = "page.0123456789ab.css"
POLICY_OF_FRONT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class App(ThreadingHTTPServer):
    """Answers as the site does, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.asked: list[BaseHTTPRequestHandler] = []
        self.status = 200
        self.cache_control = PUBLIC

    @property
    def port(self) -> int:
        return self.server_address[1]

    def leave(self) -> None:
        """Hang up on everybody."""
        self.shutdown()
        self.server_close()
        for asked in self.asked:
            with suppress(OSError):
                asked.connection.shutdown(socket.SHUT_RDWR)


class Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Or the body waits for nginx to have the head, which says so 40 ms later.
    disable_nagle_algorithm = True
    server: App

    def do_GET(self) -> None:
        self.server.asked.append(self)
        tag = 'W/"1"'
        status = self.server.status
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status = 304
        body = b"" if status == 304 else gzip.compress(f"{len(self.server.asked)} ".encode() * 500)
        self.send_response(status)
        self.send_header("Cache-Control", PRIVATE if status == 503 else self.server.cache_control)
        if status == 503 and self.command == "GET" and "X-Front-Keeps" in self.headers:
            self.send_header("X-Accel-Redirect", "@kept")
        self.send_header("ETag", tag)
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("X-Answered-From", "built")
        self.send_header("Content-Type", "text/html")
        if body:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args: object) -> None:
        """Tests need no log."""


@pytest.fixture
def app() -> Iterator[App]:
    with App() as serving:
        threading.Thread(target=serving.serve_forever, args=(0.01,), daemon=True).start()
        yield serving
        serving.shutdown()


@pytest.fixture
def front(app: App, tmp_path: Path) -> Iterator[httpx.Client]:
    if fronting.nginx() is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have nginx")
        pytest.skip("no nginx on this machine")
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / HASHED).write_text("body{}")
    (tmp_path / "static" / f"{HASHED}.gz").write_bytes(gzip.compress(b"body{}"))
    port = int(any_free_port())
    command = fronting.write(Front(port=port, upstream=app.port, data=tmp_path, tls=False))
    assert fronting.refusal(command) == ""
    with subprocess.Popen(command) as nginx:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as browser:
            _wait_for(browser)
            yield browser
        nginx.terminate()


def told(browser: httpx.Client, head: str) -> httpx.Response:
    """The answer to what no proper client would send."""
    with connected(browser) as line:
        line.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
        answer = HTTPResponse(line)
        answer.begin()
        return httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())


def connected(browser: httpx.Client) -> socket.socket:
    return socket.create_connection(("127.0.0.1", browser.base_url.port), timeout=10)


def sending(browser: httpx.Client) -> socket.socket:
    """Half of a form, and not a byte more, once nginx has begun to read it."""
    line = connected(browser)
    line.sendall(f"{SENT}\r\nContent-Length: 900\r\nExpect: 100-continue\r\n\r\n".encode())
    assert line.recv(100).startswith(b"HTTP/1.1 100 ")
    line.sendall(b"body=")
    return line


def has_ended(line: socket.socket) -> bool:
    """Whether the other side has, without waiting long for it."""
    line.settimeout(0.1)
    try:
        return line.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def _sooner(adapted: Callable[[Front], str]) -> Callable[[Front], str]:
    def shortened(front: Front) -> str:
        text = adapted(front)
        for name, seconds in {"client_header": 10, "client_body": 15}.items():
            line = re.compile(rf"^( *{name}_timeout +){seconds}s;", re.MULTILINE)
            text, count = line.subn(rf"\g<1>{seconds * 100}ms;", text)
            assert count == 1, name
        return text

    return shortened


def _wait_for(browser: httpx.Client) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            browser.get(f"/static/{HASHED}")
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError


class AdaptingTests:
    def test_nothing_of_another_machine_is_left(self, tmp_path):
        text = fronting.adapted(Front(port=8443, upstream=9000, data=tmp_path))
        for foreign in ("example.org", "/srv/", "/var/", "/etc/ssl"):
            assert foreign not in text
        assert "listen 127.0.0.1:8443 ssl http2;" in text
        assert "server 127.0.0.1:9000;" in text

    def test_file_that_has_lost_a_line_is_noticed(self, tmp_path, monkeypatch):
        (tmp_path / "nginx.conf").write_text("# --- Plain HTTP\n# --- The site\n")
        monkeypatch.setattr(fronting, "DEPLOY", tmp_path)
        with pytest.raises(ValueError, match="has no line"):
            fronting.adapted(Front(port=1, upstream=2, data=tmp_path))

    def test_the_certificate_is_taken(self, tmp_path):
        if fronting.nginx() is None:
            pytest.skip("no nginx on this machine")
        front = Front(port=int(any_free_port()), upstream=9000, data=tmp_path)
        assert fronting.refusal(fronting.write(front)) == ""
        made = (front.home / "fullchain.pem").read_bytes()
        fronting.write(front)
        assert (front.home / "fullchain.pem").read_bytes() == made


class KeepingTests:
    def test_a_second_of_readers_costs_one_answer(self, app, front):
        pages = {front.get("/discussions/7/").text for _reader in range(5)}
        assert len(pages) == 1
        assert len(app.asked) == 1

    def test_readers_with_other_ways_of_unpacking_share_it(self, app, front):
        for accepted in ("gzip", "gzip, deflate, br", "identity"):
            answer = front.get("/", headers={"Accept-Encoding": accepted})
            assert answer.text.startswith("1 1 1")
            assert (answer.headers.get("Content-Encoding") == "gzip") == ("gzip" in accepted)
        assert len(app.asked) == 1

    def test_after_a_second_it_asks_whether_anything_is_new(self, app, front):
        first = front.get("/").text
        time.sleep(3.1)
        assert front.get("/").text == first
        assert len(app.asked) == 2
        assert app.asked[1].headers["If-None-Match"] == 'W/"1"'

    @pytest.mark.parametrize(
        "cookies", ["__Host-session=abc", "theme=dark; __Host-session=abc; x=1"]
    )
    def test_who_is_signed_in_passes_by(self, app, front, cookies):
        public = front.get("/").text
        assert front.get("/", headers={"Cookie": cookies}).text != public
        assert front.get("/").text == public
        assert len(app.asked) == 2

    @pytest.mark.parametrize("status", [404, 410])
    def test_who_asks_for_what_is_not_there_waits_for_nobody(self, app, front, status):
        app.status, app.cache_control = status, NOT_THERE
        with ThreadPoolExecutor(8) as readers:
            answers = list(readers.map(front.get, ["/comments/9/"] * 24))
        assert {answer.status_code for answer in answers} == {status}
        assert len(app.asked) == 1

    def test_what_is_not_there_may_be_there_after_a_second(self, app, front):
        app.status, app.cache_control = 404, NOT_THERE
        front.get("/comments/9/")
        app.status, app.cache_control = 200, PUBLIC
        # nginx counts whole seconds.
        time.sleep(2.1)
        assert front.get("/comments/9/").status_code == 200

    @pytest.mark.parametrize("status", [200, 400, 403, 404, 410])
    def test_what_is_somebodys_own_is_not_kept(self, app, front, status):
        app.status, app.cache_control = status, PRIVATE
        assert front.get("/").text != front.get("/").text
        assert len(app.asked) == 2

    def test_what_somebody_looks_for_is_neither_kept_nor_written_down(self, app, front, tmp_path):
        for _time in range(2):
            front.get("/search/?q=Scheidungsanwalt")
        assert len(app.asked) == 2
        log_file = tmp_path / "nginx" / "access.log"
        # nginx writes down an answer when it has been sent.
        until(lambda: log_file.read_text().count(" GET /search/ 200 ") == 2)
        log = log_file.read_text()
        assert "Scheidungsanwalt" not in log
        assert "127.0.0.1" not in log

    @pytest.mark.parametrize(
        ("address", "written"),
        [
            ("/unsubscribe/c2VjcmV0/", "/unsubscribe/..."),
            ("/readers/Karla/mute/", "/readers/.../mute/"),
            ("/moderation/readers/Karla%20Gr%C3%BCn", "/moderation/readers/..."),
            ("/discussions/7/", "/discussions/7/"),
        ],
    )
    def test_neither_are_keys_and_names(self, front, tmp_path, address, written):
        front.get(address)
        log_file = tmp_path / "nginx" / "access.log"
        until(lambda: f" GET {written} 200 " in log_file.read_text())

    def test_what_fails_is_written_down_without_who_asked(self, app, front, tmp_path):
        app.leave()
        front.get("/search/?q=Scheidungsanwalt")
        log_file = tmp_path / "nginx" / "access.log"
        until(lambda: " GET /front/away.html 503 " in log_file.read_text())
        for log in (tmp_path / "nginx").glob("*.log"):
            assert "Scheidungsanwalt" not in log.read_text()
            assert "127.0.0.1, server" not in log.read_text()

    def test_nobody_is_led_to_https_with_a_word_in_the_log(self):
        text = (fronting.DEPLOY / "nginx.conf").read_text()
        plain = text[text.index("# --- Plain HTTP") : text.index("# --- The site")]
        assert "access_log off;" in plain

    def test_operators_read_what_a_page_has_cost_and_readers_do_not(self, app, front, tmp_path):
        first, second = front.get("/"), front.get("/")
        assert "x-answered-from" not in first.headers
        assert "x-answered-from" not in second.headers
        front.get("/search/?q=Ufer")
        log_file = tmp_path / "nginx" / "access.log"
        until(lambda: " GET /search/ 200 " in log_file.read_text())
        found = [line.split()[7:9] for line in log_file.read_text().splitlines()]
        assert ["MISS", "built"] in found
        assert ["-", "built"] in found


class AwayTests:
    """PostgreSQL is away, as the site says by 503, or nobody answers at all."""

    @pytest.fixture(params=["postgresql", "site"])
    def goes_away(self, request, app) -> Callable[[], None]:
        app.cache_control = PUBLIC.replace(" stale-while-revalidate=2,", "")

        def leave() -> None:
            # What may be shown without asking is over.
            time.sleep(2.1)
            app.status = 503
            if request.param == "site":
                app.leave()

        return leave

    @pytest.mark.parametrize("cookie", ["", SIGNED_IN])
    def test_everybody_is_shown_the_public_page_that_was_kept(self, app, front, goes_away, cookie):
        page = front.get("/").text
        own = front.get("/", headers={"Cookie": SIGNED_IN}).text
        goes_away()
        for _time in range(2):
            answer = front.get("/", headers={"Cookie": cookie})
            assert (answer.status_code, answer.text) == (200, page)
        assert page != own

    def test_but_none_that_is_older_than_the_site_has_said(self, app, front, goes_away):
        """Else what was removed since would be shown for as long as it lasts."""
        app.cache_control = app.cache_control.replace("=600", "=3")
        page = front.get("/").text
        goes_away()
        assert front.get("/").text == page
        until(lambda: front.get("/").status_code == 503, patience=5)
        assert front.get("/", headers={"Cookie": SIGNED_IN}).status_code == 503

    @pytest.mark.parametrize("address", ["/never/kept/", "/account/", "/notifications/"])
    def test_nothing_of_one_reader_is_shown_to_another(self, app, front, goes_away, address):
        app.cache_control = PRIVATE
        for cookie in (SIGNED_IN, ""):
            front.get(address, headers={"Cookie": cookie})
        goes_away()
        for cookie in (SIGNED_IN, ""):
            answer = front.get(address, headers={"Cookie": cookie})
            assert answer.status_code == 503
            assert not answer.text.startswith(("1 ", "2 "))

    def test_what_is_sent_is_answered_by_the_site_alone_and_asked_once(self, app, front):
        front.get("/")
        app.status = 503
        answer = front.post("/", content=b"body=x")
        assert (answer.status_code, answer.text[:4]) == (503, "2 2 ")
        assert len(app.asked) == 2

    def test_page_that_is_asked_for_while_it_was_to_be_renewed_comes_whole(self, app, front):
        """nginx shows it and asks beside it: a request of its own, which is led to what is kept."""
        page = front.get("/").text
        app.status = 503
        until(lambda: front.get("/") and len(app.asked) > 3)
        assert front.get("/").text == page

    @pytest.mark.parametrize("status", [404, 500])
    def test_other_answers_of_the_site_hold_at_once(self, app, front, status):
        app.cache_control = PUBLIC.replace(" stale-while-revalidate=2,", "")
        front.get("/")
        app.status = status
        time.sleep(2.1)
        assert front.get("/").status_code == status

    def test_site_that_does_not_answer_at_all_has_words(self, app, front):
        app.leave()
        for answer in (front.get("/never/kept/"), front.post("/", content=b"body=x")):
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "30"
            assert "gleich wieder da" in answer.text
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


class PassingOnTests:
    def test_claims_of_the_client_do_not_come_through(self, app, front):
        front.get("/", headers={"X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "gopher"})
        (asked,) = app.asked
        assert asked.headers["X-Forwarded-For"] == "127.0.0.1"
        assert asked.headers["X-Forwarded-Proto"] == "https"

    def test_writing_is_never_kept(self, app, front):
        for _time in range(2):
            front.post("/discussions/7/comments/", content=b"body=x")
        assert len(app.asked) == 2

    def test_files_come_compressed_and_stay(self, app, front):
        answer = front.get(f"/static/{HASHED}")
        assert answer.text == "body{}"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert app.asked == []


class SlowTests:
    """B53: what a client holds is a connection of the front, never a web process."""

    @pytest.fixture
    def impatient(self, monkeypatch):
        """The times of deploy/nginx.conf, a tenth as long."""
        monkeypatch.setattr(fronting, "adapted", _sooner(fronting.adapted))

    def test_who_never_ends_his_headers_is_let_go(self, impatient, app, front):
        with connected(front) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
            # Each byte in time, and all of them too late.
            until(lambda: has_ended(line) or not line.send(b"X"), patience=5)
        assert app.asked == []
        assert front.get("/").status_code == 200

    def test_who_stops_amidst_what_he_sends_is_let_go(self, impatient, app, front):
        with sending(front) as line:
            until(lambda: has_ended(line), patience=5)
        assert app.asked == []

    def test_few_may_send_slowly_from_one_address_and_the_site_is_not_asked(self, app, front):
        with ExitStack() as open_lines:
            for _number in range(20):
                open_lines.enter_context(sending(front))
            assert front.post("/", content=b"body=x").status_code == 429
            assert app.asked == []
            assert front.get("/").status_code == 200


class RefusingTests:
    def test_what_the_site_counts_is_not_for_the_world(self, app, front):
        assert front.get("/metrics").status_code == 404
        assert app.asked == []

    def test_what_is_far_too_large_does_not_reach_the_site(self, app, front):
        answer = front.post("/discussions/7/comments/", content=b"x" * 3_000_000)
        assert answer.status_code == 413
        assert "zu groß" in answer.text
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert app.asked == []

    def test_pictures_of_the_newsroom_do(self, app, front):
        assert front.post("/newsroom/articles/", content=b"x" * 3_000_000).status_code == 200

    def test_flood_of_sent_forms_is_told_to_wait(self, app, front):
        for _sent in range(400):
            answer = front.post("/discussions/7/comments/", content=b"body=x")
            if answer.status_code != 200:
                break
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "30"
        assert "zu schnell" in answer.text

    @pytest.mark.parametrize(
        ("address", "cookie", "burst"),
        [("/", SIGNED_IN, 200), ("/?x={}", "", 200), ("/sitemap-topics.xml", "", 30)],
    )
    def test_one_address_has_no_end_of_pages_built(self, app, front, address, cookie, burst):
        for number in range(400):
            answer = front.get(address.format(number), headers={"Cookie": cookie})
            if answer.status_code == 429:
                break
        assert burst <= number < burst * 2

    @pytest.mark.parametrize(
        ("address", "cookie"),
        [
            ("/", ""),
            ("/discussions/7/news/?since=5", ""),
            ("/counts/?article=5", ""),
            (f"/static/{HASHED}?x=1", SIGNED_IN),
        ],
    )
    def test_what_lies_at_hand_is_not_counted_among_them(self, app, front, address, cookie):
        answers = [front.get(address, headers={"Cookie": cookie}) for _number in range(300)]
        assert {answer.status_code for answer in answers} == {200}

    @pytest.mark.parametrize(
        ("head", "status", "says"),
        [
            (f"{ASKED}\r\nX-Long: " + "x" * 64_000, 431, "Cookies"),
            ("GET / HTTP/1.1\r\nX-Without: a host", 400, "nicht lesen"),
            ("GET\0/ HTTP/1.1\r\nHost: localhost", 400, "nicht lesen"),
            ("GET / HTTP/9.9\r\nHost: localhost", 505, "nicht lesen"),
            ("GET /" + "a" * 8_192 + " HTTP/1.1\r\nHost: localhost", 414, "zu lang"),
            ("TRACE / HTTP/1.1\r\nHost: localhost", 405, "Das geht"),
            ("GET /static/nowhere.css HTTP/1.1\r\nHost: localhost", 404, "Hier ist nichts"),
            ("GET /static/ HTTP/1.1\r\nHost: localhost", 403, "Hier ist nichts"),
            ("GET /front/away.html HTTP/1.1\r\nHost: localhost", 404, "Hier ist nichts"),
            (f"{SENT}\r\nTransfer-Encoding: chunked\r\nContent-Length: 4", 400, "nicht lesen"),
            (f"{SENT}\r\nTransfer-Encoding: sealed", 501, "nicht lesen"),
        ],
        ids=lambda given: str(given)[:40],
    )
    def test_what_the_site_never_sees_is_refused_in_its_dress(self, app, front, head, status, says):
        answer = told(front, head)
        assert (answer.status_code, app.asked) == (status, [])
        assert says in answer.text
        assert '<html lang="de">' in answer.text
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert answer.headers["Content-Security-Policy"] == POLICY_OF_FRONT
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers.get("Allow") == ("GET, HEAD, POST" if status == 405 else None)
        assert "Retry-After" not in answer.headers

    def test_its_dress_lies_where_it_is_looked_for(self):
        """By the names that files have before they are hashed: no page here can know another."""
        pages = list(Path("deploy/pages").iterdir())
        asked = {file for page in pages for file in re.findall('="/([^"]+)"', page.read_text())}
        assert "static/css/tokens.css" in asked
        assert [file for file in asked if not Path(file).is_file()] == []

    def test_five_hundred_headers_are_refused(self, app, front):
        """By the site's server, as by the one here: nginx counts bytes alone."""
        lines = "".join(f"\r\nX-{number}: 1" for number in range(500))
        assert told(front, f"{ASKED}{lines}").status_code == 431
        assert app.asked == []
