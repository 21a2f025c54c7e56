"""Which tasks exist, and through which broker does the doorbell ring?"""

import os

from billiard import pool
from celery import Celery
from celery.signals import setup_logging, task_prerun
from django.db import close_old_connections
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)

# A child ends when its worker has heard of all that it did, or after so many tenths of a second:
# 300 by itself. A worker that stops hears no more of what was handed over and not begun, and waited
# those thirty seconds for its child. Nothing is lost: what needs doing is a row, not a message.
pool.GUARANTEE_MESSAGE_CONSUMPTION_RETRY_LIMIT = 30


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
