"""How is the whole site started for a load, with durable servers and nginx in front?"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.site import HOST, PRODUCTION
from config import fronting, servers
from config.children import spawn
from config.fronting import Front
from config.running import processes
from config.servers import any_free_port

SESSIONS = "archive-sessions.txt"
WEB_PROCESSES = 2


class Site:
    """PostgreSQL, Redis, two web processes, worker, beat and nginx, each to be ended and begun."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = int(any_free_port())
        self.upstream = int(any_free_port())
        self.stores = contextlib.ExitStack()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.start_stores()

    def start_stores(self) -> None:
        """On the same data; with fsync, since what is promised is durable."""
        database = self.stores.enter_context(servers.postgres(self.data, throwaway=False))
        broker = self.stores.enter_context(servers.redis(self.data, throwaway=False))
        self.environment = (
            os.environ
            | PRODUCTION
            | {
                "DATABASE_URL": database,
                "REDIS_URL": broker,
                "DATA_DIR": str(self.data),
            }
        )

    @property
    def database(self) -> str:
        return self.environment["DATABASE_URL"]

    def manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], env=self.environment, check=True)

    def fill(self, *archive: str) -> None:
        subprocess.run([sys.executable, "-m", "config.translations"], check=True)
        self.manage("migrate", "-v0")
        self.manage("createcachetable", "-v0")
        self.manage("collectstatic", "--no-input", "-v0")
        self.manage("make_archive", *archive)

    def start(self) -> None:
        front = Front(port=self.port, upstream=self.upstream, data=self.data, host=HOST, tls=False)
        commands = {"nginx": fronting.write(front)} | processes(
            port=str(self.upstream), data=self.data, web_processes=WEB_PROCESSES
        )
        for name, command in commands.items():
            with (self.data / f"{name}.log").open("ab") as log:
                self.running[name] = spawn(
                    command,
                    stop_signal=signal.SIGTERM,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        self.wait()

    def stop(self) -> None:
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.running.values():
            process.wait(30)
        self.running.clear()

    def wait(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/health/live", headers={"Host": HOST}
        )
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5):
                return
            time.sleep(0.1)
        raise TimeoutError("The site did not start.")

    def restart_cold(self) -> None:
        """Nothing kept anywhere: neither pages nor what the database had in memory."""
        self.stop()
        self.stores.close()
        forget(self.data / "postgres")
        for kept in (self.data / "nginx" / "cache").rglob("*"):
            if kept.is_file():
                kept.unlink()
        for kept in (self.data / "redis").rglob("*.aof"):
            kept.unlink()
        self.start_stores()
        self.start()


def forget(directory: Path) -> None:
    """Ask the kernel to let go of what it remembers of these files."""
    for path in directory.resolve().rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)


@contextlib.contextmanager
def site(data: Path) -> Iterator[Site]:
    made = Site(data)
    try:
        yield made
    finally:
        made.stop()
        made.stores.close()
