"""What does the rig run? Two machines' worth of the site, each part to be broken and begun again.

Machine B reaches its stores through wires that can be cut (network.py). Whatever dies is started
again after a second, as a service manager would.
"""

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from redis import Redis

from bench.site import HOST, PRODUCTION
from config import fronting, servers
from config.children import spawn
from config.fronting import Front
from config.running import processes, signal_group
from config.servers import any_free_port
from tests.faults.network import Wire
from tests.faults.post_office import PostOffice

AGAIN_AFTER = 1.0  # seconds
PATIENCE = 60
MACHINES = ("a", "b")


class Program:
    """One of the site's programs: `wanted` ones are started again when they die."""

    def __init__(self, name: str, command: list[str], log: Path, **options: Any) -> None:
        self.name, self.command, self.log, self.options = name, command, log, options
        self.process: subprocess.Popen[bytes] | None = None
        self.wanted = False
        self.died_at: float | None = None
        self.deaths = 0

    def start(self) -> None:
        self.wanted, self.died_at = True, None
        if self.process:  # what the former one left behind would answer in its place
            signal_group(self.process, signal.SIGKILL)
        with self.log.open("ab") as log:
            self.process = spawn(
                self.command,
                stop_signal=signal.SIGKILL,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.options,
            )

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def children(self) -> list[int]:
        try:
            return [int(pid) for pid in _children_file(self.pid).read_text().split()]
        except OSError:
            return []

    def kill(self, received: int = signal.SIGKILL) -> None:
        """The first process alone; whoever starts it again ends what it left behind."""
        if self.process:
            self.process.send_signal(received)

    def signal_all(self, received: int) -> None:
        for child in self.children():  # PostgreSQL's are sessions of their own
            _send(child, received)
        if self.process:
            signal_group(self.process, received)

    def stop(self) -> None:
        """Off until it is started."""
        self.wanted = False
        self.signal_all(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def look_after(self) -> None:
        if not self.wanted or self.is_alive:
            return
        if self.died_at is None:
            self.died_at = time.monotonic()
            self.deaths += 1
            if self.process:
                signal_group(self.process, signal.SIGKILL)
        if time.monotonic() - self.died_at >= AGAIN_AFTER:
            self.start()


class Site:
    """programs by name: postgres, redis, nginx, clock, and web-a … worker-b."""

    def __init__(self, data: Path, *, pace: int) -> None:
        self.data, self.pace = data, pace
        self.name = servers.NAME  # of the database
        self.mutation = ""
        # Whether the front sends a comment's form to nobody else once it has been sent.
        self.asks_once = False
        self.programs: dict[str, Program] = {}
        self.front = int(any_free_port())
        self.web = {machine: int(any_free_port()) for machine in MACHINES}
        self.post_office = PostOffice(data / "mails.jsonl")
        (data / "hooks").mkdir()
        self.roles = data / "roles"
        self._watch: asyncio.Task[None] | None = None

    def __getitem__(self, name: str) -> Program:
        return self.programs[name]

    async def start_stores(self) -> None:
        home = servers.postgres_home(self.data)
        cluster = home / "cluster"
        account = servers.postgres_account(cluster)
        binaries = servers.postgres_binaries(home)
        password = servers.remembered(home / "password", lambda: secrets.token_urlsafe(24))
        servers.make_cluster(cluster, binaries=binaries, password=home / "password", **account)
        self._account, port = f"postgres://{servers.NAME}:{password}@127.0.0.1", any_free_port()
        settings = [f"--{name}={value}" for name, value in servers.POSTGRES_SETTINGS.items()]
        command = [str(binaries / "postgres"), "-D", str(cluster), f"--port={port}", *settings]
        language = {"env": os.environ | {"LC_ALL": "C.UTF-8"}}
        self._add("postgres", command, cwd=home, **account, **language)
        redis_home = self.data / "redis"
        redis_home.mkdir()
        redis_port = any_free_port()
        self._add(
            "redis",
            [str(Path(sys.executable).with_name("redis-server")), "--port", redis_port]
            + ["--bind", "127.0.0.1", "--dir", str(redis_home), "--save", ""]
            + ["--appendonly", "yes", "--appendfsync", "everysec"],
        )
        self.postgres_port, self.redis_port = int(port), int(redis_port)
        self.wires = {"postgres": Wire(int(port)), "redis": Wire(int(redis_port))}
        self._wired = {name: await wire.start() for name, wire in self.wires.items()}
        self.mail_port = await self.post_office.start()
        for name in ("postgres", "redis"):
            self[name].start()
        self.wait_for_database("postgres")

    def database_url(self, name: str, *, role: str = "", port: int | None = None) -> str:
        """As the owner of the cluster, or as one of config/roles."""
        account = self._account
        if role:
            account = (self.roles / role).read_text().rpartition(":")[0]
        return f"{account}:{port or self.postgres_port}/{name}"

    @property
    def database(self) -> str:
        return self.database_url(self.name)

    def wait_for_database(self, name: str) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.database_url(name), connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return

    def environment(self, machine: str, *, role: str = "") -> dict[str, str]:
        through = self._wired if machine == "b" else {}
        database = self.database_url(self.name, role=role, port=through.get("postgres"))
        return (
            os.environ
            | PRODUCTION
            | {
                "DJANGO_SETTINGS_MODULE": "tests.faults.inside.settings",
                "DATABASE_URL": database,
                "REDIS_URL": f"redis://127.0.0.1:{through.get('redis', self.redis_port)}/0",
                "DATA_DIR": str(self.data),
                # By a name, which nobody finds where names are not found.
                "EMAIL_URL": f"smtp://localhost:{self.mail_port}",
                "FAULTS_PACE": str(self.pace),
                "FAULTS_MUTATION": self.mutation,
                # nginx, and the rig itself where it asks a web process alone.
                "TRUSTED_PROXIES": "127.0.0.1",
            }
        )

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            env=self.environment("a"),
            capture_output=True,
            text=True,
            check=False,
            timeout=5 * PATIENCE,
        )

    def lay_out(self) -> None:
        """Which programs there are; none is started yet."""
        front = Front(port=self.front, upstream=self.web["a"], data=self.data, host=HOST, tls=False)
        nginx = fronting.write(front)
        self._balance(front.home / "discussion.conf")
        self._add("nginx", nginx)
        for machine in MACHINES:
            commands = processes(port=str(self.web[machine]), data=self.data)
            web = self.environment(machine, role="forum_web")
            worker = self.environment(machine, role="forum_worker")
            self._add(f"web-{machine}", commands["web"], env=web)
            self._add(f"worker-{machine}", commands["worker"], env=worker)
            if machine == "a":
                self._add("clock", commands["beat"], env=worker)

    def _balance(self, configuration: Path) -> None:
        """Both machines behind the front: whoever refuses a connection is passed by."""
        one = f"server 127.0.0.1:{self.web['a']};"
        both = "".join(f"server 127.0.0.1:{port} max_fails=0;" for port in self.web.values())
        text = configuration.read_text().replace(one, both)
        if self.asks_once:
            text = text.replace("error non_idempotent;", "error;")
        configuration.write_text(text)

    def start(self) -> None:
        for program in self.programs.values():
            if not program.is_alive:
                program.start()

    def stop(self) -> None:
        """All but the stores."""
        if self._watch:
            self._watch.cancel()
        for name, program in self.programs.items():
            if name not in {"postgres", "redis"}:
                program.stop()

    def end(self) -> None:
        if self._watch:
            self._watch.cancel()
        for program in reversed(self.programs.values()):
            program.stop()

    def forget_pages(self) -> None:
        """What front and Redis keep is of another database; nobody is running."""
        shutil.rmtree(self.data / "nginx" / "cache", ignore_errors=True)
        Redis(port=self.redis_port).flushall()

    def look_after_all(self) -> None:
        async def watch() -> None:
            while True:
                for program in self.programs.values():
                    program.look_after()
                await asyncio.sleep(0.1)

        self._watch = asyncio.create_task(watch())

    def hook(self, name: str, *, is_on: bool) -> None:
        """Switch one of inside/hooks.py for all processes."""
        file = self.data / "hooks" / name
        file.touch() if is_on else file.unlink(missing_ok=True)

    def _add(self, name: str, command: list[str], **options: Any) -> None:
        self.programs[name] = Program(name, command, self.data / f"{name}.log", **options)


def _children_file(pid: int) -> Path:
    return Path(f"/proc/{pid}/task/{pid}/children")


def _send(pid: int, received: int) -> None:
    try:
        os.kill(pid, received)
    except ProcessLookupError:
        return


async def until(
    happened: Callable[[], object], *, patience: float, pause: float = 0.2
) -> float | None:
    """Seconds until then; None if it did not come. A database that is away has not said yes."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        try:
            if await asyncio.to_thread(happened):
                return time.monotonic() - began
        except psycopg.OperationalError:
            pass
        await asyncio.sleep(pause)
    return None
