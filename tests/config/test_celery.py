"""Does a worker keep its connection between tasks, and does it stop when it is told to?"""

import os
import signal
import time
from pathlib import Path

import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_prerun
from django.conf import settings
from django.db import connection, connections

from config.celery import app
from moderation.tasks import screen_waiting
from tests.servers import own_redis, own_worker, until

# One of Celery's own tasks: it needs no database.
TASK, QUEUE = "celery.accumulate", "upkeep"
SOON = 20  # seconds; by itself a child waits for thirty


@pytest.fixture
def between_tasks():
    """What Celery does before and after a task in a worker."""
    worker = DjangoWorkerFixup(app)

    def run() -> None:
        worker.on_task_postrun(sender=screen_waiting)
        task_prerun.send(sender=screen_waiting)
        worker.on_task_prerun(sender=screen_waiting)

    return run


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_it_keeps_its_connection(between_tasks, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
    connection.close()
    first = backend()
    between_tasks()
    assert backend() == first


@pytest.mark.django_db(transaction=True)
def test_it_connects_anew_where_the_database_was_away(between_tasks, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
    connection.close()
    first = backend()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    other.close()
    between_tasks()
    assert backend() != first


def test_a_worker_stops_soon_although_its_child_has_only_just_begun(tmp_path):
    with (
        own_redis(tmp_path) as redis,
        own_worker(redis, pool="prefork") as worker,
        # Not the application's own: that may be an earlier test's, to the usual Redis.
        app.connection_for_write(redis.url) as broker,
    ):
        taken = f"{settings.KEY_PREFIX}:unacked"
        app.send_task(TASK, [1], queue=QUEUE, connection=broker)
        until(lambda: not redis.client.exists(f"{settings.KEY_PREFIX}:{QUEUE}", taken))

        child = int(Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text())
        os.kill(child, signal.SIGSTOP)
        app.send_task(TASK, [2], queue=QUEUE, connection=broker)
        until(lambda: redis.client.exists(taken))
        time.sleep(0.5)  # until the child has it, too
        worker.send_signal(signal.SIGTERM)
        time.sleep(2)  # until the worker has given up what nobody has begun
        os.kill(child, signal.SIGCONT)
        assert worker.wait(SOON) == 0
