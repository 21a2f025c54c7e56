"""Do operators see whether anybody receives what changes?"""

import signal
import subprocess
from collections.abc import Iterator

import pytest
from django.db import connection

from config import operators
from config.backups import programs
from config.children import spawn
from tests.servers import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slot(db, monkeypatch) -> Iterator[str]:
    """Slots belong to the whole server: every process of a run has its own."""
    name = f"backup_{connection.settings_dict['NAME']}"
    monkeypatch.setattr(operators, "SLOT", name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_create_physical_replication_slot(%s, true)", [name])
        yield name
        cursor.execute("SELECT pg_drop_replication_slot(%s)", [name])


def told(client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    of_backup = [line.split() for line in lines if line.startswith("forum_backup_")]
    return {name.removeprefix("forum_backup_"): float(value) for name, value in of_backup}


def test_who_has_no_follower_is_told_nothing(client):
    assert told(client) == {}


def test_what_nobody_receives_is_counted(client, slot):
    before = told(client)
    assert before["followed"] == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE extra AS SELECT repeat('x', 100) FROM generate_series(1, 1000)"
        )
        cursor.execute("DROP TABLE extra")
    assert told(client)["unreceived_bytes"] > before["unreceived_bytes"] + 100_000


def test_follower_is_seen(client, slot, tmp_path):
    database = connection.settings_dict
    address = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    binaries = programs.directory(connection.pg_version // 10_000)
    receiver = spawn(
        [str(binaries / "pg_receivewal"), f"--slot={slot}", f"--directory={tmp_path}"],
        stop_signal=signal.SIGINT,
        env=programs.environment_of(f"postgres://{address}/{database['NAME']}"),
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: told(client)["followed"] == 1)
    finally:
        receiver.send_signal(signal.SIGINT)
        receiver.wait()
    until(lambda: told(client)["followed"] == 0)
