"""How does a reader tell the moderators that something is wrong with a comment?"""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttling import throttle
from forum.models import Comment
from moderation import misuse, rules, signals
from moderation.accuracy import accuracy_bonus
from moderation.models import Case, Flag
from moderation.queue import case_for_flag, grow

__all__ = ["EXPLANATION_LENGTH", "accuracy_bonus", "flag", "flag_of", "refusal"]

EXPLANATION_LENGTH = 1_000


def refusal(reader: User | AnonymousUser, comment: Comment) -> str | None:
    """Why he may not report it; one query more than the rule, for a pause."""
    return rules.flag_refusal(reader, comment, pause=misuse.pause_of(reader))


def flag_of(reader: User | AnonymousUser, comment: Comment) -> Flag | None:
    """His flag of the wording that readers see now."""
    if reader.pk is None or comment.visible_revision_id is None:
        return None
    return Flag.objects.filter(reader_id=reader.pk, revision_id=comment.visible_revision_id).first()


@transaction.atomic
def flag(
    comment: Comment, *, reader: User, reason: str, explanation: str = "", address: str = ""
) -> Flag:
    """Open the comment's case, or make it grow. The same reader counts once per wording.

    Raises PermissionDenied, ValidationError (gone: nobody sees the comment any more; too_fast).
    """
    if why_not := refusal(reader, comment):
        raise PermissionDenied(why_not)
    if earlier := flag_of(reader, comment):
        return earlier
    throttle("flag", reader=reader, address=address)
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if comment.visible_revision_id is None:
        raise ValidationError(_("Readers do not see this comment any more."), code="gone")
    # Again under the lock: a double click must not count twice.
    if earlier := flag_of(reader, comment):
        return earlier
    case = case_for_flag(comment, reason=reason)
    flag = Flag.objects.create(
        case=case,
        comment=comment,
        revision_id=comment.visible_revision_id,
        reader=reader,
        reason=reason,
        explanation=explanation,
    )
    grow(case)
    signals.comment_flagged.send(sender=Flag, flag=flag)
    if case.closed_at is not None:
        # Judged before, for just this: he is told what was decided. Those before him know it.
        decision = case.decisions.latest("pk")
        signals.case_closed.send(sender=Case, case=case, decision=decision)
    return flag
