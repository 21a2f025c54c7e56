"""Are flaws known of the foreign code? Asked of the advisories, where they can be asked.

    python -m config.auditing      (in `make check`)

Exits with 1 for a known flaw. Where no advisory answers it says so, in so many words, and exits
with 0; with AUDIT=required with 1.
"""

import json
import os
import subprocess
import sys
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


def ask(service: str) -> tuple[Audit | None, str]:
    """What it says of all that is locked, or None and why it says nothing."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"]
    command += [f"--requirement={CHECKOUT / name}" for name in LOCK_FILES]
    command += ["--vulnerability-service", service, "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", str(PATIENCE)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return read(json.loads(result.stdout)), ""
    except (ValueError, KeyError):
        said = result.stderr.strip().splitlines()
        return None, f"{service}: {said[-1][:100] if said else f'exit {result.returncode}'}"


def audit() -> tuple[Audit | None, str]:
    """Of the first service that knows every package, or a flaw; or why there is none."""
    reasons = []
    for service in SERVICES:
        answer, reason = ask(service)
        if answer and (answer.flaws or not answer.unknown):
            return answer, ""
        if answer:
            reason = f"{service} does not know {len(answer.unknown)} of {answer.asked} packages"
        reasons.append(reason)
    return None, "; ".join(reasons)


def main() -> int:
    answer, reason = audit()
    if answer is None:
        print(f"pip-audit: NOT DONE: nobody could be asked for known flaws ({reason}).")
        return int(os.environ.get("AUDIT") == "required")
    print(f"pip-audit: {answer.asked} packages, {len(answer.flaws)} known flaws.")
    for line in answer.flaws:
        print(f"  {line}")
    return int(bool(answer.flaws))


if __name__ == "__main__":
    sys.exit(main())
