"""How is a decision taken back, with all that it has set off?"""

from collections.abc import Callable

from accounts import standing
from accounts.models import User
from forum import hiding, publishing
from forum.models import Comment, Departure, Revision
from moderation import measures, warning
from moderation.deciding import record
from moderation.models import Decision, DecisionQuerySet
from moderation.phrasing import is_about_reader

Measure = Decision.Measure
# They take a comment, or a wording of it, out of sight.
OUT_OF_SIGHT = (Measure.HOLD, Measure.KEEP_FORMER, Measure.REMOVE)


def reverse(
    decision: Decision, comment: Comment | None, *, moderator: User, explanation: str
) -> Decision:
    """The row that takes it back after an appeal, and its effect. The comment is locked.

    What holds by another decision goes on holding; what its author has withdrawn or replaced
    meanwhile stays as he left it.
    """
    reversal = record(
        comment,
        case=decision.case,
        decided_by=moderator,
        reader=decision.reader,
        measure=Measure.REINSTATE if is_about_reader(decision) else Measure.PUBLISH,
        revision=wording_to_restore(decision),
        origin=Decision.Origin.APPEAL,
        # One row each: a hidden passage may have been shown again before anybody answered.
        reverses=None if hasattr(decision, "reversed_by") else decision,
        explanation=explanation,
    )
    if comment and decision.measure in OUT_OF_SIGHT:
        show_again(decision, comment, reversal)
    if comment and decision.measure == Measure.HIDE_PASSAGE:
        hiding.reveal(comment, decision_id=decision.pk)
    if is_about_reader(decision):
        lift(decision)
    return reversal


def wording_to_restore(decision: Decision) -> Revision | None:
    """What was taken down: an edit that waited then was declined with it, and was not seen."""
    revision = decision.revision
    if revision is None or decision.measure == Measure.KEEP_FORMER or not revision.declined_at:
        return revision
    seen = Revision.objects.filter(
        comment=revision.comment_id, clearance__isnull=False, number__lte=revision.number
    )
    return seen.order_by("-number").first() or revision


# --- What comes back


def show_again(decision: Decision, comment: Comment, reversal: Decision) -> None:
    """In its place, unless something else than this decision keeps it out of sight."""
    wording = reversal.revision
    later = later_than(decision).filter(comment=comment, measure__in=(Measure.HOLD, Measure.REMOVE))
    if wording and is_missing(comment, wording) and not later.exists():
        publishing.restore(comment, revision=wording, decision_id=reversal.pk)


def is_missing(comment: Comment, wording: Revision) -> bool:
    """Whether readers lack it: neither withdrawn, nor followed by a newer one, nor by somebody who
    has left and wanted his texts gone."""
    if comment.status == Comment.Status.WITHDRAWN or not wording.body:
        return False
    if Departure.objects.filter(reader=comment.author_id, keeps_texts=False).exists():
        return False
    visible = comment.visible_revision
    return visible is None or visible.revision.number < wording.number


def lift(decision: Decision) -> None:
    """What holds for the reader by this decision, and by no later one of its kind."""
    later = later_than(decision).filter(reader=decision.reader_id, measure=decision.measure)
    if not later.exists():
        LIFTS[Measure(decision.measure)](measures.whom(decision))


def later_than(decision: Decision) -> DecisionQuerySet:
    """Those that nobody has taken back."""
    return Decision.objects.filter(pk__gt=decision.pk, reversed_by__isnull=True)


LIFTS: dict[Measure, Callable[[User], object]] = {
    Measure.WARN: warning.forget_reversed,
    Measure.READ_FIRST: standing.read_with_others,
    Measure.SUSPEND: standing.reinstate,
}
