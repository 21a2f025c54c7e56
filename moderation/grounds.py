"""On which clauses of the house rules may a decision rest?

A code is never reused and never taken away: decisions name it for years. Whoever changes a
wording changes RULES_VERSION with it.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The day on which this wording of the Netiquette came into force; each decision keeps it.
RULES_VERSION = "2026-11-22"


@dataclass(frozen=True)
class Ground:
    """One clause that a text can break. `noun` is what the tombstone and the statement say."""

    code: str
    clause: int
    noun: str | Promise
    text: str | Promise


# Clause 1 is what we ask for; nothing is removed because of it, so it is no ground.
FIRST_CLAUSE = _("Stay factual even when it is hard: contradict the opinion, not the person.")

_IN_ORDER = [
    Ground(
        "personal_attack",
        2,
        _("personal attack"),
        _(
            "Do not attack anybody personally: no insults, no mockery, no imputations, neither "
            "against other readers nor against people we report on, nor against our staff."
        ),
    ),
    Ground(
        "group_contempt",
        3,
        _("contempt of groups"),
        _(
            "Do not disparage people because of their origin, religion, sex, sexual orientation, "
            "age or disability."
        ),
    ),
    Ground(
        "threat",
        4,
        _("threat"),
        _("Do not threaten anybody, do not call for violence, and do not approve of it."),
    ),
    Ground(
        "off_topic",
        5,
        _("off topic"),
        _(
            "Write on the subject of the article or of the discussion. How we moderate is no "
            "subject there: write to us instead."
        ),
    ),
    Ground(
        "personal_data",
        6,
        _("personal data"),
        _(
            "Do not publish addresses, telephone numbers or other private details, whether other "
            "people's or your own."
        ),
    ),
    Ground(
        "advertising",
        7,
        _("advertising"),
        _(
            "Do not advertise, do not collect money or signatures, and do not send the same text "
            "several times."
        ),
    ),
    Ground(
        "unsupported_claim",
        8,
        _("unsupported claim of fact"),
        _(
            "Support what you claim as a fact about people, companies or institutions, for "
            "instance by a source that everybody can check. What may harm them and is not "
            "supported does not stay."
        ),
    ),
    Ground(
        "illegal",
        9,
        _("illegal content"),
        _(
            "Do not publish anything that is against the law, for instance libel, incitement to "
            "hatred or other people's works without their leave."
        ),
    ),
]
GROUNDS: dict[str, Ground] = {ground.code: ground for ground in _IN_ORDER}


def version_date(version: str = RULES_VERSION) -> date:
    """The day from which that version is valid, for printing it in the reader's form."""
    return date.fromisoformat(version)
