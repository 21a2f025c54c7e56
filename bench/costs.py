"""What do servers cost: how much processor time, how much memory, and who else was at work?"""

import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
# Of the kernel's clocks of processes (clock_getcpuclockid): time on a processor, in nanoseconds.
SCHEDULED = 2


def tree(pid: int) -> list[int]:
    """The process and all below it; those that have just ended are left out."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *(below for child in children for below in tree(int(child)))]


def processor_seconds(*roots: int) -> float:
    """User and system time of these processes and all below them, the ended ones included."""
    return sum(_spent(pid) for root in roots for pid in tree(root))


def _spent(pid: int) -> float:
    try:
        # More exact than the hundredths of a second in /proc/<pid>/stat, and the same otherwise.
        own = time.clock_gettime((~pid << 3) | SCHEDULED)
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return 0
    return own + (int(fields[13]) + int(fields[14])) / TICKS


def machine_seconds() -> tuple[float, float]:
    """(busy, altogether) of all processors since the machine's start."""
    line = Path("/proc/stat").read_text().split("\n", 1)[0]
    values = [int(value) / TICKS for value in line.split()[1:9]]
    return sum(values) - values[3] - values[4], sum(values)


def memory_mb(*roots: int) -> tuple[float, float]:
    """(RSS, PSS) of the processes and all below them, in MB."""
    rss = pss = 0
    for pid in (pid for root in roots for pid in tree(root)):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Rss:"):
                rss += int(line.split()[1])
            if line.startswith("Pss:"):
                pss += int(line.split()[1])
    return rss / 1024, pss / 1024


def parent_of(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[1])
