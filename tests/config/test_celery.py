"""Does a worker keep its connection to PostgreSQL from task to task, unless it is broken?"""

import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_prerun
from django.db import connection, connections

from config.celery import app
from moderation.tasks import screen_waiting

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_it_keeps_its_connection(between_tasks, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
    connection.close()
    first = backend()
    between_tasks()
    assert backend() == first


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
