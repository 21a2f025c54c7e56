"""Which foreign code is the site made of? A bill of materials, from the lock files alone.

    python -m config.materials [FILE]      (`make sbom`)

CycloneDX 1.6 as JSON. The same lock files give the same bill, byte by byte: it carries no time.
"""

import json
import re
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
# Lock file -> whether what it names is there when the site runs in production.
LOCK_FILES = {
    "requirements.txt": "required",
    "requirements-embedded.txt": "excluded",
    "requirements-dev.txt": "excluded",
}
PINNED = re.compile(r"([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# "-r requirements.in" where we ask for it ourselves.
VIA = re.compile(r"^ +#(?: via)? +(?:-r )?([a-z0-9][a-z0-9._-]*)$")
ASKED_FOR = {name.replace(".txt", ".in") for name in LOCK_FILES}
SITE = {"type": "application", "name": "newspaper-discussion", "bom-ref": "site"}
NAMESPACE = uuid.UUID("8d9ec1d1-3c0c-4b0e-9a7e-5f5d6d5f4a11")


@dataclass
class Material:
    """One pinned package: the hashes that are accepted for it, and which packages need it."""

    name: str
    version: str
    scope: str
    hashes: list[str] = field(default_factory=list)
    needed_by: list[str] = field(default_factory=list)

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def materials(*, directory: Path = CHECKOUT) -> dict[str, Material]:
    """By name; what production needs is named as that, wherever else it stands.

    Raises ValueError if a line names no version or no hash.
    """
    found: dict[str, Material] = {}
    for file, scope in LOCK_FILES.items():
        for each in read(directory / file, scope=scope):
            known = found.setdefault(each.name, each)
            if known.version != each.version:
                raise ValueError(f"{each.name} is pinned to two versions")
            known.needed_by = sorted({*known.needed_by, *each.needed_by})
    return found


def read(file: Path, *, scope: str) -> list[Material]:
    """What uv wrote: a line with the version, lines with hashes, comments that say "via"."""
    found: list[Material] = []
    for line in file.read_text().splitlines():
        if hashed := HASH.search(line):
            found[-1].hashes.append(hashed[1])
        elif via := VIA.match(line):
            found[-1].needed_by.append(via[1])
        elif pinned := PINNED.match(line):
            found.append(Material(pinned[1], pinned[2], scope))
        elif line and not line.lstrip().startswith("#"):
            raise ValueError(f"{file.name}: not pinned: {line}")
    if lacking := [each.name for each in found if not each.hashes]:
        raise ValueError(f"{file.name}: without a hash: {', '.join(lacking)}")
    return found


def bill(found: dict[str, Material]) -> dict[str, Any]:
    """The whole as CycloneDX has it. Hashes are of the files that pip may take, one or many."""
    ordered = [found[name] for name in sorted(found)]
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": SITE},
        "components": [component(each) for each in ordered],
        "dependencies": [
            {
                "ref": SITE["bom-ref"],
                "dependsOn": [each.purl for each in ordered if ASKED_FOR & {*each.needed_by}],
            },
        ]
        + [
            {
                "ref": each.purl,
                "dependsOn": [other.purl for other in ordered if each.name in other.needed_by],
            }
            for each in ordered
        ],
    }
    return {**told, "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, json.dumps(told))}"}


def component(each: Material) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": each.purl,
        "name": each.name,
        "version": each.version,
        "scope": each.scope,
        "purl": each.purl,
        # A package has many files, and `hashes` of a component are of one: they stand beside.
        "externalReferences": [
            {
                "type": "distribution",
                "url": f"https://pypi.org/project/{each.name}/{each.version}/",
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in each.hashes],
            }
        ],
    }


def main() -> None:
    text = json.dumps(bill(materials()), indent=1)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(f"{text}\n")
    else:
        print(text)


if __name__ == "__main__":
    main()
