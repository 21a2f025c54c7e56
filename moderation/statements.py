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
from moderation import rulebook
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


def is_readable(decision: Decision, *, reader: User | AnonymousUser, key: str) -> bool:
    """For its author, and for whoever holds the key from the author's mail."""
    if decision.comment and decision.comment.author_id == reader.pk:
        return True
    return decision_for_key(key) == decision


def statement(decision: Decision) -> Statement:
    """No query if the decision comes from Decision.objects.in_view() and its rules are known."""
    comment, revision = decision.comment, decision.revision
    if comment is None or revision is None:
        raise ValueError(f"{decision} is not about a comment")
    values = {
        "name": comment.author,
        "time": in_words(comment.submitted_at),
        "headline": headline(comment.discussion),
        "decided": in_words(decision.decided_at),
        "ground": clause(decision),
        "version": version(decision),
        "explanation": explanation(decision),
        "facts": told_facts(decision),
        "duration": duration(decision),
        "origin": decision.get_origin_display(),
        "decider": decider(decision),
        "number": revision.number,
    }
    return Statement(
        heading=heading(decision),
        opening=opening(decision) % values,
        redress=redress(decision) if is_restriction(decision) else "",
        signature=_("Moderation, %(site)s") % {"site": settings.SITE_NAME},
        facts=facts(decision, values),
        own_text=revision.body,
    )


def heading(decision: Decision) -> str:
    return {
        Measure.REMOVE: _("We have removed your comment: reasons"),
        Measure.KEEP_FORMER: _("We have not accepted your change: reasons"),
        Measure.HIDE_PASSAGE: _("We have hidden a passage of your comment: reasons"),
        Measure.NOTE: _("We have added a note to your comment"),
        Measure.WARN: _("We have warned you: reasons"),
        Measure.READ_FIRST: _("We read your comments before they appear: reasons"),
        Measure.SUSPEND: _("You cannot write for the time being: reasons"),
        Measure.REINSTATE: _("You can write on our site"),
        Measure.HOLD: _("We are reading your comment again"),
        Measure.PUBLISH: _("We have read your comment: it is published"),
    }[Measure(decision.measure)]


def opening(decision: Decision) -> str:
    """The letter, its places still to be filled."""
    return {
        Measure.REMOVE: _(
            'Hello %(name)s, we have removed your comment of %(time)s below "%(headline)s". '
            "Since %(decided)s nobody can see it on our site any more, without time limit. "
            "Your text breaks %(ground)s of our house rules (version of %(version)s): "
            "%(explanation)s We noticed it through %(origin)s; it was decided by %(decider)s."
        ),
        Measure.KEEP_FORMER: _(
            "Hello %(name)s, we have not accepted the change to your comment of %(time)s below "
            '"%(headline)s". The former wording stays visible, the new one has been shown to '
            "nobody since %(decided)s, without time limit. The new text breaks %(ground)s of "
            "our house rules (version of %(version)s): %(explanation)s We noticed it through "
            "%(origin)s; it was decided by %(decider)s."
        ),
        Measure.WARN: _(
            'Hello %(name)s, because of your comment of %(time)s below "%(headline)s" we have '
            "warned you on %(decided)s. Please read this and confirm it on our site; then you can "
            "write again. If it happens again, we may keep you from writing for some time. "
            "Your text breaks %(ground)s of our house rules (version of %(version)s): "
            "%(explanation)s We noticed it through %(origin)s; it was decided by %(decider)s."
        ),
        Measure.HIDE_PASSAGE: _(
            'Hello %(name)s, in your comment of %(time)s below "%(headline)s" we have hidden a '
            "passage. Since %(decided)s a mark of the moderators has stood in its place, without "
            "time limit; the rest is visible as you wrote it.%(facts)s The passage breaks "
            "%(ground)s of our house rules (version of %(version)s): %(explanation)s We noticed "
            "it through %(origin)s; it was decided by %(decider)s."
        ),
        Measure.NOTE: _(
            'Hello %(name)s, below your comment of %(time)s on "%(headline)s" there is a note of '
            "the moderators since %(decided)s: %(explanation)s Your comment itself is unchanged."
        ),
        Measure.READ_FIRST: _(
            'Hello %(name)s, because of your comment of %(time)s below "%(headline)s" we have '
            "been reading what you write before it appears since %(decided)s, %(duration)s. You "
            "can write as before. Your text breaks %(ground)s of our house rules (version of "
            "%(version)s): %(explanation)s We noticed it through %(origin)s; it was decided by "
            "%(decider)s."
        ),
        Measure.SUSPEND: _(
            'Hello %(name)s, because of your comment of %(time)s below "%(headline)s" you have '
            "not been able to write on our site since %(decided)s, %(duration)s. You can still "
            "read, and your account stays. Your text breaks %(ground)s of our house rules "
            "(version of %(version)s): %(explanation)s%(facts)s We noticed it through "
            "%(origin)s; it was decided by %(decider)s."
        ),
        Measure.REINSTATE: _(
            "Hello %(name)s, on %(decided)s we decided that you can write on our site without "
            "any restriction. %(explanation)s It was decided by %(decider)s."
        ),
        Measure.HOLD: _(
            "Hello %(name)s, since %(decided)s we have been holding back your comment of "
            '%(time)s below "%(headline)s" until the moderators have decided on it. Only you '
            "can see it until then. The question is whether your text breaks %(ground)s of our "
            "house rules (version of %(version)s): %(explanation)s We noticed it through "
            "%(origin)s; it was decided by %(decider)s."
        ),
        Measure.PUBLISH: _(
            'Hello %(name)s, we have read your comment of %(time)s below "%(headline)s". It is '
            "visible to everybody. It was decided on %(decided)s by %(decider)s."
        ),
    }[Measure(decision.measure)]


def redress(decision: Decision) -> str:
    """Appeals are made by mail; the deadline is the six months of DSA art. 20."""
    deadline = timezone.localtime(decision.decided_at + settings.MODERATION_APPEAL_WINDOW)
    return _(
        "Do you see it differently? Until %(date)s you can appeal free of charge: write to "
        "%(address)s and name decision %(number)s; somebody else decides. You may also turn to "
        "a certified out-of-court dispute settlement body or a court."
    ) % {
        "date": date_format(deadline, "DATE_FORMAT"),
        "address": settings.CONTACT_EMAIL,
        "number": decision.pk,
    }


def facts(decision: Decision, values: dict) -> list[tuple[str, str]]:
    """One line for each thing that art. 17(3) asks for."""
    pairs = [
        (_("Decision"), str(decision.pk)),
        (_("Measure"), decision.get_measure_display()),
        (_("Taken on"), values["decided"]),
        (_("Where it holds"), _("on our whole site, in all countries")),
        (_("How long it holds"), duration(decision)),
        (_("What it is about"), about(values)),
    ]
    if decision.ground:
        broken = f"{values['ground']}, {values['version']}"
        pairs.append((_("Clause of the house rules, version"), broken))
    if values["explanation"]:
        pairs.append((_("Reasons"), values["explanation"]))
    pairs.append((_("Noticed through"), values["origin"]))
    pairs.append((_("Noticed automatically"), yes_or_no(decision.origin == Decision.Origin.CHECK)))
    pairs.append((_("Decided automatically"), yes_or_no(decision.automated)))
    return pairs


def about(values: dict) -> str:
    return _('comment of %(time)s below "%(headline)s", wording %(number)s') % values


def duration(decision: Decision) -> str:
    if decision.measure == Measure.HOLD:
        return _("until the moderators have decided")
    if decision.measure == Measure.WARN:
        return _("until you have confirmed that you have read it")
    if decision.until:
        return _("until %(time)s") % {"time": in_words(decision.until)}
    return _("without time limit")


def is_restriction(decision: Decision) -> bool:
    return decision.measure in Decision.RESTRICTING


def clause(decision: Decision) -> str:
    """As it was worded then."""
    broken = rulebook.clause_of(decision)
    if broken is None:
        return ""
    return _("clause %(number)s (%(noun)s)") % {"number": broken.number, "noun": broken.noun}


def version(decision: Decision) -> str:
    """The day from which it held."""
    rules = rulebook.of_version(decision.rules_version)
    return date_format(timezone.localtime(rules.valid_from), "DATE_FORMAT") if rules else ""


def explanation(decision: Decision) -> str:
    """What the moderator wrote, as a sentence of the letter; empty once it has been erased."""
    text = getattr(decision, "text", None)
    return as_sentence(text.explanation.strip() if text else "")


def told_facts(decision: Decision) -> str:
    """What happened besides, as a further sentence; empty for most decisions."""
    text = getattr(decision, "text", None)
    return f" {as_sentence(text.facts)}" if text and text.facts else ""


def as_sentence(words: str) -> str:
    return words if not words or words[-1] in '.!?“"' else f"{words}."


def decider(decision: Decision) -> str:
    if decision.automated:
        return _("a program, no person having read the text")
    return _("a person")


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
