"""How does a page of the house get a new wording? By a new edition; the former ones stay."""

import re
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from moderation import rules, signals
from moderation.models import Edition
from moderation.pages import refuse_unknown_figures

Page = Edition.Page
# Every process has heard of an edition before it holds (moderation/rulebook.py).
EARLIEST = timedelta(minutes=1)
TEXTS = Path(__file__).parent / "texts"
# The day from which the first editions hold, wherever the software is installed.
SHIPPED_FROM = datetime.fromisoformat("2026-11-22T00:00:00+01:00")
CODE_LENGTH = 40


@transaction.atomic
def write_edition(
    page: str,
    *,
    author: User,
    based_on: Edition,
    valid_from: datetime,
    text_de: str,
    text_en: str,
    clauses: list[dict[str, Any]],
    is_significant: bool = False,
    changes: str = "",
) -> Edition:
    """clauses: as in rulebook.Clause; one without a code is new, and gets its own for ever.

    Raises PermissionDenied, and ValidationError: code conflict when somebody has written another
    edition since `based_on` was read.
    """
    if refusal := rules.editing_refusal(author):
        raise PermissionDenied(refusal)
    newest = newest_locked(page)
    if newest is None or newest != based_on:
        raise ValidationError(
            _("Somebody has written another version meanwhile. Your text is still below."),
            code="conflict",
        )
    edition = Edition(
        page=page,
        version=free_version(page, valid_from),
        valid_from=valid_from,
        text_de=text_de,
        text_en=text_en,
        clauses=with_codes(clauses),
        is_significant=is_significant,
        changes=changes,
        written_by=author,
    )
    refuse_unsound(edition, former=newest)
    edition.save()
    signals.edition_written.send(sender=Edition, edition=edition)
    return edition


def newest_locked(page: str) -> Edition | None:
    """Asked again once the lock is ours: who had it before may have written a newer one."""
    Edition.objects.of(page).select_for_update(no_key=True).first()
    return Edition.objects.of(page).first()


def refuse_unsound(edition: Edition, *, former: Edition) -> None:
    """What can be mended in the form; the preview asks the same. Raises ValidationError."""
    errors: dict[str, Any] = {}
    if edition.valid_from < timezone.now() + EARLIEST:
        errors["valid_from"] = _("A version holds from a moment to come, not from the past.")
    elif edition.valid_from <= former.valid_from:
        errors["valid_from"] = _("A version follows the one before it in time.")
    if edition.is_significant and not edition.changes:
        errors["changes"] = _("Please tell readers what changes.")
    for name in ("text_de", "text_en"):
        try:
            refuse_unknown_figures(getattr(edition, name))
        except ValidationError as error:
            errors[name] = error
    if problem := clauses_problem(edition.clauses, former=former.clauses):
        errors["__all__"] = problem
    if errors:
        raise ValidationError(errors)


def clauses_problem(clauses: list[dict[str, Any]], *, former: list[dict[str, Any]]) -> str | None:
    """The sentence, or None. Codes stay, and what was a ground stays one: decisions, words and
    checks name them."""
    if not former:
        return _("This page has no clauses.") if clauses else None
    grounds = {clause["code"] for clause in former if clause["noun_de"]}
    codes = [clause["code"] for clause in clauses]
    if not {clause["code"] for clause in former} <= set(codes) or len(codes) != len(set(codes)):
        return _("A clause cannot be left out, for decisions name it. You can reword it.")
    for clause in clauses:
        is_new = clause["code"] not in {one["code"] for one in former}
        nouns = [bool(clause["noun_de"]), bool(clause["noun_en"])]
        if not all(nouns) and (any(nouns) or is_new or clause["code"] in grounds):
            return _("Clause %(number)s needs its short name in both languages.") % clause
        if not (clause["text_de"] and clause["text_en"]):
            return _("Clause %(number)s needs its text in both languages.") % clause
    if sorted(clause["number"] for clause in clauses) != list(range(1, len(clauses) + 1)):
        return _("Number the clauses from 1 to %(count)s, each number once.") % {
            "count": len(clauses)
        }
    return None


def with_codes(clauses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """New clauses get a code that no edition has ever had."""
    used = {
        clause["code"]
        for former in Edition.objects.of(Page.NETIQUETTE)
        for clause in former.clauses
    }
    coded = []
    for clause in clauses:
        is_known = clause["code"] in used
        code = clause["code"] if is_known else free_code(clause["noun_en"], used=used)
        used.add(code)
        coded.append(clause | {"code": code})
    return coded


def free_code(noun: str, *, used: set[str]) -> str:
    word = re.sub(r"\W+", "_", slugify(noun))[: CODE_LENGTH - 4] or "clause"
    candidates = [word, *(f"{word}_{number}" for number in range(2, 100))]
    return next(code for code in candidates if code not in used)


def free_version(page: str, valid_from: datetime) -> str:
    """The day, and for a second edition of that day its number."""
    day = timezone.localtime(valid_from).date().isoformat()
    taken = set(
        Edition.objects.filter(page=page, version__startswith=day).values_list("version", flat=True)
    )
    numbered = (f"{day}-{number}" for number in range(2, len(taken) + 2))
    return next(version for version in (day, *numbered) if version not in taken)


# --- What comes with the software


def ship() -> int:
    """How many editions are new. Runs after each migration (moderation/apps.py); again, it does
    nothing. A text that the house has written itself is never replaced."""
    if Edition._meta.db_table not in connection.introspection.table_names():
        return 0
    return sum(_ship_page(page) for page in Page)


def shipped(page: str) -> dict[str, Any]:
    """The fields of that page's edition, as the files have them."""
    texts = {
        f"text_{language}": (TEXTS / f"{page}.{language}.md").read_text(encoding="utf-8").strip()
        for language in ("de", "en")
    }
    rulebook = TEXTS / f"{page}.toml"
    clauses = tomllib.loads(rulebook.read_text("utf-8"))["clauses"] if rulebook.exists() else []
    return {"clauses": clauses, **texts}


@transaction.atomic
def _ship_page(page: str) -> bool:
    fields = shipped(page)
    newest = newest_locked(page)
    if newest is None:
        version = free_version(page, SHIPPED_FROM)
        Edition.objects.create(page=page, version=version, valid_from=SHIPPED_FROM, **fields)
        return True
    if newest.written_by_id or all(getattr(newest, name) == fields[name] for name in fields):
        return False
    valid_from = max(timezone.now(), newest.valid_from) + EARLIEST
    version = free_version(page, valid_from)
    Edition.objects.create(page=page, version=version, valid_from=valid_from, **fields)
    return True
