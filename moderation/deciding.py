"""How does a measure take effect, with its ground, its reasons and its record?"""

import secrets
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttling import throttle
from forum import listing, publishing
from forum.models import Comment, Revision
from moderation import log, measures, rulebook, rules, signals
from moderation.laws import law_of
from moderation.models import Case, Decision, DecisionText, Respite, Verdict
from moderation.queue import Reason, finish, open_case

Measure = Decision.Measure
RESTRICTING = Decision.RESTRICTING
EXPLANATION_AT_LEAST = 20
EXPLANATION_AT_MOST = 2_000


@transaction.atomic
def decide(
    case: Case,
    *,
    moderator: User,
    measure: str,
    revision: Revision,
    ground: str = "",
    facts: str = "",
    explanation: str = "",
    note: str = "",
) -> Decision:
    """Decide on the wording the moderator has read; whoever decides has claimed it by that.

    It takes effect at once. A removal that can still be undone is granted by respites.py, a passage
    hidden by remarking.py. Raises as `take_up` does.
    """
    if measure == Measure.HIDE_PASSAGE:
        raise ValueError("remarking.hide_passage_of knows which one")
    comment, case = take_up(
        case,
        moderator=moderator,
        measure=measure,
        revision=revision,
        ground=ground,
        explanation=explanation,
    )
    decision = record(
        comment,
        case=case,
        decided_by=moderator,
        measure=measure,
        revision=revision,
        ground=ground if measure in RESTRICTING else "",
        origin=origin_of(case),
        facts=facts,
        explanation=explanation,
        note=note,
    )
    take_effect(decision, comment=comment, revision=revision)
    settle(case, decision=decision)
    return decision


def take_up(
    case: Case,
    *,
    moderator: User,
    measure: str,
    revision: Revision,
    ground: str,
    explanation: str,
) -> tuple[Comment, Case]:
    """Both locked, and nothing speaks against that measure.

    Raises PermissionDenied (no moderator, his own comment) and ValidationError: code conflict
    when somebody was first, or the comment is no longer what he has read.
    """
    if refusal := rules.decision_refusal(moderator, case):
        raise PermissionDenied(refusal)
    refuse_without_reasons(measure, ground=ground, explanation=explanation)
    throttle("decide", reader=moderator)
    # In the order of publishing.py and queue.py: nobody waits for one who waits for him.
    comment, _discussion = listing.locked(case.reviewed_comment)
    case = (
        Case.objects.select_for_update(no_key=True, of=("self",))
        .select_related("claimed_by")
        .get(pk=case.pk)
    )
    refuse_conflicts(case, comment, moderator=moderator, measure=measure, revision=revision)
    return comment, case


@transaction.atomic
def decide_by_check(revision: Revision, *, verdict: Verdict) -> Decision:
    """The same record and the same letter where a check alone decides: no silent removal.

    Called by screening, which holds the comment's lock.
    """
    comment, _discussion = listing.locked(revision.comment)
    is_edit = comment.visible_revision_id is not None
    decision = record(
        comment,
        automated=True,
        measure=Measure.KEEP_FORMER if is_edit else Measure.REMOVE,
        revision=revision,
        ground=verdict.ground,
        origin=Decision.Origin.CHECK,
        explanation=what_was_found(verdict),
    )
    take_effect(decision, comment=comment, revision=revision)
    signals.decision_made.send(sender=Decision, decision=decision)
    return decision


def refuse_without_reasons(measure: str, *, ground: str, explanation: str) -> None:
    if measure not in RESTRICTING:
        return
    errors = {}
    if ground not in rulebook.current().grounds and not law_of(ground):
        errors["ground"] = _("Please choose the ground.")
    if len(explanation.strip()) < EXPLANATION_AT_LEAST:
        errors["explanation"] = _("Please give the author reasons, in at least 20 characters.")
    if errors:
        raise ValidationError(errors)


def refuse_conflicts(
    case: Case, comment: Comment, *, moderator: User, measure: str, revision: Revision
) -> None:
    """What has happened since the moderator opened the case? Both rows are locked."""
    if comment.status == Comment.Status.WITHDRAWN:
        raise conflict(_("The author has withdrawn this comment meanwhile."))
    if case.closed_at is not None:
        raise conflict(decided_already(case))
    if claimed := rules.claim_conflict(moderator, case):
        raise conflict(claimed)
    if revision != latest_revision(comment):
        raise conflict(_("The comment has been edited meanwhile. Your reasons are still below."))
    if measure not in rules.measures(comment, revision):
        raise conflict(_("That cannot be decided in the comment's present state any more."))


def conflict(sentence: str) -> ValidationError:
    return ValidationError(sentence, code="conflict")


def decided_already(case: Case) -> str:
    respite = case.respites.running().select_related("decided_by").first()
    first = respite or case.decisions.select_related("decided_by").order_by("-pk").first()
    if first is None:
        return _("This case is closed already. Your reasons are still below.")
    at = first.granted_at if isinstance(first, Respite) else first.decided_at
    return _(
        "Already decided by %(name)s at %(time)s: %(decision)s. Your reasons are still below."
    ) % {
        "name": first.decided_by,
        "time": date_format(timezone.localtime(at), "TIME_FORMAT"),
        "decision": first.get_measure_display(),
    }


def latest_revision(comment: Comment) -> Revision:
    """What is to be decided on: the newest wording that has not been declined."""
    return comment.revisions.filter(declined_at__isnull=True).order_by("-number")[0]


def origin_of(case: Case) -> str:
    """How the house came to look at it: the author is told (DSA art. 17(3)(b))."""
    if Reason.NOTICE in case.reasons:
        return Decision.Origin.NOTICE
    if Reason.FLAGGED in case.reasons:
        return Decision.Origin.FLAG
    if {Reason.HELD, Reason.EDIT, Reason.SET_ASIDE} & set(case.reasons):
        return Decision.Origin.CHECK
    return Decision.Origin.OWN


def what_was_found(verdict: Verdict) -> str:
    """The facts, for the author: which words or addresses the check has met."""
    found = ", ".join(_('"%(passage)s"') % {"passage": each} for each in verdict.found)
    if not found:
        return _("A check recognised your text as one that breaks this clause.")
    return _("A check found in your text: %(found)s.") % {"found": found}


def record(
    comment: Comment | None,
    *,
    explanation: str = "",
    facts: str = "",
    note: str = "",
    **fields: Any,
) -> Decision:
    """The row that nobody changes, and its words beside it. fields: of Decision.

    Inserting takes the log's lock until the transaction ends (log.py). So whatever the caller locks
    is locked before, and whom it is about here: taking effect counts his comments.
    """
    if comment and fields["measure"] in Decision.ABOUT_AUTHOR:
        fields.setdefault("reader", comment.author)
    about = {comment.author_id if comment else None, getattr(fields.get("reader"), "pk", None)}
    list(User.objects.select_for_update(no_key=True).filter(pk__in=about - {None}).order_by("pk"))
    texts = {"facts": facts.strip(), "explanation": explanation.strip(), "note": note.strip()}
    salt = secrets.token_hex(32)
    fields.setdefault("rules_version", rulebook.current().version)
    decision = Decision.objects.create(
        comment=comment, text_hash=log.text_hash(salt=salt, **texts), **fields
    )
    DecisionText.objects.create(decision=decision, salt=salt, **texts)
    return decision


def take_effect(decision: Decision, *, comment: Comment, revision: Revision) -> None:
    """Publishing what is published already would only stir up everybody's caches."""
    if decision.measure == Measure.PUBLISH and comment.visible_revision_id != revision.pk:
        publishing.publish(comment, revision=revision, decision_id=decision.pk)
    if decision.measure == Measure.HOLD:
        publishing.hold(comment)
    if decision.measure == Measure.KEEP_FORMER:
        publishing.decline_edit(revision)
    if decision.measure == Measure.REMOVE:
        if comment.status == Comment.Status.PENDING:
            comment = publishing.hold(comment)
        publishing.remove(comment, ground=decision.ground)
    measures.take_effect(decision)


def settle(case: Case, *, decision: Decision) -> None:
    """Close the case; a hold leaves it open, for somebody has to decide in the end."""
    is_settled = decision.measure != Measure.HOLD
    if is_settled:
        finish(case, at=decision.decided_at)
    else:
        case.claimed_by = case.claimed_at = None
        case.save(update_fields=["claimed_by", "claimed_at"])
        open_case(case.reviewed_comment, reason=Reason.HELD)
    signals.decision_made.send(sender=Decision, decision=decision)
    if is_settled:
        signals.case_closed.send(sender=Case, case=case, decision=decision)
