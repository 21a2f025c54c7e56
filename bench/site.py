"""How is the site started for a measurement: as in production, on a free port of this machine?"""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from config.running import processes

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


def use_production_settings() -> Path:
    """Set the environment before settings are imported; returns the run's data directory."""
    data = Path(tempfile.mkdtemp(prefix="bench-"))
    os.environ.update(PRODUCTION, DATA_DIR=str(data))
    return data


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running_site(data: Path) -> Iterator[dict[str, subprocess.Popen]]:
    """Web server and worker; the address stands in BENCH_URL while they run."""
    port = free_port()
    commands = processes(port=str(port), data=data)
    running = {}
    try:
        for name in ("web", "worker", "beat"):
            with (data / f"{name}.log").open("ab") as log:
                running[name] = subprocess.Popen(
                    commands[name], stdout=log, stderr=log, start_new_session=True
                )
        os.environ["BENCH_URL"] = f"http://127.0.0.1:{port}"
        wait_until_it_answers()
        yield running
    finally:
        for process in running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in running.values():
            process.wait(20)


def client(session: str = "", address: str = "") -> httpx.Client:
    """A reader's browser, as the proxy in front passes it on."""
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
    if address:
        headers["X-Forwarded-For"] = address
    if session:
        headers["Cookie"] = f"__Host-session={session}; __Host-csrf={'a' * 32}"
        headers["Origin"] = f"https://{HOST}"
    return httpx.Client(base_url=os.environ["BENCH_URL"], headers=headers, timeout=30)


def wait_until_it_answers(seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    with client() as browser:
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                if browser.get("/health/live").status_code == 200:
                    return
            time.sleep(0.2)
    raise TimeoutError("The site did not start.")


def tree(pid: int) -> list[int]:
    """The process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in tree(int(child)))]


def memory_mb(pid: int) -> tuple[float, float]:
    """(RSS, PSS) of the process and all below it, in MB."""
    rss = pss = 0
    for process in tree(pid):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Rss:"):
                rss += int(line.split()[1])
            if line.startswith("Pss:"):
                pss += int(line.split()[1])
    return rss / 1024, pss / 1024


def processor_seconds(pid: int) -> float:
    """User and system time of the process and all below it."""
    ticks = 0
    for process in tree(pid):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
