"""How is the whole site started for a load, with durable servers and nginx in front?"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.site import HOST, PRODUCTION, WEB_PROCESSES, wait_until_it_answers
from config import fronting, servers
from config.fronting import Front
from config.running import end_all, processes, start
from config.servers import any_free_port

SESSIONS = "archive-sessions.txt"
CREW = "archive-moderators.txt"


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
            self.running[name] = start(name, command, data=self.data, environment=self.environment)
        wait_until_it_answers(self.upstream)

    def stop(self) -> None:
        end_all(self.running)
        self.running.clear()

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
