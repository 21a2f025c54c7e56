"""What does moderation keep?"""

from moderation.models.cases import CLAIM_LASTS, Case, CaseQuerySet, Flag
from moderation.models.decisions import Decision, DecisionQuerySet, DecisionText
from moderation.models.editions import Edition, EditionQuerySet
from moderation.models.measures import (
    TO_ANSWER,
    Acknowledgement,
    Hearing,
    HearingQuerySet,
    ReaderNote,
)
from moderation.models.screening import Screening, ScreeningQuerySet, Verdict
from moderation.models.sweeps import Sweep, SweepQuerySet
from moderation.models.wordlist import WordlistEntry

__all__ = [
    "CLAIM_LASTS",
    "TO_ANSWER",
    "Acknowledgement",
    "Case",
    "CaseQuerySet",
    "Decision",
    "DecisionQuerySet",
    "DecisionText",
    "Edition",
    "EditionQuerySet",
    "Flag",
    "Hearing",
    "HearingQuerySet",
    "ReaderNote",
    "Screening",
    "ScreeningQuerySet",
    "Sweep",
    "SweepQuerySet",
    "Verdict",
    "WordlistEntry",
]
