"""Which strings does the site show, and are they all German, too?

python -m config.translations             compile every catalogue (no system gettext needed)
python -m config.translations --missing   list what has no German wording; exit 1 if any
python -m config.translations --collect   add what is missing to the catalogue, to be worded
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("LC_MESSAGES/django.po")
# Folders of the project that show nothing to readers.
SILENT = {"bench", "deploy", "docs", "locale", "static", "tests"}
# Function: which of its arguments are context, text and plural.
GETTEXT = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
STRING = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
CALL = re.compile(rf"\b(?:_|n?p?gettext)\((?:{STRING}|[^()'\"])*\)", re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)|%s|%d|\{\w*\}")


class Message(NamedTuple):
    """What gettext looks up: the English wording, its plural and its context."""

    text: str
    plural: str = ""
    context: str = ""


def compile_catalogues(root: Path = ROOT) -> None:
    """Write the .mo file beside each catalogue that has none, or an older one."""
    for source in catalogues(root, language="*"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = source.with_suffix(".mo.draft")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)


def catalogues(root: Path, *, language: str) -> list[Path]:
    return [
        path
        for folder in (root, *root.glob("[a-z]*"))
        for path in folder.glob(f"locale/{language}/{CATALOGUE}")
    ]


def messages_in(tree: ast.AST) -> Iterator[Message]:
    """Every gettext call whose wording stands in the source."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        function = call.func
        name = function.attr if isinstance(function, ast.Attribute) else ""
        name = function.id if isinstance(function, ast.Name) else name
        places = GETTEXT.get(re.sub("_(lazy|noop)$", "", name))
        if not places:
            continue
        words = [
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
            for part in call.args
        ]
        context, text, plural = (
            words[place] if place is not None and place < len(words) else "" for place in places
        )
        if text:
            yield Message(text, plural, context)


def messages(root: Path = ROOT) -> dict[Message, str]:
    """Every string that is to be translated, with one file that shows it."""
    found: dict[Message, str] = {}
    for folder in root.glob("[a-z]*/"):
        if folder.name in SILENT:
            continue
        for path in sorted(folder.rglob("*")):
            place = str(path.relative_to(root))
            if path.suffix == ".py":
                calls = [path.read_text()]
            elif path.suffix in {".html", ".txt", ".svg", ".xml"} and "templates" in path.parts:
                # templatize() leaves the calls standing among X-ed out markup.
                calls = CALL.findall(templatize(path.read_text(), origin=place))
            else:
                continue
            for call in calls:
                for message in messages_in(ast.parse(call)):
                    found.setdefault(message, place)
    return found


def worded(root: Path = ROOT, *, language: str = "de") -> dict[Message, list[str]]:
    """Every string with its wordings: one, or one for each plural form."""
    return {
        Message(entry.msgid, entry.msgid_plural, entry.msgctxt or ""): list(
            entry.msgstr_plural.values()
        )
        or [entry.msgstr]
        for path in catalogues(root, language=language)
        for entry in polib.pofile(str(path)).translated_entries()
    }


def missing(root: Path = ROOT) -> dict[Message, str]:
    """Strings without German wording, or with one whose placeholders would not be filled."""
    german = worded(root)
    return {
        message: place
        for message, place in messages(root).items()
        if message not in german
        or any(
            not set(PLACEHOLDER.findall(wording))
            <= set(PLACEHOLDER.findall(message.text + message.plural))
            for wording in german[message]
        )
    }


def collect(root: Path = ROOT) -> None:
    """Add what is missing to the catalogue of its app, or of the project, without wording."""
    for message, place in missing(root).items():
        own = root / Path(place).parts[0] / "locale/de" / CATALOGUE
        path = own if own.exists() else root / "locale/de" / CATALOGUE
        catalogue = polib.pofile(str(path))
        entry = polib.POEntry(
            msgid=message.text, msgctxt=message.context or None, occurrences=[(place, "")]
        )
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = {0: "", 1: ""}
        if not catalogue.find(message.text, msgctxt=message.context or False):
            catalogue.append(entry)
            catalogue.save()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.translations")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--collect", action="store_true")
    options = parser.parse_args()
    if options.collect:
        collect()
    if not options.missing:
        compile_catalogues()
        return 0
    lacking = missing()
    for message, place in lacking.items():
        print(f"{place}: {message.text!r}", f"({message.context})" if message.context else "")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
