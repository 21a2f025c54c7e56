"""How does a rule of the desk read: what it does, how it is set, and since when?"""

from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Topic
from forum.models import Discussion
from moderation.desk_rules import policy
from moderation.desk_rules.options import Kind, Links, OpeningHours, Options, options_of
from moderation.models import RuleSetting

State = RuleSetting.State
# As many changes as a page shows, the newest.
LATEST = 50
EXPLAINED: dict[Kind, Promise] = {
    Kind.WORD_LIST: gettext_lazy(
        "Comments with words or phrases of the house’s list are held, or not printed at all."
    ),
    Kind.LINKS: gettext_lazy("Comments with more links than their author may set are held."),
    Kind.REPEATED_TEXT: gettext_lazy(
        "The same text from anybody, or nearly the same again from the same reader, is held."
    ),
    Kind.NEWCOMER: gettext_lazy("The first comments of a new reader are held."),
    Kind.REMOVAL_RATE: gettext_lazy(
        "Comments are held of readers of whose last 100 comments many had to be removed. "
        "Old ones count less, and few comments prove nothing."
    ),
    Kind.HEATED_THREAD: gettext_lazy(
        "Where many comments of a conversation were removed or reported shortly before, "
        "further ones are held until it has calmed down."
    ),
    Kind.OPENING_HOURS: gettext_lazy(
        "What is written while nobody of the desk is there is held, or can be sent later only."
    ),
    Kind.SENSITIVE_TOPIC: gettext_lazy(
        "Every comment is read before it appears: for a topic or a discussion that needs it."
    ),
    Kind.CLOSING_AGE: gettext_lazy(
        "Discussions under articles close so long after the article. "
        "One that is opened again by hand stays open."
    ),
}
OUTSIDE = {
    "hold": gettext_lazy("hold it until somebody reads it"),
    "refuse": gettext_lazy("refuse it, and say from when on it can be sent"),
}


@dataclass(frozen=True)
class Rule:
    """One line of the list of all rules. values: label and value of each figure, as set everywhere;
    elsewhere: places where it is set otherwise."""

    kind: Kind
    explanation: Promise
    is_on: bool
    values: list[tuple[str, str]]
    newest: RuleSetting | None
    elsewhere: list[RuleSetting]


def all_rules() -> list[Rule]:
    """Two queries."""
    held = policy.current()
    set_by_kind: dict[str, list[RuleSetting]] = {}
    for setting in RuleSetting.objects.newest().select_related(*_IN_VIEW):
        set_by_kind.setdefault(setting.kind, []).append(setting)
    return [_rule(kind, held.at(kind), set_by_kind.get(kind.value, [])) for kind in Kind]


def _rule(kind: Kind, options: Options | None, settings: list[RuleSetting]) -> Rule:
    return Rule(
        kind=kind,
        explanation=EXPLAINED[kind],
        is_on=options is not None,
        values=values(options),
        newest=next((one for one in settings if one.place is None), None),
        elsewhere=[one for one in settings if one.place and one.state != State.INHERIT],
    )


@dataclass(frozen=True)
class Change:
    """One line of a rule's history."""

    setting: RuleSetting
    values: list[tuple[str, str]]


def changes(kind: Kind) -> list[Change]:
    """In all places, the newest first. One query."""
    settings = RuleSetting.objects.filter(kind=kind).select_related(*_IN_VIEW).order_by("-pk")
    return [Change(one, _values_then(kind, one)) for one in settings[:LATEST]]


def _values_then(kind: Kind, setting: RuleSetting) -> list[tuple[str, str]]:
    """Nothing of figures that an earlier version of the software knew, and this one does not."""
    if setting.state != State.ON:
        return []
    try:
        return values(options_of(kind, setting.options))
    except ValidationError:
        return []


def newest(kind: Kind, *, topic: Topic | None, discussion: Discussion | None) -> RuleSetting | None:
    """What is set in that very place."""
    return RuleSetting.objects.of(kind, topic=topic, discussion=discussion).first()


def values(options: Options | None) -> list[tuple[str, str]]:
    """Label and value of each figure, as people read them."""
    if options is None:
        return []
    told = [
        (str(each.metadata["label"]), str(getattr(options, each.name)))
        for each in fields(options)
        if "label" in each.metadata
    ]
    if isinstance(options, Links) and options.free_hosts:
        told.append((_("Servers that are never counted"), ", ".join(options.free_hosts)))
    if isinstance(options, OpeningHours):
        days = ", ".join(str(WEEKDAYS[day]) for day in options.days)
        told += [
            (_("Opening hours"), _("%(opens)s to %(closes)s") % vars(options)),
            (_("Days"), _("every day") if len(options.days) == len(WEEKDAYS) else days),
            (_("Outside these hours"), str(OUTSIDE[options.outside])),
        ]
    return told


def figures() -> dict[str, int | str]:
    """Name -> figure of a rule, for the pages of the house: as it is set everywhere, empty where it
    is off, so that they say of nothing that it is checked if it is not. One query."""
    held = policy.current()

    def of(kind: Kind, name: str) -> int | str:
        return getattr(held.at(kind), name, "")

    return {
        "closes_at": of(Kind.OPENING_HOURS, "closes"),
        "closing_days_of_articles": of(Kind.CLOSING_AGE, "days"),
        "heated_comments": of(Kind.HEATED_THREAD, "contested"),
        "heated_minutes": of(Kind.HEATED_THREAD, "minutes"),
        "links_new": of(Kind.LINKS, "new"),
        "links_regular": of(Kind.LINKS, "regular"),
        "links_trusted": of(Kind.LINKS, "trusted"),
        "newcomer_comments": of(Kind.NEWCOMER, "comments"),
        "opens_at": of(Kind.OPENING_HOURS, "opens"),
        "removal_comments": of(Kind.REMOVAL_RATE, "at_least"),
        "removal_percent": of(Kind.REMOVAL_RATE, "percent"),
    }


_IN_VIEW = ("set_by", "topic", "discussion__article", "discussion__topic")
