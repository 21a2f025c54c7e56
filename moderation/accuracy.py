"""How often was a reader right when he reported something?"""

from collections.abc import Collection
from math import log

from django.db import transaction
from django.db.models import F

from moderation.models import Case, Decision, FlaggerRecord, Outcome

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
    for reports in (case.flags, case.notices):
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


def add_to_records(readers: Collection[int], *, outcome: Outcome) -> None:
    """In one order for everybody: two cases that close at once do not wait for each other."""
    if not readers:
        return
    FlaggerRecord.objects.bulk_create(
        [FlaggerRecord(reader_id=pk) for pk in sorted(readers)], ignore_conflicts=True
    )
    records = FlaggerRecord.objects.filter(reader__in=readers)
    list(records.order_by("pk").select_for_update(no_key=True))
    records.update(**{outcome.value: F(outcome.value) + 1})
