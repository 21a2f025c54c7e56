"""How do we start other programs so that none of them outlives us?"""

import ctypes
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1
LEAVING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_with_parent(stop_signal: int, parent: int) -> None:
    """Have the kernel end this child when its parent dies, even by SIGKILL.

    Runs between fork and exec, and after a change of user, which would undo it.
    """
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, stop_signal)
    if os.getppid() != parent:
        os._exit(1)


def spawn(command: list[str], *, stop_signal: int, **options: Any) -> subprocess.Popen[bytes]:
    """Start a child that ends with this process."""
    last_step = partial(end_with_parent, stop_signal, os.getpid())
    return subprocess.Popen(command, preexec_fn=last_step, **options)  # noqa: PLW1509 - no threads


def end(process: subprocess.Popen[bytes], *, stop_signal: int, patience: float) -> None:
    """Stop a child, by force if it does not listen."""
    process.send_signal(stop_signal)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def command_line(pid: int) -> str:
    """The words a process was started with; empty if there is none."""
    if LIBC:
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except OSError:
            return ""
    listing = ["ps", "-p", str(pid), "-o", "args="]
    return subprocess.run(listing, capture_output=True, text=True, check=False).stdout


def leave_in_order_when_told() -> None:
    """Answer Ctrl-C and the like by leaving through every `finally`, once."""
    for received in LEAVING:
        signal.signal(received, leave)


def leave(received: int, _frame: object) -> NoReturn:
    for further in LEAVING:
        signal.signal(further, signal.SIG_IGN)
    sys.exit(128 + received)
