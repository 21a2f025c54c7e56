"""Which settings does the rig's site run with? Production's, and one app that comes last.

FAULTS_PACE divides the product's patience (leases, pauses, limits of tasks): 1 is production's own.
"""

import os

from config.settings import *  # noqa: F403 - all of production's
from config.settings import (
    CELERY_BEAT_SCHEDULE,
    CELERY_BROKER_TRANSPORT_OPTIONS,
    CELERY_TASK_SOFT_TIME_LIMIT,
    CELERY_TASK_TIME_LIMIT,
    INSTALLED_APPS,
)

FAULTS_PACE = int(os.environ.get("FAULTS_PACE", "1"))

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.inside.apps.Inside"]
CELERY_TASK_SOFT_TIME_LIMIT /= FAULTS_PACE
CELERY_TASK_TIME_LIMIT /= FAULTS_PACE
CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] /= FAULTS_PACE
for _line in CELERY_BEAT_SCHEDULE.values():
    _line["schedule"] = max(_line["schedule"] / FAULTS_PACE, 1)
    _line["options"] = {"expires": _line["schedule"]}
