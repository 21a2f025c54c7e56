"""How often was a reader right when he reported something?"""

from collections.abc import Collection
from math import log

from django.db import connection, transaction
from django.db.models import QuerySet

from moderation.models import Case, Decision, Flag, FlaggerRecord, Notice, Outcome, Reason

Measure = Decision.Measure
# A measure that bears a report out. Keeping the former wording is about one nobody has reported.
UPHOLDING = {*Decision.RESTRICTING, Measure.TELL_POLICE} - {Measure.KEEP_FORMER}
# Up to so many judged reports say nothing; right seven times in ten is what is expected.
FEW = 5
EXPECTED = 0.7
BONUS_WEIGHT = 5


def accuracy_bonus(record: FlaggerRecord | None) -> float:
    """What his flag weighs more, or less, than others': the shape of Discourse's score."""
    if record is None or record.judged <= FEW:
        return 0.0
    return (record.accuracy - EXPECTED) * log(record.judged, 4) * BONUS_WEIGHT


@transaction.atomic(savepoint=False)
def count_outcomes(case: Case, decision: Decision) -> set[int]:
    """Whose reports the decision has not borne out; the case's row is locked.

    Unfounded are only reports of the wording that was found in order: after an edit the author may
    have mended what was reported. Nobody is counted twice for one case.
    """
    outcome = outcome_of(decision)
    if outcome is None:
        return set()
    about = {} if outcome == Outcome.UPHELD else {"revision_id": decision.revision_id}
    readers: set[int] = set()
    for reports in reports_of(case):
        judged = reports.filter(outcome="", **about)
        present = judged.filter(reader__isnull=False, reader__closed_at=None)
        readers |= set(present.values_list("reader_id", flat=True))
        judged.update(outcome=outcome)
    add_to_records(readers, outcome=outcome)
    return readers if outcome == Outcome.UNFOUNDED else set()


def outcome_of(decision: Decision) -> Outcome | None:
    if decision.measure in UPHOLDING:
        return Outcome.UPHELD
    return Outcome.UNFOUNDED if decision.measure == Measure.PUBLISH else None


def reports_of(case: Case) -> list[QuerySet[Flag] | QuerySet[Notice]]:
    """The kinds of reports that it has: most held comments were reported by nobody."""
    flags = [case.flags.all()] if case.flag_count else []
    return [*flags, case.notices.all()] if Reason.NOTICE in case.reasons else [*flags]


_ADD = """
    INSERT INTO moderation_flaggerrecord AS record (reader_id, upheld, unfounded)
    SELECT reader, %(upheld)s, %(unfounded)s FROM unnest(%(readers)s::bigint[]) AS reader
    ON CONFLICT (reader_id) DO UPDATE SET
        upheld = record.upheld + EXCLUDED.upheld, unfounded = record.unfounded + EXCLUDED.unfounded
"""


def add_to_records(readers: Collection[int], *, outcome: Outcome) -> None:
    """In one order for everybody: two cases that close at once do not wait for each other."""
    if not readers:
        return
    one = {each.value: int(each == outcome) for each in Outcome}
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"readers": sorted(readers), **one})
