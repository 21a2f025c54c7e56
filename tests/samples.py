"""Where do real and hostile inputs lie? Beside the checkout, since they are others' work."""

import json
import os
from pathlib import Path

import pytest
from django.conf import settings

BESIDE = Path(settings.BASE_DIR).parent / "shared"


def sample(name: str) -> Path:
    """The file or folder below `shared`, which CI lays beside the checkout.

    At a desk without it the test is skipped and says so; in CI it fails.
    """
    path = BESIDE / name
    if path.exists():
        return path
    if os.environ.get("CI"):
        pytest.fail(f"{path} is missing")
    pytest.skip(f"needs {path}, which does not come with the code")


def hostile(category: str) -> list[dict]:
    """The lines of one category: id, text (or recipe of pieces and times), perhaps want."""
    lines = sample(f"data/hostile/{category}.jsonl").read_text("ascii").splitlines()
    found = [json.loads(line) for line in lines]
    for line in found:
        line.setdefault("text", "".join(piece * n for piece, n in line.get("recipe", [])))
    return found
