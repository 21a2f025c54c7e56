"""What do the police get where somebody's life or safety is in danger (DSA art. 18)?"""

import logging
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttling import throttle
from forum.describing import absolute
from forum.models import Comment
from moderation import rules
from moderation.deciding import latest_revision, origin_of, record
from moderation.models import Decision

logger = logging.getLogger(__name__)

REASON_AT_LEAST = 20


@transaction.atomic
def tell_police(comment: Comment, *, moderator: User, reason: str) -> Decision:
    """Write down that and why the evidence leaves the house; the author is not told of it.

    Raises PermissionDenied, ValidationError (the reason; too_fast).
    """
    if refusal := rules.measure_refusal(moderator, comment):
        raise PermissionDenied(refusal)
    if len(reason.strip()) < REASON_AT_LEAST:
        raise ValidationError({"reason": _("Please say what makes you fear for somebody.")})
    throttle("decide", reader=moderator)
    case = comment.cases.order_by("-pk").first()
    decision = record(
        comment,
        case=case,
        revision=latest_revision(comment),
        decided_by=moderator,
        measure=Decision.Measure.TELL_POLICE,
        origin=origin_of(case) if case else Decision.Origin.OWN,
        explanation="",
        note=reason.strip(),
    )
    logger.warning(
        "danger to life reported", extra={"comment": comment.pk, "decision": decision.pk}
    )
    return decision


def evidence(decision: Decision) -> dict[str, Any]:
    """Section -> its fields, or a list of such; as it is stored now, with times of the house.

    The decision comes with its text and comment.
    """
    comment = decision.comment
    assert comment is not None  # noqa: S101 - tell_police names one
    author, subject = comment.author, comment.discussion.subject
    return {
        "report": {
            "number": decision.pk,
            "time": decision.decided_at,
            "reason": decision.text.note,
            "newspaper": settings.SITE_NAME,
            "contact": settings.CONTACT_EMAIL,
        },
        "comment": {
            "number": comment.pk,
            "address": absolute(comment.get_absolute_url()),
            "status": str(comment.get_status_display()),
            "sent": comment.submitted_at,
            "published": comment.published_at,
            "removed": comment.removed_at,
            "answers": absolute(comment.parent.get_absolute_url()) if comment.parent else "",
            "below": str(subject),
            "address_of_article": absolute(subject.get_absolute_url()),
        },
        "wordings": [
            {"number": one.number, "written": one.created_at, "text": one.body}
            for one in comment.revisions.order_by("number")
        ],
        "account": {
            "number": author.pk,
            "name": author.name,
            "email": author.email,
            "joined": author.joined_at,
            "last_sign_in": author.last_login,
        },
        "sign_ins": [
            {
                "begun": one.created_at,
                "last_seen": one.last_seen_at,
                "internet_address": one.ip,
                "browser": one.user_agent,
            }
            for one in UserSession.objects.filter(user=author).order_by("-last_seen_at")
        ],
    }
