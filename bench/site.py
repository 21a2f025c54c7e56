"""How is our site started for a measurement: as in production, on free ports of this machine?"""

import atexit
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from django.core.management import call_command
from redis import Redis

from bench.costs import parent_of
from config import fronting
from config.running import end_all, processes, start
from config.servers import any_free_port

# Production settings, but for TLS: a request says that the proxy in front had it.
HOST = "bench.example.org"
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "bench-only-Zu-lang-zum-Raten-und-nur-fuer-diese-Messung-0123456789",
    "ALLOWED_HOSTS": HOST,
    "SITE_URL": f"https://{HOST}",
    "EMAIL_URL": "dummy://",
    "TRUSTED_PROXIES": "127.0.0.1",
}
WEB_PROCESSES = 2
PATIENCE = 60  # seconds for a server to answer at all
# As the proxy in front passes a request on.
PASSED_ON = {"X-Forwarded-Proto": "https"}
TOKEN = "a" * 32
NO_NGINX = "nginx missing"


def use_production_settings() -> Path:
    """Set the environment before settings are imported.

    Returns the run's data directory, which goes with this process.
    """
    data = Path(tempfile.mkdtemp(prefix="bench-", dir="/var/tmp"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    os.environ.update(PRODUCTION, DATA_DIR=str(data))
    return data


def make_tables_and_files() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


@dataclass
class Site:
    """What runs. front: nginx's port, None without nginx."""

    data: Path
    port: int
    front: int | None
    postgres: int
    redis: int
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def web(self) -> int:
        return self.running["web"].pid

    @property
    def servers(self) -> tuple[int, ...]:
        """What answers a reader without nginx; database and Redis included."""
        return self.web, self.postgres, self.redis

    @property
    def fronted(self) -> tuple[int, ...]:
        return self.running["nginx"].pid, *self.servers

    @property
    def writing(self) -> tuple[int, ...]:
        """What works until a comment is published."""
        return *self.servers, *self.working

    @property
    def working(self) -> tuple[int, ...]:
        """What no reader waits for."""
        return self.running["worker"].pid, self.running["beat"].pid

    def restart_web(self) -> None:
        """So that nothing is kept in its processes any more."""
        end_all({"web": self.running.pop("web")})
        self._start("web", self.commands()["web"])
        wait_until_it_answers(self.port)

    def commands(self) -> dict[str, list[str]]:
        return processes(port=str(self.port), data=self.data, web_processes=WEB_PROCESSES)

    def start(self) -> None:
        for name, command in self.commands().items():
            self._start(name, command)
        if self.front:
            front = fronting.Front(
                port=self.front,
                upstream=self.port,
                data=self.data,
                host=HOST,
                tls=False,
                limits=False,
            )
            self._start("nginx", fronting.write(front))
        wait_until_it_answers(self.port)

    def _start(self, name: str, command: list[str]) -> None:
        self.running[name] = start(name, command, data=self.data)


@contextlib.contextmanager
def running_site(data: Path) -> Iterator[Site]:
    """nginx, web server, worker and beat until the block ends; files are collected already."""
    site = Site(
        data=data,
        port=int(any_free_port()),
        front=int(any_free_port()) if fronting.nginx() else None,
        postgres=postgres_process(),
        redis=Redis.from_url(os.environ["REDIS_URL"]).info("server")["process_id"],
    )
    try:
        site.start()
        yield site
    finally:
        end_all(site.running)


def client(site: Site, session: str = "") -> httpx.Client:
    """A reader's browser, as the proxy in front passes it on."""
    headers = {"Host": HOST, "Accept-Encoding": "gzip", **PASSED_ON, **signed_in(session)}
    return httpx.Client(base_url=site.address, headers=headers, timeout=30)


def signed_in(session: str) -> dict[str, str]:
    """Headers of whoever brings this session; none for strangers."""
    if not session:
        return {}
    cookies = f"__Host-session={session}; __Host-csrf={TOKEN}"
    return {"Cookie": cookies, "Origin": f"https://{HOST}"}


def wait_until_it_answers(port: int, path: str = "/health/live", host: str = HOST) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}{path}", headers={"Host": host}, timeout=30)
            return
        time.sleep(0.1)
    raise TimeoutError(f"Nothing answers on port {port}.")


def postgres_process() -> int:
    """The server is the parent of the process that answers us."""
    url = urlsplit(os.environ["DATABASE_URL"])
    assert url.hostname == "127.0.0.1", "Only a database on this machine can be measured."
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return parent_of(connection.info.backend_pid)
