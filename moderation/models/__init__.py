"""What does moderation keep?"""

from moderation.models.appeals import Appeal, AppealQuerySet
from moderation.models.cases import CLAIM_LASTS, Case, CaseQuerySet, Flag, Outcome, Reason
from moderation.models.decisions import Decision, DecisionQuerySet, DecisionText
from moderation.models.editions import Edition, EditionQuerySet
from moderation.models.flaggers import Caution, CautionQuerySet, FlaggerRecord, TrustedFlagger
from moderation.models.log import Erasure, Head
from moderation.models.measures import (
    TO_ANSWER,
    Acknowledgement,
    Hearing,
    HearingQuerySet,
    ReaderNote,
)
from moderation.models.notices import Notice, NoticeQuerySet
from moderation.models.respites import Respite, RespiteQuerySet
from moderation.models.rule_settings import RuleSetting, RuleSettingQuerySet
from moderation.models.saved_reasons import SavedReason
from moderation.models.screening import Screening, ScreeningQuerySet, Verdict
from moderation.models.sweeps import Sweep, SweepQuerySet
from moderation.models.unseen import Unseen
from moderation.models.wordings import RecentWording
from moderation.models.wordlist import WordHit, WordlistEntry, WordlistEntryQuerySet

__all__ = [
    "CLAIM_LASTS",
    "TO_ANSWER",
    "Acknowledgement",
    "Appeal",
    "AppealQuerySet",
    "Case",
    "CaseQuerySet",
    "Caution",
    "CautionQuerySet",
    "Decision",
    "DecisionQuerySet",
    "DecisionText",
    "Edition",
    "EditionQuerySet",
    "Erasure",
    "Flag",
    "FlaggerRecord",
    "Head",
    "Hearing",
    "HearingQuerySet",
    "Notice",
    "NoticeQuerySet",
    "Outcome",
    "ReaderNote",
    "Reason",
    "RecentWording",
    "Respite",
    "RespiteQuerySet",
    "RuleSetting",
    "RuleSettingQuerySet",
    "SavedReason",
    "Screening",
    "ScreeningQuerySet",
    "Sweep",
    "SweepQuerySet",
    "TrustedFlagger",
    "Unseen",
    "Verdict",
    "WordHit",
    "WordlistEntry",
    "WordlistEntryQuerySet",
]
