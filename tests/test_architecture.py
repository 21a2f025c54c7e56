"""Does the house stand as docs/architecture.md draws it?"""

import ast
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.routes import routes

ROOT = Path(__file__).resolve().parent.parent
APPS = ["config", "notifications", "moderation", "forum", "articles", "accounts"]


def python_files():
    for app in APPS:
        yield from (ROOT / app).rglob("*.py")


class ImportTests:
    def test_no_app_knows_an_outer_one(self):
        linter = Path(sys.executable).parent / "lint-imports"
        run = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr

    def test_nothing_is_imported_inside_functions(self):
        """Exceptions by name: code that must run before settings or apps exist."""
        allowed = {f"{app}/apps.py" for app in ("accounts", "forum", "moderation", "notifications")}
        found = []
        for path in python_files():
            name = str(path.relative_to(ROOT))
            if name in allowed or "/migrations/" in name:
                continue
            for function in ast.walk(ast.parse(path.read_text())):
                if isinstance(function, ast.FunctionDef):
                    found += [
                        f"{name}:{node.lineno}"
                        for node in ast.walk(function)
                        if isinstance(node, ast.Import | ast.ImportFrom)
                    ]
        assert found == []


class TextTests:
    def test_strings_are_marked_safe_in_one_file_only(self):
        marks = re.compile(r"mark_safe|SafeString\(|SafeText|\|\s*safe\b|autoescape\s+off|__html__")
        files = [*python_files(), *(ROOT / "templates").rglob("*.*")]
        found = {
            str(path.relative_to(ROOT))
            for path in files
            if path.suffix in {".py", ".html", ".txt"} and marks.search(path.read_text())
        }
        assert found <= {"forum/markup.py"}

    def test_no_markup_carries_script_or_style_inline(self):
        # A data block is not executed.
        script = r'<script(?! type="application/ld\+json">)(?![^>]*\ssrc=)'
        inline = re.compile(rf"<style|\sstyle=|\son[a-z]+=|{script}", re.IGNORECASE)
        found = [
            str(path.relative_to(ROOT))
            for path in (ROOT / "templates").rglob("*.html")
            if "mail" not in str(path.relative_to(ROOT)) and inline.search(path.read_text())
        ]
        assert found == []


class SettingTests:
    def test_every_setting_of_the_environment_is_explained(self):
        settings_file = (ROOT / "config/settings.py").read_text()
        asked = set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z_]+)\"", settings_file))
        for path in python_files():
            asked |= set(re.findall(r"\bos\.environ(?:\.get)?[\[(]\"([A-Z_]+)\"", path.read_text()))
        asked -= {"DJANGO_SETTINGS_MODULE", "MAKELEVEL"}
        example = (ROOT / ".env.example").read_text()
        explained = set(re.findall(r"^#?\s?([A-Z_]+)=", example, re.MULTILINE))
        assert asked
        assert asked - explained == set()

    def test_the_queue_carries_json_only(self, settings):
        assert settings.CELERY_ACCEPT_CONTENT == ["json"]
        assert settings.CELERY_TASK_SERIALIZER == "json"

    @pytest.mark.django_db
    def test_migrations_tell_the_whole_model(self):
        call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.django_db
class DeskTests:
    def test_every_desk_address_refuses_strangers_and_plain_readers(self, client, alice):
        desk = [where for where, _name, _pattern in routes() if where.startswith("moderation/")]
        assert len(desk) >= 4
        for where in desk:
            address = "/" + re.sub(r"<[^>]+>", "1", where)
            for person in (None, alice):
                client.logout()
                if person:
                    client.force_login(person)
                for method in (client.get, client.post):
                    assert method(address).status_code == 403, (address, person)
