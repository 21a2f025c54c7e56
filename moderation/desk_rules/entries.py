"""How do seniors put words on the house's list, many at a time, and take one off?"""

import unicodedata

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.formats import localize
from django.utils.translation import gettext as _

from accounts.models import User
from moderation import rules
from moderation.deciding import conflict
from moderation.desk_rules.places import Place
from moderation.desk_rules.setting import said
from moderation.desk_rules.trying import Trial
from moderation.desk_rules.wordlists import Word, folded_entry, retire
from moderation.models import WordlistEntry

# As many as the figures of the bench are good for.
MOST_ENTRIES = 5_000
# Shares of the comments that a trial has read.
BROAD, TOO_BROAD = 0.05, 0.5
# Controls, marks of direction and what has no width: nobody would see why an entry never hits.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
# A name of the lock under which entries are counted and added.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('moderation word list'))"


def words_in(
    text: str,
    *,
    match: str,
    outcome: str,
    ground: str,
    place: Place,
) -> dict[str, Word]:
    """As typed -> what is looked for; one entry a line, empty lines and repetitions left out.

    Raises ValidationError, which names the line and never repeats it.
    """
    found: dict[str, Word] = {}
    folded_before: set[str] = set()
    lines = [line.strip() for line in text.split("\n")]
    if sum(map(bool, lines)) > MOST_ENTRIES:
        raise too_many(0)
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        folded = folded_line(line, number=number)
        if folded not in folded_before:
            found[line] = Word(folded, match, outcome, ground, place=place)
        folded_before.add(folded)
    if not found:
        raise ValidationError(_("Please write at least one word."))
    return found


def folded_line(line: str, *, number: int) -> str:
    if any(unicodedata.category(sign) in UNSEEN for sign in line):
        raise ValidationError(
            _("Line %(number)s contains signs that cannot be seen. Please type it anew.")
            % {"number": number}
        )
    try:
        return folded_entry(line)
    except ValidationError as error:
        raise ValidationError(
            _("Line %(number)s: an entry has 1 to 120 characters, at least one of them a letter.")
            % {"number": number}
        ) from error


@transaction.atomic
def add_entries(words: dict[str, Word], *, by: User, reason: str) -> list[WordlistEntry]:
    """Put them all on the list, or none. words: of words_in().

    Raises PermissionDenied (seniors alone), ValidationError (no reason, too many, some there).
    """
    if refusal := rules.senior_refusal(by):
        raise PermissionDenied(refusal)
    reason = said(reason)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    listed = WordlistEntry.objects.listed()
    if (free := MOST_ENTRIES - listed.count()) < len(words):
        raise ValidationError({"words": too_many(MOST_ENTRIES - free)})
    refuse_listed(words)
    return WordlistEntry.objects.bulk_create(
        WordlistEntry(
            text=text,
            folded=word.folded,
            match=word.match,
            outcome=word.outcome,
            ground=word.ground,
            topic_id=word.place.topic_id,
            discussion_id=word.place.discussion_id,
            reason=reason,
            added_by=by,
        )
        for text, word in words.items()
    )


def refuse_too_broad(trial: Trial, *, is_meant: bool) -> None:
    """What would hold more than half of all is a mistake; what would hold many is asked about."""
    told = {"caught": localize(trial.caught), "concerned": localize(trial.concerned)}
    if trial.share > TOO_BROAD:
        raise ValidationError(
            {
                "words": _(
                    "That would have held %(caught)s of %(concerned)s comments, more than half. "
                    "Please choose narrower words."
                )
                % told
            }
        )
    if is_broad(trial) and not is_meant:
        raise ValidationError(
            {
                "is_meant": _(
                    "That would have held %(caught)s of %(concerned)s comments. "
                    "Please confirm that you mean it."
                )
                % told
            }
        )


def is_broad(trial: Trial) -> bool:
    """Whether confirming helps."""
    return BROAD < trial.share <= TOO_BROAD


def refuse_listed(words: dict[str, Word]) -> None:
    """Raises ValidationError where one is on the list, in the same place."""
    place = next(iter(words.values())).place
    listed = WordlistEntry.objects.listed().filter(
        topic=place.topic_id,
        discussion=place.discussion_id,
        folded__in=[word.folded for word in words.values()],
    )
    there = set(listed.values_list("folded", flat=True))
    lines = [str(n) for n, word in enumerate(words.values(), start=1) if word.folded in there]
    if lines:
        raise ValidationError(
            {
                "words": _("On the list already: entry %(numbers)s.")
                % {"numbers": ", ".join(lines[:20])}
            }
        )


def too_many(listed: int) -> ValidationError:
    """listed: how many are there already, if any."""
    sentence = _("The list has room for %(most)s entries.")
    if listed:
        sentence = _("The list has room for %(most)s entries, and holds %(listed)s now.")
    return ValidationError(sentence % {"most": localize(MOST_ENTRIES), "listed": localize(listed)})


def take_off(entry: WordlistEntry, *, by: User, reason: str) -> None:
    """Raises PermissionDenied (seniors alone), ValidationError (no reason; conflict: gone)."""
    if refusal := rules.senior_refusal(by):
        raise PermissionDenied(refusal)
    if not retire(entry, retired_by=by, reason=said(reason)):
        raise conflict(_("Somebody has taken this entry off the list meanwhile."))
