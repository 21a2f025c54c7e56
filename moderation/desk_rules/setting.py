"""How does a senior set a rule of the desk? By a new row that follows the one he has seen."""

import logging

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Topic
from forum.models import Discussion
from moderation import rules
from moderation.deciding import conflict
from moderation.desk_rules.options import Kind, Options, stored
from moderation.models import RuleSetting

logger = logging.getLogger(__name__)

State = RuleSetting.State
REASON_AT_LEAST, REASON_AT_MOST = 10, 300


@transaction.atomic
def set_rule(
    kind: Kind,
    *,
    by: User,
    state: str,
    options: Options,
    reason: str,
    follows: RuleSetting | None,
    topic: Topic | None = None,
    discussion: Discussion | None = None,
) -> RuleSetting:
    """Holds for whatever is read after the commit. follows: what held in that very place when the
    form was opened, None for the default.

    Raises PermissionDenied (seniors alone), ValidationError (no reason; nothing would change;
    conflict: somebody was first).
    """
    if refusal := rules.senior_refusal(by):
        raise PermissionDenied(refusal)
    reason = said(reason)
    is_on = state == State.ON
    if state == State.INHERIT and follows is None:
        raise ValidationError({"state": _("Nothing of its own is set there.")})
    setting = RuleSetting(
        kind=kind,
        topic=topic,
        discussion=discussion,
        state=state,
        options=stored(options) if is_on else {},
        reason=reason,
        follows=follows,
        set_by=by,
    )
    if follows and (follows.state, follows.options) == (setting.state, setting.options):
        raise ValidationError(_("It is set like that already."))
    try:
        # Of two at once the database takes one: each row is followed once.
        with transaction.atomic():
            setting.save()
    except IntegrityError as error:
        raise set_meanwhile() from error
    logger.info("rule set", extra={"setting": setting.pk, "rule": kind.value, "reader": by.pk})
    return setting


def set_meanwhile() -> ValidationError:
    return conflict(
        _("Somebody has set this rule meanwhile. What you have entered is still below.")
    )


def said(reason: str) -> str:
    """In one line. Raises ValidationError."""
    reason = " ".join(reason.split())
    if len(reason) < REASON_AT_LEAST:
        raise ValidationError(
            {"reason": _("Please say why, in at least 10 characters: colleagues read it later.")}
        )
    return reason
