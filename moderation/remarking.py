"""How do moderators hide a passage, or say something below a comment, for everybody to see?"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttling import throttle
from forum import hiding, listing, publishing
from forum.markup import clean_body
from forum.models import Comment, Revision
from moderation import rules, signals
from moderation.deciding import (
    conflict,
    origin_of,
    record,
    refuse_without_reasons,
    settle,
    take_up,
)
from moderation.models import Case, Decision

Measure = Decision.Measure


@transaction.atomic
def hide_passage(
    comment: Comment,
    *,
    moderator: User,
    revision: Revision,
    passage: str,
    ground: str,
    explanation: str,
) -> Decision:
    """The author reads which one and why. An open case of the comment is decided by it.

    Raises PermissionDenied, ValidationError (ground, explanation, passage; conflict; too_fast).
    """
    refuse(comment, moderator)
    refuse_without_reasons(Measure.HIDE_PASSAGE, ground=ground, explanation=explanation)
    throttle("decide", reader=moderator)
    comment, case = locked(comment, moderator)
    return cover(
        comment,
        case,
        moderator=moderator,
        revision=revision,
        passage=passage,
        ground=ground,
        explanation=explanation,
    )


@transaction.atomic
def hide_passage_of(
    case: Case,
    *,
    moderator: User,
    revision: Revision,
    passage: str,
    ground: str,
    explanation: str,
) -> Decision:
    """The case is decided by it, unless somebody was first. Raises as deciding.take_up does."""
    comment, case = take_up(
        case,
        moderator=moderator,
        measure=Measure.HIDE_PASSAGE,
        revision=revision,
        ground=ground,
        explanation=explanation,
    )
    return cover(
        comment,
        case,
        moderator=moderator,
        revision=revision,
        passage=passage,
        ground=ground,
        explanation=explanation,
    )


def cover(
    comment: Comment,
    case: Case | None,
    *,
    moderator: User,
    revision: Revision,
    passage: str,
    ground: str,
    explanation: str,
) -> Decision:
    """Both are locked, and nothing speaks against it."""
    starts, ends = hiding.place_of(passage, revision.body)
    decision = record(
        comment,
        case=case,
        revision=revision,
        decided_by=moderator,
        measure=Measure.HIDE_PASSAGE,
        ground=ground,
        origin=origin_of(case) if case else Decision.Origin.OWN,
        explanation=explanation,
        facts=what_is_hidden(revision.body[starts:ends]),
    )
    hiding.hide(comment, revision=revision, passage=passage, decision_id=decision.pk)
    announce(decision, case)
    return decision


def what_is_hidden(passage: str) -> str:
    """The facts, for the author."""
    return _('Hidden: "%(passage)s"') % {"passage": passage}


@transaction.atomic
def reveal_passage(decision: Decision, *, moderator: User, explanation: str) -> Decision:
    """Take a hidden passage back into sight; a decision of its own, which reverses the former.

    Raises PermissionDenied, ValidationError (conflict: it is not hidden any more).
    """
    comment = decision.comment
    if comment is None or decision.measure != Measure.HIDE_PASSAGE:
        raise ValueError(f"{decision} has hidden no passage")
    refuse(comment, moderator)
    throttle("decide", reader=moderator)
    comment, _discussion = listing.locked(comment)
    if hiding.reveal(comment, decision_id=decision.pk) is None:
        raise conflict(_("This passage is not hidden any more."))
    lifting = record(
        comment,
        revision=decision.revision,
        decided_by=moderator,
        measure=Measure.PUBLISH,
        reverses=decision,
        origin=Decision.Origin.OWN,
        explanation=explanation,
    )
    announce(lifting, None)
    return lifting


@transaction.atomic
def note(comment: Comment, *, moderator: User, text: str) -> Decision:
    """Signed by the moderators, never by one of them; an empty text takes the note away.

    Raises PermissionDenied, ValidationError (conflict: readers do not see the comment).
    """
    refuse(comment, moderator)
    text = " ".join(clean_body(text).split()) if text.strip() else ""
    throttle("decide", reader=moderator)
    comment, _discussion = listing.locked(comment)
    if comment.house_note == text:
        raise conflict(_("That stands there already."))
    publishing.note(comment, text=text)
    decision = record(
        comment,
        revision_id=comment.visible_revision_id,
        decided_by=moderator,
        measure=Measure.NOTE,
        origin=Decision.Origin.OWN,
        explanation=text,
    )
    if text:
        announce(decision, None)
    return decision


def refuse(comment: Comment, moderator: User) -> None:
    if refusal := rules.measure_refusal(moderator, comment):
        raise PermissionDenied(refusal)


def locked(comment: Comment, moderator: User) -> tuple[Comment, Case | None]:
    """With its open case, if there is one, in the order in which everything locks them."""
    comment, _discussion = listing.locked(comment)
    cases = Case.objects.open().select_for_update(no_key=True, of=("self",))
    case = cases.select_related("claimed_by", "comment").filter(comment=comment).first()
    if case and (refusal := rules.decision_refusal(moderator, case)):
        raise PermissionDenied(refusal)
    if case and (claimed := rules.claim_conflict(moderator, case)):
        raise conflict(claimed)
    return comment, case


def announce(decision: Decision, case: Case | None) -> None:
    if case:
        settle(case, decision=decision)
    else:
        signals.decision_made.send(sender=Decision, decision=decision)
