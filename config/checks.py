"""What does `check --deploy` say of the files that secrets are read from?"""

import os
import stat
from pathlib import Path
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage

SECRETS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "DATABASE_URL",
    "BACKUP_DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
)
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def secret_files_are_private(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Nobody but their owner may read them (mode 0400), nor may they lie in the checkout."""
    checkout = Path(__file__).resolve().parent.parent
    warnings: list[CheckMessage] = []
    for name in SECRETS:
        file = os.environ.get(f"{name}_FILE")
        if not file:
            continue
        path = Path(file).resolve()
        if path.stat().st_mode & OTHERS:
            warnings.append(checks.Warning(f"{name}_FILE can be read by others.", id="config.W001"))
        if checkout in path.parents:
            warnings.append(checks.Warning(f"{name}_FILE lies in the checkout.", id="config.W002"))
    return warnings
