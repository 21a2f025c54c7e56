"""What do tests start, freeze and kill? A Redis and a worker of their own, never the run's."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from config.celery import app
from config.children import end, spawn
from config.running import QUEUES
from forum import bells

BINARIES = Path(sys.executable).parent
PATIENCE = 30


def until(happened: Callable[[], object], *, patience: float = PATIENCE) -> None:
    """Wait for another process, and fail when it does not come."""
    deadline = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.02)


class OwnRedis:
    def __init__(self, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.home = home
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = redis.Redis(port=self.port)

    def start(self) -> None:
        command = [BINARIES / "redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        self.process = spawn(
            [*map(str, command), "--dir", str(self.home), "--save", "", "--loglevel", "warning"],
            stop_signal=signal.SIGKILL,
            stdout=subprocess.DEVNULL,
        )
        until(self.answers)

    def answers(self) -> bool:
        try:
            return self.client.ping()
        except redis.ConnectionError:
            return False

    def freeze(self) -> None:
        """It takes connections and never says a word."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def empty(self) -> None:
        self.client.flushall()


@contextmanager
def own_redis(home: Path) -> Iterator[OwnRedis]:
    """While the block lasts, bells of this process ring there."""
    server = OwnRedis(home)
    server.start()
    usual = app.conf.broker_url
    app.conf.broker_url = server.url
    bells._ropes.cache_clear()
    try:
        yield server
    finally:
        app.conf.broker_url = usual
        bells._ropes.cache_clear()
        server.stop()


@contextmanager
def own_worker(broker: OwnRedis, *, pool: str = "solo") -> Iterator[subprocess.Popen[bytes]]:
    """A worker as in production, on the tests' database."""
    database = connection.settings_dict
    user, password = database["USER"], database["PASSWORD"]
    address = f"{user}:{password}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    environment = os.environ | {
        "DEBUG": "1",
        "DATABASE_URL": f"postgres://{address}",
        "REDIS_URL": broker.url,
        "KEY_PREFIX": settings.KEY_PREFIX,
    }
    worker = spawn(
        [str(BINARIES / "celery"), "-A", "config", "worker", "-P", pool, "-c", "1"]
        + ["-Q", QUEUES, "--without-gossip", "--without-mingle"],
        stop_signal=signal.SIGKILL,
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield worker
    finally:
        end(worker, stop_signal=signal.SIGTERM, patience=PATIENCE)
