"""How does a restored cluster run where nobody but the restore itself can reach it?"""

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.children import end
from config.servers import OUTSIDE, PATIENCE, postgres_account, started

# A day of changes may have to be replayed.
REPLAYING = 24 * 3600
# Nothing of the former machine's settings: its files may be elsewhere, and so may its libraries.
SETTINGS = {
    "listen_addresses": "",
    "restore_command": "false",  # all that there is lies in pg_wal
    "recovery_target_action": "promote",
    "recovery_target_inclusive": "off",
    "hot_standby": "off",
    "archive_mode": "off",
    "wal_level": "replica",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "lc_messages": "C",
}


@dataclass(frozen=True)
class Private:
    """A running cluster: how to ask it, and what it said while it was replaying."""

    socket: Path
    owner: str
    database: str
    log: Path

    @property
    def url(self) -> str:
        return self.url_as(self.owner)

    def url_as(self, role: str) -> str:
        return f"postgres://{role}@{quote(str(self.socket), safe='')}/{self.database}"


@contextmanager
def running(
    cluster: Path, *, binaries: Path, owner: str, database: str, until: str = ""
) -> Iterator[Private]:
    """Replayed, if it has just been laid out, and open to us alone, until the block ends.

    until: a moment or a position (LSN) up to which changes are replayed; all of them otherwise.
    Exits with what the server said if it does not come up.
    """
    socket = Path(tempfile.mkdtemp(prefix="restore-", dir=OUTSIDE))
    account = postgres_account(cluster)
    private = Private(socket, owner=owner, database=database, log=socket / "log")
    try:
        configuration = write_settings(socket, until=until)
        if account:
            subprocess.run(
                ["chown", "-R", f"{account['user']}:{account['group']}", socket], check=True
            )
        with private.log.open("ab") as log:
            process = started(
                [str(binaries / "postgres"), "-D", str(cluster)]
                + ["-c", f"config_file={configuration}", "-c", "listen_addresses="],
                home=socket,
                output=log,
                stop_signal=signal.SIGINT,
                **account,
            )
        try:
            wait_until_open(process, cluster / "postmaster.pid", private.log)
            yield private
        finally:
            end(process, stop_signal=signal.SIGINT, patience=PATIENCE)
    finally:
        shutil.rmtree(socket, ignore_errors=True)


def write_settings(socket: Path, *, until: str) -> Path:
    access, names = socket / "pg_hba.conf", socket / "pg_ident.conf"
    access.write_text("local all all trust\n")  # behind a directory of mode 0700
    names.write_text("")
    kind = "recovery_target_lsn" if "/" in until else "recovery_target_time"
    settings = SETTINGS | {
        "unix_socket_directories": str(socket),
        "hba_file": str(access),
        "ident_file": str(names),
        **({kind: until} if until else {}),
    }
    file = socket / "postgresql.conf"
    file.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
    return file


def wait_until_open(process: subprocess.Popen[bytes], lock: Path, log: Path) -> None:
    deadline = time.monotonic() + REPLAYING
    while process.poll() is None and time.monotonic() < deadline:
        try:
            lines = lock.read_text().splitlines()
        except FileNotFoundError:
            lines = []
        if lines[:1] == [str(process.pid)] and lines[-1].strip() == "ready":
            return
        time.sleep(0.05)
    sys.exit(f"The copy does not open:\n{log.read_text(errors='replace')[-2000:]}")
