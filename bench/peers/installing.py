"""How do the peers come here? From the package index, each into an environment of its own.

Versions are pinned with their hashes in the .txt files, which `make requirements` compiles from the
.in files. Isso's misaka has no wheel: it needs a C compiler.
"""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parent / ".peers"
# What has no wheel is built; nothing else.
BUILT = {"isso": ["isso", "misaka"], "xtd": []}


class NotInstallableError(Exception):
    """Why this peer cannot be measured here."""


def environment(name: str) -> Path:
    """The directory of the peer's programs, installed unless it has been already.

    Raises NotInstallableError.
    """
    home = ENVIRONMENTS / name
    wanted, ready = HERE / f"{name}.txt", home / "ready.txt"
    if not ready.exists() or ready.read_text() != wanted.read_text():
        _install(name, home, wanted)
        shutil.copyfile(wanted, ready)
    return home / "bin"


def _install(name: str, home: Path, wanted: Path) -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    shutil.rmtree(home, ignore_errors=True)
    built = [word for package in BUILT[name] for word in ("--no-binary", package)]
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(home)],
        [uv, "pip", "sync", "--quiet", "--python", str(home / "bin" / "python")]
        + ["--require-hashes", "--only-binary", ":all:", *built, str(wanted)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise NotInstallableError(reason[-1] if reason else "uv failed")
