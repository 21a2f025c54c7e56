"""What does the newsroom read when it hands over files?"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article

EXAMPLE = Path(__file__).with_name("example.txt")
pytestmark = pytest.mark.django_db


def run(*paths: Path) -> tuple[str, str]:
    """What stood on standard output and on standard error."""
    out, err = StringIO(), StringIO()
    call_command("import_article", *map(str, paths), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(*paths: Path) -> tuple[str, str]:
    """What stood on standard error, and the last word."""
    err = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_article", *map(str, paths), stdout=StringIO(), stderr=err)
    assert error.value.returncode == 1
    return err.getvalue(), str(error.value)


def test_each_article_is_listed_with_its_address():
    out, err = run(EXAMPLE)
    assert Article.objects.get().get_absolute_url() in out
    assert err == ""


def test_a_file_that_does_not_fit_is_named_and_the_others_get_in(tmp_path):
    misfit = tmp_path / "notiz.txt"
    misfit.write_text("Nur eine Zeile")
    err, last = refused(misfit, EXAMPLE, tmp_path / "fehlt.txt")
    assert f"{misfit}, Zeile 1: Die Datei endet" in err
    assert f"{tmp_path / 'fehlt.txt'}: No such file" in err
    assert last == "2 Dateien wurden abgelehnt; von ihnen ist nichts gespeichert."
    assert Article.objects.count() == 1


def test_a_file_that_is_not_utf8_is_refused_with_the_line(tmp_path):
    latin = tmp_path / "latin.txt"
    latin.write_bytes("Rat\r\n\r\nBürger".encode("latin-1"))
    err, last = refused(latin)
    assert "Zeile 3: Das ist kein UTF-8." in err
    assert last == "1 Datei wurde abgelehnt; von ihr ist nichts gespeichert."


def test_a_byte_order_mark_is_read_over(tmp_path):
    marked = tmp_path / "marked.txt"
    marked.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.read_bytes())
    run(marked, EXAMPLE)
    assert Article.objects.get().kicker == "Umbau der Uferstraße"
