"""What does `make run` run? The whole site, prepared and watched over, until Ctrl-C."""

import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from config.children import leave_in_order_when_told, spawn
from config.embedded import data_directory
from config.servers import is_free, remembered
from config.translations import compile_catalogues

PATIENCE = 10  # seconds for the site to answer, for its processes to stop, for the port to be free
PAUSE = 3  # seconds before a process that has died is started again
READERS = "alice, bob, carla, dieter, eve, nina, tom"
QUEUES = "moderation,notifications,upkeep"
STAFF = "anna (author), mona (moderator), max (senior moderator), admin"


def processes(*, port: str, data: Path, web_processes: int = 1) -> dict[str, list[str]]:
    """What runs, by name; the Procfile says the same for operators."""
    here = Path(sys.executable).parent
    celery = [str(here / "celery"), "-A", "config"]
    return {
        "web": [sys.executable, "-m", "config.forking", "--interface", "wsgi"]
        + ["--host", "127.0.0.1", "--port", port]
        + ["--workers", str(web_processes), "--blocking-threads", "4"]
        + ["--no-ws", "--log-level", "warning", "config.wsgi:application"],
        # Whoever waits for a page comes first.
        "worker": ["nice", "-n", "5", *celery, "worker", "-Q", QUEUES]
        + ["-l", "warning", "-P", "prefork", "--concurrency", "2"]
        + ["--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "-l", "warning", "--schedule", str(data / "beat")]
        + ["--pidfile="],
    }


def prepare() -> None:
    """Bring tables, translations, files and the demo up to date; harmless when run again."""
    compile_catalogues()
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if settings.DEBUG:
        call_command("load_demo")
    else:
        call_command("collectstatic", interactive=False, verbosity=0)


def prepare_apart() -> None:
    """Prepare in a process of its own, so that this one stays small."""
    preparation = get_context("fork").Process(target=prepare)
    preparation.start()
    try:
        preparation.join()
    finally:
        preparation.terminate()
        preparation.join()
    if preparation.exitcode:
        sys.exit("The site could not be prepared; the reason stands above.")


def start(
    name: str,
    command: list[str],
    *,
    data: Path,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start one process of the site, with a log and a process group of its own.

    environment: beside ours.
    """
    with (data / f"{name}.log").open("ab") as log:
        return spawn(
            command,
            stop_signal=signal.SIGTERM,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
            cwd=directory,
        )


def signal_group(process: subprocess.Popen[bytes], received: int) -> None:
    """Reach the process and what it started, also when it is gone itself."""
    try:
        os.killpg(process.pid, received)
    except ProcessLookupError:
        return


def end_all(running: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in running.values():
        try:
            process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            continue  # its work is done again: tasks are acknowledged late
        finally:
            signal_group(process, signal.SIGKILL)
            process.wait()


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_free(port):
        if time.monotonic() > deadline:
            sys.exit(f"Port {port} is taken. Choose another: PORT=8001 make run")
        time.sleep(0.2)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}health/live", timeout=2):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def introduce(address: str, *, password: str, data: Path) -> None:
    print(
        f"\n  {address}\n\n"
        f"  Sign in as <name>@example.org with the password {password}\n"
        f"    readers: {READERS}\n    staff:   {STAFF}\n\n"
        f"  Mails: {data / 'mail'}/   Logs: {data}/*.log   Ctrl-C ends everything.\n",
        flush=True,
    )


def watch(
    running: dict[str, subprocess.Popen[bytes]], commands: dict[str, list[str]], *, data: Path
) -> None:
    """Start what died again, so that the site can be seen to survive it; without web, end."""
    while running["web"].poll() is None:
        for name, process in running.items():
            if process.poll() is not None:
                print(f"{name} ended ({process.returncode}) and is started again.", flush=True)
                signal_group(process, signal.SIGKILL)
                time.sleep(PAUSE)
                running[name] = start(name, commands[name], data=data)
        time.sleep(0.5)
    sys.exit(f"The web server ended; see {data / 'web.log'}")


def keep_running(
    commands: dict[str, list[str]], *, data: Path, address: str, told: Callable[[], None]
) -> None:
    """Run these until Ctrl-C; `told` is called once the web server answers at the address."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            running[name] = start(name, command, data=data)
        while running["web"].poll() is None and not answers(address):
            time.sleep(0.1)
        told()
        watch(running, commands, data=data)
    finally:
        end_all(running)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DEBUG", "1")
    os.environ.setdefault("STAFF_SECOND_FACTOR", "off")
    port = os.environ.setdefault("PORT", "8000")
    data = data_directory()
    data.mkdir(parents=True, exist_ok=True)
    password = os.environ.get("DEMO_PASSWORD") or remembered(
        data / "demo-password", partial(secrets.token_urlsafe, 12)
    )
    os.environ["DEMO_PASSWORD"] = password
    leave_in_order_when_told()
    wait_for_port(int(port))
    prepare_apart()
    address = f"http://127.0.0.1:{port}/"
    keep_running(
        processes(port=port, data=data),
        data=data,
        address=address,
        told=lambda: introduce(address, password=password, data=data),
    )


if __name__ == "__main__":
    main()
