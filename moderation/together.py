"""How are several cases decided at once, all of them or none?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttling import wait_for
from forum.models import Comment, Discussion, Revision
from moderation import deciding, respites, rules
from moderation.models import Case, Decision

AT_MOST = 50
Measure = Decision.Measure
# What makes sense for many: whoever is warned has been read for himself.
MEASURES = (Measure.PUBLISH, Measure.REMOVE)
# A case, and its wording that was read.
Read = tuple[Case, Revision]


@transaction.atomic
def decide_together(
    read: Sequence[Read],
    *,
    moderator: User,
    measure: str,
    ground: str = "",
    explanation: str = "",
) -> int:
    """How many: each gets its own decision, or respite, as if it had been decided alone.

    The first that cannot be decided undoes all. Raises PermissionDenied, and ValidationError: code
    too_many, or as deciding.take_up does, with the name of whose comment it is.
    """
    refuse(read, moderator=moderator, measure=measure)
    deciding.refuse_without_reasons(measure, ground=ground, explanation=explanation)
    wait_for("decide", reader=moderator)
    lock(read)
    act = respites.grant if measure == Measure.REMOVE else deciding.decide
    for case, revision in read:
        with named(case.reviewed_comment):
            act(
                case,
                moderator=moderator,
                measure=measure,
                revision=revision,
                ground=ground,
                explanation=explanation,
            )
    return len(read)


def refuse(read: Sequence[Read], *, moderator: User, measure: str) -> None:
    if refusal := rules.desk_refusal(moderator):
        raise PermissionDenied(refusal)
    if not read:
        raise ValidationError(_("Please choose at least one case."))
    if len(read) > AT_MOST:
        raise ValidationError(
            _("At most %(most)s cases are decided together; you have chosen %(count)s.")
            % {"most": AT_MOST, "count": len(read)},
            code="too_many",
        )
    if measure not in MEASURES:
        raise ValidationError({"measure": _("This is decided case by case.")})


def lock(read: Sequence[Read]) -> None:
    """All of them before the first is decided, in the order of ids: of two moderators with the
    same cases one waits for the other, not each for the other. Authors as well, since the first
    decision takes the lock of the log.
    """
    comments = [case.reviewed_comment for case, _revision in read]
    locked: list[QuerySet[Any]] = [
        Discussion.objects.filter(pk__in=[comment.discussion_id for comment in comments]),
        Comment.objects.filter(pk__in=[comment.pk for comment in comments]),
        Case.objects.filter(pk__in=[case.pk for case, _revision in read]),
        User.objects.filter(pk__in=[comment.author_id for comment in comments]),
    ]
    for rows in locked:
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


@contextmanager
def named(comment: Comment) -> Iterator[None]:
    """Whatever is wrong is told with whose comment stands in the way of all."""
    try:
        yield
    except PermissionDenied as refusal:
        raise PermissionDenied(told_of(comment, str(refusal))) from refusal
    except ValidationError as error:
        params = getattr(error, "params", None)
        code = getattr(error, "code", None)
        told = told_of(comment, " ".join(error.messages))
        raise ValidationError(told, code=code, params=params) from error


def told_of(comment: Comment, why: str) -> str:
    values = {"name": comment.author.name, "why": why}
    return _("Nothing was decided. Comment by %(name)s: %(why)s") % values
