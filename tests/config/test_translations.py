"""Is everything the site says in German, and would a gap be noticed?"""

import gettext
from collections import Counter
from importlib.resources import files
from pathlib import Path

import polib
import pytest

from config.translations import (
    ROOT,
    Message,
    catalogues,
    collect,
    compile_catalogues,
    messages,
    missing,
)

PAGE = """{% load i18n %}
<p title="{% translate "Plain (in brackets)" %}">{% translate "Open" context "state" %}</p>
{{ name|default:_("Nobody") }}
{% blocktranslate trimmed count n=replies|length with who=name %}
  One reply to {{ who }}
{% plural %}
  {{ n }} replies to {{ who }}
{% endblocktranslate %}
{% comment %}{% translate "Not shown" %}{% endcomment %}
"""
CODE = """
from django.utils.translation import gettext_lazy as _, ngettext
SENTENCE = _("This discussion "
             "is closed.")
ngettext("%(n)d comment", "%(n)d comments", 3)
"""


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A project with one page, one module and an empty catalogue."""
    (tmp_path / "forum").mkdir()
    (tmp_path / "forum/rules.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text(PAGE)
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    (tmp_path / "locale/de/LC_MESSAGES").mkdir(parents=True)
    catalogue.save(str(tmp_path / "locale/de/LC_MESSAGES/django.po"))
    return tmp_path


def catalogue_of(paper: Path) -> polib.POFile:
    return polib.pofile(str(paper / "locale/de/LC_MESSAGES/django.po"))


def test_every_string_of_the_site_is_german():
    assert missing() == {}


def test_strings_are_found_in_code_and_templates(paper):
    assert set(messages(paper)) == {
        Message("This discussion is closed."),
        Message("%(n)d comment", "%(n)d comments"),
        Message("Plain (in brackets)"),
        Message("Open", context="state"),
        Message("Nobody"),
        Message("One reply to %(who)s", "%(n)s replies to %(who)s"),
    }


def test_collected_strings_are_missing_until_worded(paper):
    collect(paper)
    collect(paper)
    catalogue = catalogue_of(paper)
    assert len(catalogue) == len(missing(paper)) == 6
    for entry in catalogue:
        entry.msgstr = "" if entry.msgid_plural else f"{entry.msgid} auf Deutsch"
        entry.msgstr_plural = dict.fromkeys((0, 1), "Beiträge") if entry.msgid_plural else {}
    catalogue.save()
    assert missing(paper) == {}


def test_wording_with_an_unknown_placeholder_counts_as_missing(paper):
    collect(paper)
    catalogue = catalogue_of(paper)
    entry = catalogue.find("Nobody")
    assert entry
    entry.msgstr = "Niemand von %(paper)s"
    catalogue.save()
    assert Message("Nobody") in missing(paper)


def test_catalogue_compiles_without_a_system_gettext(paper):
    collect(paper)
    catalogue = catalogue_of(paper)
    entry = catalogue.find("Open", msgctxt="state")
    assert entry
    entry.msgstr = "Offen"
    catalogue.save()
    compile_catalogues(paper)
    with (paper / "locale/de/LC_MESSAGES/django.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).pgettext("state", "Open") == "Offen"


def entries() -> list[polib.POEntry]:
    return [entry for path in catalogues(ROOT, language="de") for entry in polib.pofile(str(path))]


def test_every_string_is_worded_in_one_catalogue():
    worded = Counter((entry.msgctxt, entry.msgid) for entry in entries())
    assert [message for message, places in worded.items() if places > 1] == []


def test_nothing_is_worded_that_nobody_reads():
    """Beside our own strings we word again what Django and allauth show."""
    shown = {message.text for message in messages()}
    for package in ("django", "allauth"):
        for path in Path(str(files(package))).rglob("locale/de/LC_MESSAGES/*.po"):
            shown |= {entry.msgid for entry in polib.pofile(str(path))}
    assert [entry.msgid for entry in entries() if entry.msgid not in shown] == []
