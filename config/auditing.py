"""Are flaws known of the foreign code? Asked of the advisories, where they can be asked.

    python -m config.auditing      (in `make check`)

Exits with 1 for a known flaw. Where no advisory answers it says so, in so many words, and exits
with 0; with AUDIT=required with 1.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from config.materials import CHECKOUT, LOCK_FILES

# Python's own advisories first, then OSV's, which has them too.
SERVICES = ("pypi", "osv")
PATIENCE = 20


class Audit(NamedTuple):
    """What was learned of how many packages; `flaws` are lines, `unknown` names."""

    asked: int
    flaws: list[str]
    unknown: list[str]


def read(answer: dict[str, Any]) -> Audit:
    """pip-audit's JSON. A package that the service does not know is skipped there, and it exits
    with 0: that is no answer."""
    packages = answer["dependencies"]
    flaws = [
        f"{each['name']} {each['version']}: {flaw['id']}, mended in "
        f"{', '.join(flaw['fix_versions']) or 'no version yet'}"
        for each in packages
        for flaw in each.get("vulns", [])
    ]
    return Audit(len(packages), flaws, [each["name"] for each in packages if "skip_reason" in each])


def ask(service: str, file: Path) -> tuple[Audit | None, str]:
    """What it says of a lock file, or None and why it says nothing."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(file), "--require-hashes"]
    command += ["--disable-pip", "--vulnerability-service", service, "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", str(PATIENCE)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return read(json.loads(result.stdout)), ""
    except (ValueError, KeyError):
        said = result.stderr.strip().splitlines()
        return None, said[-1] if said else f"exit {result.returncode}"


def audit(file: Path) -> tuple[Audit | None, str]:
    """Of the first service that knows every package of it."""
    reason = ""
    for service in SERVICES:
        answer, reason = ask(service, file)
        if answer and (answer.flaws or not answer.unknown):
            return answer, ""
        if answer:
            reason = f"{service} knows nothing of {len(answer.unknown)} of {answer.asked} packages"
    return None, reason


def main() -> int:
    is_required = os.environ.get("AUDIT") == "required"
    code = 0
    for name in LOCK_FILES:
        answer, reason = audit(CHECKOUT / name)
        if answer is None:
            print(
                f"pip-audit: NOT DONE for {name}: nobody could be asked for known flaws ({reason})."
            )
            code = max(code, int(is_required))
            continue
        print(f"pip-audit: {name}: {answer.asked} packages, {len(answer.flaws)} known flaws.")
        for line in answer.flaws:
            print(f"  {line}")
        code = max(code, int(bool(answer.flaws)))
    return code


if __name__ == "__main__":
    sys.exit(main())
