"""How does a reader get a copy of everything that is kept about him (GDPR art. 15 and 20)?

The row is the job. It is claimed by committing an attempt and a lease, worked on without any lock,
and its files are stored if it still waits. Rows are read in pieces and written compressed, so that
ten thousand comments cost little memory.
"""

import gzip
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import signals
from accounts.models import PersonalDataExport, User
from accounts.throttling import throttle

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
ATTEMPTS = 5
# Longer than the task may run (accounts/tasks.py).
LEASE = timedelta(seconds=330)
# After a failure: one, two, four, eight minutes.
BACKOFF = timedelta(seconds=30)
# How many rows are read at a time.
CHUNK = 500
# Stands where the sections go into the page; no text of the frame has it.
HERE = "\x1f"

Entry = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """All rows of one kind that are about him.

    Entries are dictionaries of plain values, or lists of further ones; they are read once, so that
    they may come from an iterator. What has no label is in the JSON file only.
    """

    name: str
    title: str
    labels: "dict[str, StrOrPromise]"
    entries: Iterable[Entry]


@transaction.atomic
def request_export(reader: User) -> PersonalDataExport:
    """A copy is to be made; while one waits already it is that one.

    Raises ValidationError "too_fast". The suspended may ask like everybody.
    """
    if waiting := PersonalDataExport.objects.waiting().filter(reader=reader).first():
        return waiting
    throttle("export", reader=reader)
    export, _is_new = PersonalDataExport.objects.get_or_create(
        reader=reader, prepared_at=None, set_aside_at=None
    )
    return export


def prepare_next() -> None:
    """The one that has waited longest. One a round: what fails holds nobody else up."""
    export = (
        PersonalDataExport.objects.due(timezone.now())
        .select_related("reader")
        .order_by("requested_at", "pk")
        .first()
    )
    if export:
        prepare(export)


def prepare(export: PersonalDataExport) -> None:
    """Make the copy, and announce it. Does nothing while another one does."""
    if export.attempts >= ATTEMPTS:
        set_aside(export)
        return
    if not claim(export):
        return
    try:
        with translation.override(settings.LANGUAGE_CODE):
            json_file, html_file = files_of(export.reader)
    except Exception:
        try_again_later(export)
        raise
    store(export, json_file=json_file, html_file=html_file)


def claim(export: PersonalDataExport) -> bool:
    """Whether it is ours. Committed before the work: a copy that kills its worker counts."""
    now = timezone.now()
    claimed = PersonalDataExport.objects.due(now).filter(pk=export.pk, attempts__lt=ATTEMPTS)
    return claimed.update(attempts=F("attempts") + 1, leased_until=now + LEASE) == 1


def try_again_later(export: PersonalDataExport) -> None:
    pause = BACKOFF * 2 ** (export.attempts + 1)
    PersonalDataExport.objects.waiting().filter(pk=export.pk).update(
        leased_until=timezone.now() + pause
    )


def set_aside(export: PersonalDataExport) -> None:
    """Five attempts have failed: operators find it in the log and in the metrics."""
    now = timezone.now()
    if PersonalDataExport.objects.due(now).filter(pk=export.pk).update(set_aside_at=now):
        logger.error("export set aside", extra={"export": export.pk})


@transaction.atomic
def store(export: PersonalDataExport, *, json_file: bytes, html_file: bytes) -> None:
    """Once, however many have worked on it; not at all when the account has been closed."""
    stored = (
        PersonalDataExport.objects.waiting()
        .filter(pk=export.pk)
        .update(prepared_at=timezone.now(), json_file=json_file, html_file=html_file)
    )
    if stored:
        logger.info("export prepared", extra={"export": export.pk})
        signals.export_prepared.send(sender=PersonalDataExport, export=export)


def sections_of(reader: User) -> Iterator[Section]:
    """Of all apps, this one first."""
    yield from personal_data_of(reader)
    answers = signals.personal_data_requested.send(sender=User, reader=reader)
    # Receivers are asked outermost first; what he wrote comes before what was said about it.
    for _receiver, sections in reversed(answers):
        yield from sections


def personal_data_of(reader: User) -> list[Section]:
    """The rows of this app and of allauth. Of passwords and second factors no secrets."""
    return [
        Section(
            "profile",
            _("Account"),
            {
                "name": _("Public name"),
                "email": _("E-mail address"),
                "joined_at": _("Joined"),
                "last_login": _("Last sign-in"),
                "standing": _("Standing"),
                "published_count": _("Published comments"),
                "reply_mail_agreed_at": _("Agreed to mails about replies"),
                "warned_at": _("Warned"),
                "read_first_at": _("Read before publication since"),
                "read_first_until": _("Read before publication until"),
                "suspended_at": _("Suspended since"),
                "suspended_until": _("Suspended until"),
                "suspension_ground": _("Ground of the suspension"),
                "renamed_at": _("Name changed"),
                "closing_at": _("Account closes"),
            },
            [profile_of(reader)],
        ),
        Section(
            "former_names",
            _("Former names"),
            {"name_skeleton": _("What the name looked like"), "given_up_at": _("Given up")},
            [
                {"name_skeleton": former.name_skeleton, "given_up_at": former.given_up_at}
                for former in reader.former_names.order_by("pk")
            ],
        ),
        Section(
            "addresses",
            _("E-mail addresses"),
            {"email": _("E-mail address"), "verified": _("Confirmed"), "primary": _("In use")},
            EmailAddress.objects.filter(user=reader).values("email", "verified", "primary"),
        ),
        Section(
            "sessions",
            _("Where you are signed in"),
            {
                "created_at": _("Since"),
                "last_seen_at": _("Last seen"),
                "user_agent": _("Device"),
                "ip": _("Address"),
            },
            UserSession.objects.filter(user=reader).values(
                "created_at", "last_seen_at", "user_agent", "ip"
            ),
        ),
        Section(
            "second_factors",
            _("Second factors"),
            {"type": _("Kind"), "created_at": _("Since"), "last_used_at": _("Last used")},
            (
                {
                    "type": Authenticator.Type(factor.type),
                    "created_at": factor.created_at,
                    "last_used_at": factor.last_used_at,
                }
                # The worker may not read what a factor keeps (config/roles/rights.py).
                for factor in Authenticator.objects.filter(user=reader)
                .only("type", "created_at", "last_used_at")
                .order_by("pk")
            ),
        ),
        Section(
            "exports",
            _("Copies of your data"),
            {"requested_at": _("Requested"), "prepared_at": _("Prepared")},
            [
                {"requested_at": export.requested_at, "prepared_at": export.prepared_at}
                for export in reader.exports.without_files().order_by("pk")
            ],
        ),
    ]


def profile_of(reader: User) -> Entry:
    return {
        "name": reader.name,
        "email": reader.email,
        "joined_at": reader.joined_at,
        "last_login": reader.last_login,
        "standing": User.Standing(reader.standing),
        "published_count": reader.published_count,
        "reply_mail_agreed_at": reader.reply_mail_agreed_at,
        "warned_at": reader.warned_at,
        "read_first_at": reader.read_first_at,
        "read_first_until": reader.read_first_until,
        "suspended_at": reader.suspended_at,
        "suspended_until": reader.suspended_until,
        "suspension_ground": reader.suspension_ground,
        "renamed_at": reader.renamed_at,
        "closing_at": reader.closing_at,
        "keeps_texts": reader.keeps_texts,
    }


# --- How it is written


def files_of(reader: User) -> tuple[bytes, bytes]:
    """The copy for machines and the one for people, compressed; each row is read once."""
    machine, people = BytesIO(), BytesIO()
    with opened(machine) as as_json, opened(people) as as_html:
        context = {"reader": reader, "now": timezone.now(), "SITE_NAME": settings.SITE_NAME}
        head, _here, foot = render_to_string(
            "accounts/data/document.html", context | {"here": HERE}
        ).partition(HERE)
        as_html.write(head)
        as_json.write("{")
        for number, section in enumerate(sections_of(reader)):
            as_json.write(f"{',' if number else ''}\n{json.dumps(section.name)}: [")
            write_section(section, as_json, as_html)
            as_json.write("]")
        as_json.write("\n}\n")
        as_html.write(foot)
    return machine.getvalue(), people.getvalue()


def opened(target: BytesIO) -> TextIOWrapper:
    return gzip.open(target, "wt", encoding="utf-8")


def write_section(section: Section, as_json: TextIOWrapper, as_html: TextIOWrapper) -> None:
    as_html.write(render_to_string("accounts/data/_title.html", {"section": section}))
    is_empty = True
    for entry in section.entries:
        written = json.dumps(entry, cls=DjangoJSONEncoder, ensure_ascii=False)
        as_json.write(f"{'' if is_empty else ','}\n  {written}")
        lines = lines_of(entry, section.labels)
        as_html.write(render_to_string("accounts/data/_entry.html", {"lines": lines}))
        is_empty = False
    if is_empty:
        as_html.write(render_to_string("accounts/data/_nothing.html"))


def lines_of(entry: Entry, labels: "dict[str, StrOrPromise]") -> list[dict[str, Any]]:
    """What people read of an entry: label and text, or label and further entries."""
    lines: list[dict[str, Any]] = []
    for key, label in labels.items():
        value = entry.get(key)
        if isinstance(value, list):
            lines += [{"label": label, "lines": lines_of(each, labels)} for each in value]
        elif value not in {None, ""}:
            lines.append({"label": label, "text": shown(value)})
    return lines


def shown(value: Any) -> str:
    """As it is written for people: times in the site's zone, words for codes."""
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(getattr(value, "label", value))
