"""What is the author told about a decision, and with which key may he read it without signing in?

The words of a statement of reasons (DSA art. 17): measure, scope, duration, facts, origin, whether
automated, ground, redress. Page and mail print the same ones.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from forum.models import Discussion
from moderation import phrasing, rulebook, rules
from moderation.laws import law_of
from moderation.models import Decision

HEADLINE_LENGTH = 60
Measure = Decision.Measure

# The key names the decision, and nobody can make one who does not know SECRET_KEY.
_signer = Signer(salt="moderation.statements", sep=".")


@dataclass(frozen=True)
class Statement:
    """Texts only, none of them HTML. `facts` are pairs of label and fact, in their order."""

    heading: str
    opening: str
    # Empty where nothing was taken from the author.
    redress: str
    signature: str
    facts: list[tuple[str, str]]
    own_text: str


def key_of(decision: Decision) -> str:
    return _signer.sign(str(decision.pk))


def decision_for_key(key: str) -> Decision | None:
    try:
        return Decision.objects.told().in_view().filter(pk=_signer.unsign(key)).first()
    except BadSignature:
        return None


def addressee(decision: Decision) -> User | None:
    """Whom it is about; None where that is a discussion."""
    return decision.comment.author if decision.comment else decision.reader


def is_told(decision: Decision) -> bool:
    """Whether there is anybody who is to read it: what the house does within itself is not told."""
    return decision.measure in phrasing.TOLD and addressee(decision) is not None


def is_readable(decision: Decision, *, reader: User | AnonymousUser, key: str) -> bool:
    """For whom it is about, and for whoever holds the key from his mail."""
    if not is_told(decision):
        return False
    about = addressee(decision)
    return (about is not None and about.pk == reader.pk) or decision_for_key(key) == decision


def statement(decision: Decision) -> Statement:
    """Of a decision that is told. No query if it comes from Decision.objects.in_view() and its
    rules are known."""
    values = values_of(decision)
    return Statement(
        heading=phrasing.heading(decision),
        opening=phrasing.opening(decision, values),
        redress=redress(decision) if decision.measure in Decision.RESTRICTING else "",
        signature=_("Moderation, %(site)s") % {"site": settings.SITE_NAME},
        facts=facts(decision, values),
        own_text=decision.revision.body if decision.revision else "",
    )


def values_of(decision: Decision) -> dict[str, object]:
    """What the letter says, by the names of its places."""
    comment, revision = decision.comment, decision.revision
    return {
        "name": addressee(decision),
        "time": in_words(comment.submitted_at) if comment else "",
        "headline": headline(comment.discussion) if comment else "",
        "decided": in_words(decision.decided_at),
        "duration": duration(decision),
        "broken": broken(decision),
        "reasons": " ".join(filter(None, [what_happened(decision), reasons(decision)])),
        "origin": decision.get_origin_display(),
        "decider": phrasing.decider(decision),
        "number": revision.number if revision else "",
    }


def redress(decision: Decision) -> str:
    """As long as he can appeal, how; afterwards what remains (DSA art. 17(3)(f))."""
    if hasattr(decision, "appeal") or rules.appealing_refusal(decision):
        return redress_elsewhere()
    return " ".join(
        [
            _(
                "Do you see it differently? Until %(date)s you can appeal free of charge, without "
                "signing in; somebody else decides."
            )
            % {"date": deadline(decision)},
            redress_elsewhere(also=True),
        ]
    )


def redress_by_mail(decision: Decision) -> str:
    """For whoever flagged it: his complaints arrive by mail."""
    return " ".join(
        [
            _(
                "Do you see it differently? Until %(date)s you can appeal free of charge: write to "
                "%(address)s and name decision %(number)s; somebody else decides."
            )
            % {
                "date": deadline(decision),
                "address": settings.CONTACT_EMAIL,
                "number": decision.pk,
            },
            redress_elsewhere(also=True),
        ]
    )


def redress_elsewhere(*, also: bool = False) -> str:
    """Outside the house: the bodies of art. 21, named where the operator has named some."""
    sentence = (
        _("You may also turn to a certified out-of-court dispute settlement body or a court.")
        if also
        else _("You may turn to a certified out-of-court dispute settlement body or a court.")
    )
    if not settings.DISPUTE_BODIES:
        return sentence
    named = _("Certified bodies are: %(bodies)s.") % {"bodies": settings.DISPUTE_BODIES}
    return f"{sentence} {named}"


def deadline(decision: Decision) -> str:
    """The day until which an appeal is heard: six months from the decision (DSA art. 20)."""
    last = timezone.localtime(decision.decided_at + settings.MODERATION_APPEAL_WINDOW)
    return date_format(last, "DATE_FORMAT")


def facts(decision: Decision, values: dict[str, object]) -> list[tuple[str, str]]:
    """One line for each thing that art. 17(3) asks for; what is empty is left out."""
    clause_label = _("Clause of the house rules, version")
    is_detected = decision.automated or decision.origin == Decision.Origin.CHECK
    pairs = [
        (_("Decision"), str(decision.pk)),
        (_("Measure"), decision.get_measure_display()),
        (_("Taken on"), in_words(decision.decided_at)),
        (_("Where it holds"), _("on our whole site, in all countries")),
        (_("How long it holds"), duration(decision)),
        (_("What it is about"), about(decision, values)),
        (clause_label if clause(decision) else _("Law"), ground_and_version(decision)),
        (_("What happened"), what_happened(decision)),
        (_("Reasons"), reasons(decision)),
        (_("Noticed through"), decision.get_origin_display()),
        (_("Noticed automatically"), yes_or_no(is_detected)),
        (_("Decided automatically"), yes_or_no(decision.automated)),
    ]
    return [(label, fact) for label, fact in pairs if fact]


def about(decision: Decision, values: dict[str, object]) -> str:
    if decision.comment is None:
        return _("what you may do on our site")
    return _('comment of %(time)s below "%(headline)s", wording %(number)s') % values


def duration(decision: Decision) -> str:
    if decision.measure == Measure.HOLD:
        return _("until the moderators have decided")
    if decision.measure == Measure.WARN:
        return _("until you have confirmed that you have read it")
    if decision.until:
        return _("until %(time)s") % {"time": in_words(decision.until)}
    return _("without time limit")


# --- Ground and reasons


def broken(decision: Decision) -> str:
    """The clause with the rules it belongs to, or the law, in the letter's sentence."""
    named = clause(decision)
    if not named:
        return broken_law(decision)
    return _("%(clause)s of our house rules (version of %(version)s)") % {
        "clause": named,
        "version": version(decision),
    }


def ground_and_version(decision: Decision) -> str:
    named = clause(decision)
    return f"{named}, {version(decision)}" if named else law(decision)


def clause(decision: Decision) -> str:
    """As it was worded then; empty where the ground is none of the house rules."""
    found = rulebook.clause_of(decision)
    if found is None:
        return ""
    return _("clause %(number)s (%(noun)s)") % {"number": found.number, "noun": found.noun}


def law(decision: Decision) -> str:
    """A ground that is no clause is a law; one that we do not know is called by its code."""
    return str(law_of(decision.ground) or decision.ground.replace("_", " "))


def broken_law(decision: Decision) -> str:
    """In the letter's sentence: "§ 130 StGB (Volksverhetzung)"."""
    found = law_of(decision.ground)
    if found is None:
        return law(decision)
    if not found.paragraphs:
        return _("a law that we name here")
    return f"{found.paragraphs} ({found.name})"


def version(decision: Decision) -> str:
    """The day from which it held."""
    rules = rulebook.of_version(decision.rules_version)
    return date_format(timezone.localtime(rules.valid_from), "DATE_FORMAT") if rules else ""


def what_happened(decision: Decision) -> str:
    return as_sentence(decision.text.facts) if hasattr(decision, "text") else ""


def reasons(decision: Decision) -> str:
    """What the moderator wrote; empty once it has been erased."""
    return as_sentence(decision.text.explanation) if hasattr(decision, "text") else ""


def as_sentence(words: str) -> str:
    words = words.strip()
    return words if not words or words[-1] in '.!?“"' else f"{words}."


def yes_or_no(answer: bool) -> str:
    return _("yes") if answer else _("no")


def headline(discussion: Discussion) -> str:
    """Cut at a word: headlines can be as long as a paragraph."""
    whole = str(discussion.subject)
    if len(whole) <= HEADLINE_LENGTH:
        return whole
    return whole[: HEADLINE_LENGTH - 1].rsplit(" ", 1)[0] + " …"


def in_words(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
