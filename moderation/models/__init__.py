"""What does moderation keep?"""

from moderation.models.cases import CLAIM_LASTS, Case, CaseQuerySet, Flag, Outcome
from moderation.models.decisions import Decision, DecisionQuerySet, DecisionText
from moderation.models.editions import Edition, EditionQuerySet
from moderation.models.flaggers import Caution, CautionQuerySet, FlaggerRecord, TrustedFlagger
from moderation.models.notices import Notice, NoticeQuerySet
from moderation.models.screening import Screening, ScreeningQuerySet, Verdict
from moderation.models.wordlist import WordlistEntry

__all__ = [
    "CLAIM_LASTS",
    "Case",
    "CaseQuerySet",
    "Caution",
    "CautionQuerySet",
    "Decision",
    "DecisionQuerySet",
    "DecisionText",
    "Edition",
    "EditionQuerySet",
    "Flag",
    "FlaggerRecord",
    "Notice",
    "NoticeQuerySet",
    "Outcome",
    "Screening",
    "ScreeningQuerySet",
    "TrustedFlagger",
    "Verdict",
    "WordlistEntry",
]
