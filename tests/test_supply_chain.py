"""Is foreign code what we pinned, and can nobody send us code that we run?"""

import ast
import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclonedx.model.bom import Bom
from django.conf import settings
from django.core.cache import caches
from kombu import serialization
from kombu.exceptions import ContentDisallowed

from config import auditing, checks, materials
from config.celery import app

CHECKOUT = Path(settings.BASE_DIR)
OURS = ("accounts", "articles", "bench", "config", "docs", "forum", "moderation", "notifications")
# What turns bytes into objects of any class, or runs text as code.
UNSAFE_MODULES = {
    "pickle",
    "cPickle",
    "_pickle",
    "dill",
    "cloudpickle",
    "shelve",
    "marshal",
    "joblib",
}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in OURS:
        for path in (CHECKOUT / folder).rglob("*.py"):
            if "/.peers/" not in str(path):
                yield path.relative_to(CHECKOUT), ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


class NoPickleTests:
    def test_no_module_imports_one_that_makes_objects_of_bytes(self):
        found = [f"{path}: {name}" for path, tree in sources() for name in imported(tree)
                 if name in UNSAFE_MODULES]  # fmt: skip
        assert found == []

    def test_no_text_is_run_as_code(self):
        found = [
            f"{path}:{node.lineno}"
            for path, tree in sources()
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in UNSAFE_CALLS
        ]
        assert found == []

    def test_celery_speaks_json_alone(self):
        assert set(app.conf.accept_content) == {"json"}
        assert set(app.conf.result_accept_content or app.conf.accept_content) == {"json"}
        for kind in ("task_serializer", "result_serializer", "event_serializer"):
            assert app.conf[kind] == "json"

    @pytest.mark.parametrize("kind", ["application/x-python-serialize", "application/x-yaml"])
    def test_a_message_in_another_language_is_not_read(self, kind):
        accepted = serialization.prepare_accept_content(app.conf.accept_content)
        with pytest.raises(ContentDisallowed):
            serialization.loads(b"cos\nsystem\n", kind, "binary", accept=accepted)

    def test_sessions_and_caches_are_json(self, monkeypatch, db):
        assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"

        def trap(*args: object, **kwargs: object) -> None:
            pytest.fail("something was pickled")

        for name in ("loads", "dumps"):
            monkeypatch.setattr(f"pickle.{name}", trap)
        for cache in caches.all() or [caches["default"], caches["pages"]]:
            cache.set("supply-chain", [1, "two"], 60)
            assert cache.get("supply-chain") == [1, "two"]


class LockTests:
    def test_every_package_has_one_version_and_hashes(self):
        found = materials.materials()
        assert len(found) > 60
        assert all(each.hashes for each in found.values())

    @pytest.mark.parametrize("name", list(materials.LOCK_FILES))
    def test_what_we_ask_for_is_locked(self, name):
        wanted = (CHECKOUT / name.replace(".txt", ".in")).read_text().splitlines()
        names = [materials.re.split(r"[\[<>=!~;, ]", line)[0].lower() for line in wanted
                 if line and not line.startswith(("#", "-"))]  # fmt: skip
        locked = {each.name for each in materials.read(CHECKOUT / name, scope="required")}
        assert [each for each in names if each not in locked] == []

    @pytest.mark.parametrize(
        "line",
        ["django>=5", "django==5.2.19", "-e .", "https://example.org/x.whl", "git+https://x.org/y"],
    )
    def test_a_line_without_version_or_hash_is_refused(self, tmp_path, line):
        (tmp_path / "requirements.txt").write_text(f"{line}\n")
        with pytest.raises(ValueError, match=r"requirements\.txt"):
            materials.read(tmp_path / "requirements.txt", scope="required")

    def test_installing_demands_hashes(self):
        rules = (CHECKOUT / "Makefile").read_text()
        installs = [line for line in rules.replace("\\\n", " ").splitlines()
                    if "pip install" in line or "pip sync" in line]  # fmt: skip
        assert installs
        assert all("--require-hashes" in line for line in installs)


class BillTests:
    def test_names_all_that_runs_and_what_it_needs(self):
        bill = materials.bill(materials.materials())
        assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
        by_name = {each["name"]: each for each in bill["components"]}
        django = by_name["django"]
        assert django["scope"] == "required"
        assert django["purl"] == f"pkg:pypi/django@{django['version']}"
        assert by_name["pytest"]["scope"] == "excluded"
        refs = [each["bom-ref"] for each in bill["components"]]
        needs = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
        assert {*refs, "site"} == needs.keys()
        assert len(refs) == len(set(refs))
        assert django["purl"] in needs["site"]
        assert any(ref.startswith("pkg:pypi/sqlparse@") for ref in needs[django["purl"]])

    def test_the_standards_own_library_reads_it(self):
        found = materials.materials()
        read = Bom.from_json(data=json.loads(json.dumps(materials.bill(found))))
        assert {(each.name, each.version) for each in read.components} == {
            (each.name, each.version) for each in found.values()
        }
        assert read.validate()

    def test_is_the_same_for_the_same_lock_files(self):
        first, second = (
            subprocess.run(
                [sys.executable, "-m", "config.materials"], cwd=CHECKOUT, capture_output=True,
                check=True,
            ).stdout
            for _turn in range(2)
        )  # fmt: skip
        assert first == second
        assert json.loads(first)["serialNumber"].startswith("urn:uuid:")


class AuditTests:
    CLEAN = {"name": "django", "version": "5.2", "vulns": []}
    FLAWED = {"name": "pillow", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
    SKIPPED = {"name": "nh3", "skip_reason": "not found"}

    @pytest.fixture
    def answers(self, monkeypatch):
        """What pip-audit prints, by service; text is an error."""

        def given(**by_service: list[dict] | str) -> None:
            def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
                said = by_service[command[command.index("--vulnerability-service") + 1]]
                out = "" if isinstance(said, str) else json.dumps({"dependencies": said})
                return subprocess.CompletedProcess(command, 1, out, str(said))

            monkeypatch.setattr(subprocess, "run", run)

        return given

    def test_a_known_flaw_fails(self, answers, capsys):
        answers(pypi=[self.CLEAN, self.FLAWED])
        assert auditing.main() == 1
        assert "pillow 1: PYSEC-1, mended in 2" in capsys.readouterr().out

    def test_all_clean_passes(self, answers, capsys):
        answers(pypi=[self.CLEAN])
        assert auditing.main() == 0
        assert "1 packages, 0 known flaws" in capsys.readouterr().out

    def test_what_nobody_knows_is_not_clean(self, answers, capsys):
        """pip-audit exits with 0 where an index answers 404 for every package."""
        answers(pypi=[self.SKIPPED, self.CLEAN], osv="no route to host")
        assert auditing.main() == 0
        assert "NOT DONE" in capsys.readouterr().out

    def test_and_fails_where_an_answer_is_required(self, answers, monkeypatch):
        monkeypatch.setenv("AUDIT", "required")
        answers(pypi="no route to host", osv="no route to host")
        assert auditing.main() == 1

    def test_the_second_service_is_asked_where_the_first_is_silent(self, answers, capsys):
        answers(pypi="no route to host", osv=[self.FLAWED])
        assert auditing.main() == 1
        assert "PYSEC-1" in capsys.readouterr().out


class SecretTests:
    SHOW = "from config import settings; print(settings.SECRET_KEY)"

    def test_a_secret_comes_from_a_file(self, tmp_path):
        file = tmp_path / "key"
        file.write_text("aus-einer-datei\n")
        shown = subprocess.run(
            [sys.executable, "-c", self.SHOW], cwd=CHECKOUT, capture_output=True, text=True,
            check=True, env={**environment(), "SECRET_KEY_FILE": str(file)},
        )  # fmt: skip
        assert shown.stdout == "aus-einer-datei\n"

    def test_a_file_that_is_missing_stops_the_start(self, tmp_path):
        shown = subprocess.run(
            [sys.executable, "-c", self.SHOW], cwd=CHECKOUT, capture_output=True, text=True,
            check=False, env={**environment(), "SECRET_KEY_FILE": str(tmp_path / "none")},
        )  # fmt: skip
        assert shown.returncode != 0
        assert "SECRET_KEY_FILE" in shown.stderr

    def test_deploying_warns_of_files_that_others_can_read(self, tmp_path, monkeypatch):
        file = tmp_path / "address"
        file.write_text("postgres://")
        monkeypatch.setenv("DATABASE_URL_FILE", str(file))
        file.chmod(0o440)
        assert [each.id for each in checks.secret_files_are_private(None)] == ["config.W001"]
        file.chmod(stat.S_IRUSR)
        assert checks.secret_files_are_private(None) == []

    def test_no_secret_is_in_the_checkout(self):
        tracked = subprocess.run(
            ["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True
        ).stdout.split("\0")
        assert ".env" not in tracked
        assert not [name for name in tracked if name.endswith((".pem", ".key", ".p12"))]
        example = (CHECKOUT / ".env.example").read_text().splitlines()
        values = dict(line.split("=", 1) for line in example if line and line[0] != "#")
        assert values["SECRET_KEY"] == values["ADMIN_PASSWORD"] == ""


def environment() -> dict[str, str]:
    return {"DEBUG": "1", "DATABASE_URL": "postgres://none/none", "REDIS_URL": "redis://none",
            "PATH": ""}  # fmt: skip
