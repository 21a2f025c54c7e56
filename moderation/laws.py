"""Which laws can a comment break, as notices (DSA art. 16) and decisions (art. 17) name them?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# The clause of the house rules by which nothing against the law may be published: what readers are
# told where a decision rests on a law.
CLAUSE = "illegal"
# Clauses and laws have codes of the same name.
_PREFIX = "law:"


@dataclass(frozen=True)
class Law:
    """What German law calls it, and where it stands; `paragraphs` may be empty."""

    code: str
    name: "StrOrPromise"
    paragraphs: str = ""
    # People may be in danger, or every minute of it does harm.
    is_grave: bool = False
    # The notifier need not say who he is (DSA art. 16(2)(c); Directive 2011/93 art. 3 to 7).
    is_anonymous: bool = False

    def __str__(self) -> str:
        return f"{self.name} ({self.paragraphs})" if self.paragraphs else str(self.name)

    @property
    def ground(self) -> str:
        """As decisions name it."""
        return f"{_PREFIX}{self.code}"


LAWS: dict[str, Law] = {
    law.code: law
    for law in (
        Law("insult", _("Insult, defamation"), "§§ 185–188 StGB"),
        Law("incitement", _("Incitement to hatred"), "§ 130 StGB"),
        Law("threat", _("Threat, coercion"), "§§ 240, 241 StGB", is_grave=True),
        Law(
            "call_to_crime",
            _("Call for, threat or approval of crimes"),
            "§§ 111, 126, 140 StGB",
            is_grave=True,
        ),
        Law("symbols", _("Signs of forbidden organisations"), "§§ 86, 86a StGB"),
        Law(
            "terrorism",
            _("Terrorist content"),
            "§§ 89a, 91, 129a StGB, Verordnung (EU) 2021/784",
            is_grave=True,
        ),
        Law("violence", _("Depiction of violence"), "§ 131 StGB"),
        Law(
            "child_abuse",
            _("Sexual abuse of children or young people"),
            "§§ 176–176e, 184b, 184c StGB",
            is_grave=True,
            is_anonymous=True,
        ),
        Law("pornography", _("Pornography"), "§§ 184, 184a StGB"),
        Law("stalking", _("Stalking"), "§ 238 StGB"),
        Law(
            "exposure",
            _("Personal data or pictures of somebody"),
            "§§ 126a, 201a StGB, §§ 22, 23 KunstUrhG, Art. 6 DSGVO",
        ),
        Law("copyright", _("Copyright, trade marks"), "§ 97 UrhG, § 14 MarkenG"),
        Law("fraud", _("Fraud, forbidden trade"), "§ 263 StGB"),
        Law("hidden_advertising", _("Hidden advertising"), "§ 5a UWG, § 22 MStV"),
        Law("minors", _("Protection of young people"), "§§ 4, 5 JMStV"),
        Law("other", _("Another law (please name it in your reasons)")),
    )
}


def law_of(ground: str) -> Law | None:
    """None for a clause of the house rules."""
    return LAWS.get(ground.removeprefix(_PREFIX)) if ground.startswith(_PREFIX) else None


def clause_for(ground: str) -> str:
    """Code of the clause that readers are told."""
    return CLAUSE if law_of(ground) else ground


def name_of(ground: str) -> str:
    """For colleagues and for the author; "" for a clause of the house rules."""
    return str(law_of(ground) or "")
