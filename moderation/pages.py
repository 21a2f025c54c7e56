"""How does a page of the house read: its text with today's figures, as safe HTML?

Figures come from the constants and settings that the code itself works with, so that text and code
cannot part. A line that needs a figure which the operator has not given is left out.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import nh3
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core import checks
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.formats import localize
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from accounts import exporting, leaving, sessions
from accounts.renaming import FORMER_NAMES_KEPT
from accounts.rules import BETWEEN_NAMES
from accounts.standing import REGULAR_AFTER, REGULAR_COMMENTS
from accounts.throttling import LONGEST_WINDOW
from accounts.upkeep import ADDRESSES_KEPT, UNCONFIRMED_FOR
from forum.markup import MAX_CHARACTERS, shown
from forum.ranking import DECADE_SECONDS, FEW, REPLY_WEIGHT
from forum.recommending import COUNTING_AGE
from forum.returning import MOST_REMEMBERED
from forum.upkeep import READ_MARKERS_KEPT, SUBMISSIONS_KEPT
from moderation import misuse, rulebook
from moderation.desk_rules import describing
from moderation.models import Edition
from moderation.noticing import PEOPLE_KEPT

FIGURE = re.compile(r"\{([a-z_]+)\}")
PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+.!<>|~-])")
# Who publishes, and who answers for it (§ 5 DDG, § 18 MStV): only the operator knows.
OPERATOR = ["PUBLISHER_NAME", "PUBLISHER_ADDRESS", "PUBLISHER_REPRESENTATIVE", "RESPONSIBLE_PERSON"]
Page = Edition.Page


def figures() -> dict[str, str]:
    """Name -> what stands in the text for it; empty where there is nothing to say."""
    counted: dict[str, int | str] = {
        "addresses_days": ADDRESSES_KEPT.days,
        "appeal_days": settings.MODERATION_APPEAL_WINDOW.days,
        "backups_days": settings.BACKUPS_KEPT.days,
        "closing_days": leaving.GRACE.days,
        "counting_hours": int(COUNTING_AGE.total_seconds() // 3600),
        "csrf_days": settings.CSRF_COOKIE_AGE // 86_400,
        "edit_minutes": int(settings.FORUM_EDIT_WINDOW.total_seconds() // 60),
        "few_recommendations": FEW,
        "export_days": exporting.KEPT.days,
        "former_names_days": FORMER_NAMES_KEPT.days,
        "limits_hours": int(LONGEST_WINDOW.total_seconds() // 3600),
        "longest_comment": MAX_CHARACTERS,
        "minimum_age": settings.MINIMUM_AGE,
        "misuse_days": misuse.WITHIN.days,
        "misuse_notice_weight": misuse.WEIGHT_OF_NOTICE,
        "misuse_pause_days": misuse.PAUSE.days,
        "misuse_percent": round(100 * misuse.SHARE_AT_LEAST),
        "misuse_reports": misuse.UNFOUNDED_AT_LEAST,
        "most_read_markers": MOST_REMEMBERED,
        "names_days": BETWEEN_NAMES.days,
        "notifications_days": settings.NOTIFICATIONS_KEPT.days,
        "notifier_days": PEOPLE_KEPT.days,
        "ranking_days": int(DECADE_SECONDS // 86_400),
        "read_markers_days": READ_MARKERS_KEPT.days,
        "regular_comments": REGULAR_COMMENTS,
        "regular_days": REGULAR_AFTER.days,
        "reply_percent": int(REPLY_WEIGHT * 100),
        "session_days": sessions.READER.idle.days,
        "session_longest_days": sessions.READER.longest.days,
        "staff_hours": int(sessions.STAFF.longest.total_seconds() // 3600),
        "staff_minutes": int(sessions.STAFF.idle.total_seconds() // 60),
        "submissions_days": SUBMISSIONS_KEPT.days,
        "unconfirmed_days": UNCONFIRMED_FOR.days,
        **describing.figures(),
    }
    named = {
        "authorities_email": settings.AUTHORITIES_EMAIL,
        "contact_email": settings.CONTACT_EMAIL,
        "contact_languages": _in_words(settings.CONTACT_LANGUAGES),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "data_processors": settings.DATA_PROCESSORS or _("none"),
        "data_protection_contact": settings.DATA_PROTECTION_CONTACT,
        "dispute_bodies": settings.DISPUTE_BODIES,
        "messages_cookie": CookieStorage.cookie_name,
        "publisher_address": settings.PUBLISHER_ADDRESS,
        "publisher_name": settings.PUBLISHER_NAME,
        "publisher_phone": settings.PUBLISHER_PHONE,
        "publisher_register": settings.PUBLISHER_REGISTER,
        "publisher_representative": settings.PUBLISHER_REPRESENTATIVE,
        "publisher_vat_id": settings.PUBLISHER_VAT_ID,
        "responsible_person": settings.RESPONSIBLE_PERSON,
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "site_name": settings.SITE_NAME,
        "supervisory_authority": settings.SUPERVISORY_AUTHORITY,
    }
    return {name: str(localize(count)) for name, count in counted.items()} | named


def filled(text: str) -> str:
    """The text with its figures, each as plain words; lines without theirs are left out."""
    known = figures()

    def plain(match: re.Match[str]) -> str:
        return PUNCTUATION.sub(r"\\\1", known[match[1]])

    return "\n".join(
        FIGURE.sub(plain, line)
        for line in text.split("\n")
        if all(known[name] for name in FIGURE.findall(line))
    )


def rendered(text: str) -> SafeString:
    """HTML of a text: paragraphs, headings, lists, emphasis, links; whatever it says of tags."""
    return shown(_cleaner.clean(_parser.render(filled(text))))


def refuse_unknown_figures(text: str) -> None:
    """So that no page ever shows a placeholder. Raises ValidationError."""
    if unknown := sorted(set(FIGURE.findall(text)) - figures().keys()):
        names = ", ".join(f"{{{name}}}" for name in unknown)
        raise ValidationError(_("There is no figure of that name: %(names)s.") % {"names": names})


# --- Where the pages are


def addresses() -> list[tuple[str, str]]:
    """Label and absolute address of each, for the foot of mails."""
    return [
        (str(page.label), f"{settings.SITE_URL}{reverse(f'moderation:{page}')}") for page in Page
    ]


# --- What has changed between two editions


@dataclass(frozen=True)
class Change:
    """A line that was there, or that is new."""

    is_new: bool
    line: str


def changes_between(former: Edition, edition: Edition) -> list[Change]:
    """Line by line, in both languages; lines that stay are not told."""
    compared = difflib.ndiff(list(_lines(former)), list(_lines(edition)))
    return [Change(line[0] == "+", line[2:]) for line in compared if line[0] in "+-"]


def _lines(edition: Edition) -> Iterator[str]:
    for clause in rulebook.clauses_of(edition):
        yield f"{clause.number}. {clause.noun_de}: {clause.text_de}"
        yield f"{clause.number}. {clause.noun_en}: {clause.text_en}"
    for text in (edition.text_de, edition.text_en):
        yield from (line for line in text.split("\n") if line.strip())


# --- For operators


def operator_is_named(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """`manage.py check --deploy`: an imprint without a publisher is against the law."""
    return [
        checks.Warning(
            f"{name} is missing: the imprint cannot name it.",
            hint="See .env.example.",
            id=f"moderation.W{number:03}",
        )
        for number, name in enumerate(OPERATOR, start=1)
        if not getattr(settings, name)
    ]


def _in_words(languages: list[str]) -> str:
    return ", ".join(str(get_language_info(code)["name_translated"]) for code in languages)


_parser = MarkdownIt("zero", {"html": False}).enable(
    ["heading", "list", "emphasis", "link", "escape", "newline"]
)
_cleaner = nh3.Cleaner(
    tags={"p", "h2", "h3", "ul", "ol", "li", "em", "strong", "a", "br"},
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener",
)
