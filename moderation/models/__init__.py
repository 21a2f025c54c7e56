"""What does moderation keep?"""

from moderation.models.cases import CLAIM_LASTS, Case, CaseQuerySet, Flag
from moderation.models.decisions import Decision, DecisionQuerySet, DecisionText
from moderation.models.editions import Edition, EditionQuerySet
from moderation.models.log import Erasure, Head
from moderation.models.respites import Respite, RespiteQuerySet
from moderation.models.screening import Screening, ScreeningQuerySet, Verdict
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
    "Erasure",
    "Flag",
    "Head",
    "Respite",
    "RespiteQuerySet",
    "Screening",
    "ScreeningQuerySet",
    "Verdict",
    "WordlistEntry",
]
