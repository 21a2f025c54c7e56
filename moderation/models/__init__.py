"""What does moderation keep?"""

from moderation.models.cases import CLAIM_LASTS, Case, CaseQuerySet, Flag, Reason
from moderation.models.decisions import Decision, DecisionQuerySet, DecisionText
from moderation.models.editions import Edition, EditionQuerySet
from moderation.models.screening import Screening, ScreeningQuerySet, Verdict
from moderation.models.unseen import Unseen
from moderation.models.wordings import RecentWording
from moderation.models.wordlist import WordlistEntry

__all__ = [
    "CLAIM_LASTS",
    "Case",
    "CaseQuerySet",
    "Decision",
    "DecisionQuerySet",
    "DecisionText",
    "Edition",
    "EditionQuerySet",
    "Flag",
    "Reason",
    "RecentWording",
    "Screening",
    "ScreeningQuerySet",
    "Unseen",
    "Verdict",
    "WordlistEntry",
]
