"""Which rules of the desk hold now, and where?"""

from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import connection

from moderation.desk_rules.options import Kind, Options, default_of, options_of
from moderation.desk_rules.places import EVERYWHERE, Place
from moderation.desk_rules.wordlists import Word, Wordlist
from moderation.models import RuleSetting, WordlistEntry


@dataclass(frozen=True)
class Policy:
    """All that the desk has set, as of one moment. None: the rule is off there."""

    words: Wordlist
    settings: dict[tuple[Kind, Place], Options | None]

    def at(
        self, kind: Kind, *, topic_id: int | None = None, discussion_id: int | None = None
    ) -> Options | None:
        """The narrowest place that says anything decides, and as a whole."""
        places = [EVERYWHERE]
        if topic_id:
            places.insert(0, Place(topic_id=topic_id))
        if discussion_id:
            places.insert(0, Place(discussion_id=discussion_id))
        for place in places:
            if (kind, place) in self.settings:
                return self.settings[kind, place]
        return default_of(kind)

    def all_of(self, kind: Kind) -> list[Options]:
        """As it is set anywhere where it is on."""
        own = [options for (each, _place), options in self.settings.items() if each == kind]
        return [options for options in (self.at(kind), *own) if options is not None]

    def with_setting(self, kind: Kind, place: Place, options: Options | None) -> "Policy":
        """As it would be; nothing is saved."""
        return replace(self, settings=self.settings | {(kind, place): options})


@dataclass
class _Compiled:
    stamp: tuple[int, ...]
    policy: Policy


_compiled: _Compiled | None = None
_STAMP = """
    SELECT (SELECT count(*) FROM moderation_rulesetting),
        (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM moderation_rulesetting),
        count(*), coalesce(sum(xmin::text::bigint), 0)::bigint
    FROM moderation_wordlistentry WHERE retired_at IS NULL
"""


def current() -> Policy:
    """As the tables hold it now; asked once for each batch of work.

    Compiled once per process, and anew whenever a table has changed: each call asks with one small
    query how many rows there are and which transactions wrote them (xmin), so that it does not
    matter who changed what, how, or on which machine. Raises RuntimeError when a row, written past
    the forms, cannot be worked with: then nothing is read, and nothing is shown.
    """
    global _compiled  # noqa: PLW0603 - a cache whose truth are the tables
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        stamp = cursor.fetchone()
    if _compiled is None or _compiled.stamp != stamp:
        _compiled = _Compiled(stamp, Policy(_words(), _settings()))
    return _compiled.policy


def _words() -> Wordlist:
    rows = WordlistEntry.objects.listed().values_list(
        "folded", "match", "outcome", "ground", "pk", "topic_id", "discussion_id"
    )
    return Wordlist(Word(*row[:-2], Place(*row[-2:])) for row in rows)


def _settings() -> dict[tuple[Kind, Place], Options | None]:
    found: dict[tuple[Kind, Place], Options | None] = {}
    for row in RuleSetting.objects.newest():
        kind, place = Kind(row.kind), Place(row.topic_id, row.discussion_id)
        if row.state != RuleSetting.State.INHERIT:
            is_on = row.state == RuleSetting.State.ON
            found[kind, place] = _options(kind, row) if is_on else None
    return found


def _options(kind: Kind, row: RuleSetting) -> Options:
    try:
        return options_of(kind, row.options)
    except ValidationError as error:
        # Nobody who reads or writes could mend that: it is no error of theirs.
        raise RuntimeError(f"setting {row.pk} of a rule cannot be worked with") from error
