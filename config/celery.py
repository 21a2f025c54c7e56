"""Which tasks exist, and through which broker does the doorbell ring?"""

import os

from celery import Celery
from celery.signals import setup_logging, task_prerun
from django.db import close_old_connections
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@task_prerun.connect
def leave_broken_connections(**kwargs) -> None:
    """As a request does: the next query finds out whether the database is still there.

    Else Celery would connect anew for every task, where PostgreSQL knows no table yet: planning a
    mail's query took it longer than all the rest (CELERY_DB_REUSE_MAX in settings).
    """
    close_old_connections()


@setup_logging.connect
def keep_django_logging(**kwargs) -> None:
    """Celery would set up its own; the site's JSON lines (config/logs.py) serve both."""
