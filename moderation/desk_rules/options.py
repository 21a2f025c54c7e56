"""What can be set for each rule of the desk, and what holds where nobody has set anything?

Options are made whole or not at all: figures that a check could not work with raise
ValidationError, whether they come from a form or out of the table.
"""

import re
from dataclasses import asdict, dataclass, field, fields
from datetime import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation.models import RuleSetting

Kind = RuleSetting.Kind
MOST_HOSTS = 100
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,20}")
WEEK = tuple(range(7))


def number(default: int, *, least: int, most: int, label: str | Promise) -> Any:
    """A whole number of a rule, as its form asks for it."""
    return field(default=default, metadata={"least": least, "most": most, "label": label})


@dataclass(frozen=True)
class Options:
    """Those of a rule that has none, and what is true of all."""

    def __post_init__(self) -> None:
        for each in fields(self):
            if "least" in each.metadata:
                refuse_beyond(each.name, getattr(self, each.name), **each.metadata)


def refuse_beyond(name: str, value: Any, *, least: int, most: int, label: Any) -> None:
    if type(value) is not int or not least <= value <= most:
        raise ValidationError(
            {name: _("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most}}
        )


@dataclass(frozen=True)
class Links(Options):
    new: int = number(0, least=0, most=50, label=gettext_lazy("Links allowed to new readers"))
    regular: int = number(
        3, least=0, most=50, label=gettext_lazy("Links allowed to regular readers")
    )
    trusted: int = number(
        5, least=0, most=50, label=gettext_lazy("Links allowed to trusted readers")
    )
    # Never counted, with all that lies below them: example.org is www.example.org, too.
    free_hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.free_hosts) > MOST_HOSTS or not all(map(HOST.fullmatch, self.free_hosts)):
            raise ValidationError(
                {"free_hosts": _("At most 100 names of servers, one a line, such as example.org.")}
            )

    def allowed(self, standing: str) -> int:
        return {
            User.Standing.NEW: self.new,
            User.Standing.REGULAR: self.regular,
            User.Standing.TRUSTED: self.trusted,
        }[User.Standing(standing)]


@dataclass(frozen=True)
class RepeatedText(Options):
    days: int = number(7, least=1, most=90, label=gettext_lazy("Looks back for so many days"))
    # Shorter texts are alike by chance: "Danke für den Artikel!"
    from_length: int = number(
        40, least=10, most=1_000, label=gettext_lazy("Texts from so many characters on")
    )
    alike_percent: int = number(
        70, least=50, most=100, label=gettext_lazy("Own texts that are alike by so many per cent")
    )


@dataclass(frozen=True)
class Newcomer(Options):
    comments: int = number(
        2, least=1, most=20, label=gettext_lazy("So many first comments of a reader")
    )


@dataclass(frozen=True)
class RemovalRate(Options):
    percent: int = number(
        30, least=5, most=100, label=gettext_lazy("From so many per cent removed on")
    )
    at_least: int = number(5, least=2, most=100, label=gettext_lazy("Of at least so many comments"))
    half_life_days: int = number(
        60, least=1, most=365, label=gettext_lazy("After so many days a comment counts half")
    )


@dataclass(frozen=True)
class HeatedThread(Options):
    contested: int = number(
        5, least=2, most=100, label=gettext_lazy("From so many removed or reported comments on")
    )
    minutes: int = number(60, least=5, most=1_440, label=gettext_lazy("Within so many minutes"))


@dataclass(frozen=True)
class OpeningHours(Options):
    """Times of the newspaper's clock, "07:00"; closing before opening means the next day."""

    opens: str = "07:00"
    closes: str = "22:00"
    # Weekdays on which it opens, 0 is Monday.
    days: tuple[int, ...] = WEEK
    # What becomes of a text: "hold" it until somebody reads it, or "refuse" it, for later.
    outside: str = "hold"

    def __post_init__(self) -> None:
        times = {name: clock(getattr(self, name)) for name in ("opens", "closes")}
        if bad := [name for name, found in times.items() if found is None]:
            raise ValidationError({name: _("A time such as 07:00.") for name in bad})
        if not self.days or not set(self.days) <= set(WEEK):
            raise ValidationError({"days": _("Please choose a day: it would never open.")})
        if times["opens"] == times["closes"]:
            raise ValidationError({"closes": _("It would never open: both times are the same.")})
        if self.outside not in {"hold", "refuse"}:
            raise ValidationError({"outside": _("Please choose.")})


def clock(text: str) -> time | None:
    if not re.fullmatch(r"\d\d:\d\d", text):
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class ClosingAge(Options):
    days: int = number(
        14, least=1, most=3_650, label=gettext_lazy("So many days after the article appeared")
    )


OPTIONS: dict[Kind, type[Options]] = {
    Kind.WORD_LIST: Options,
    Kind.LINKS: Links,
    Kind.REPEATED_TEXT: RepeatedText,
    Kind.NEWCOMER: Newcomer,
    Kind.REMOVAL_RATE: RemovalRate,
    Kind.HEATED_THREAD: HeatedThread,
    Kind.OPENING_HOURS: OpeningHours,
    Kind.SENSITIVE_TOPIC: Options,
    Kind.CLOSING_AGE: ClosingAge,
}
# What screened before anybody could set anything.
ON_BY_DEFAULT = {Kind.WORD_LIST, Kind.LINKS, Kind.REPEATED_TEXT}


def default_of(kind: Kind) -> Options | None:
    """None: the rule is off until somebody switches it on."""
    is_on = kind in ON_BY_DEFAULT
    if kind == Kind.NEWCOMER:
        is_on = settings.MODERATION_HOLD_NEWCOMERS
    return OPTIONS[kind]() if is_on else None


def options_of(kind: Kind, stored: dict[str, Any]) -> Options:
    """Out of a form or a row. Raises ValidationError by field."""
    made = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
    }
    try:
        return OPTIONS[kind](**made)
    except TypeError as error:
        raise ValidationError(_("This rule cannot be set like that.")) from error


def stored(options: Options) -> dict[str, Any]:
    """For the row's JSON."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(options).items()
    }
