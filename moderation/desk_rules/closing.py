"""Which discussions are closed because they are old?"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from forum import opening
from forum.models import Discussion
from moderation import signals
from moderation.deciding import record
from moderation.desk_rules import policy
from moderation.desk_rules.options import ClosingAge, Kind
from moderation.desk_rules.policy import Policy
from moderation.models import Decision

logger = logging.getLogger(__name__)

# Each is a decision in the log, whose lock nobody is to wait for long.
BATCH = 200


def close_old() -> int:
    """How many were closed; the rest of a long list follows in the next round.

    Once only: who opens one again has decided otherwise, and is not contradicted.
    """
    now, held = timezone.now(), policy.current()
    closed = 0
    for pk, days in _due(held, now):
        closed += _close(pk, days=days)
        if closed >= BATCH:
            break
    return closed


def _due(held: Policy, now: datetime) -> Iterator[tuple[int, int]]:
    """(id, after how many days) of open discussions under articles, the oldest first."""
    set_days = [each.days for each in held.all_of(Kind.CLOSING_AGE) if isinstance(each, ClosingAge)]
    if not set_days:
        return
    closed_before = Decision.objects.filter(
        automated=True, measure=Decision.Measure.CLOSE, discussion__isnull=False
    )
    candidates = (
        Discussion.objects.filter(
            closed_at__isnull=True,
            article__published_at__lt=now - timedelta(days=min(set_days)),
        )
        .exclude(pk__in=closed_before.values("discussion"))
        .order_by("article__published_at", "pk")
        .values_list("pk", "article__topic", "article__published_at")
    )
    for pk, topic_id, appeared in candidates.iterator(chunk_size=1_000):
        options = held.at(Kind.CLOSING_AGE, topic_id=topic_id, discussion_id=pk)
        if isinstance(options, ClosingAge) and appeared < now - timedelta(days=options.days):
            yield pk, options.days


@transaction.atomic
def _close(pk: int, *, days: int) -> bool:
    reason = ngettext(
        "We close discussions %(days)s day after the article.",
        "We close discussions %(days)s days after the article.",
        days,
    ) % {"days": days}
    discussion = opening.close_by_rule(pk, reason=reason)
    if discussion is None:
        return False
    decision = record(
        None,
        discussion=discussion,
        automated=True,
        measure=Decision.Measure.CLOSE,
        origin=Decision.Origin.CHECK,
        explanation=reason,
    )
    signals.decision_made.send(sender=Decision, decision=decision)
    logger.info("discussion closed by age", extra={"discussion": pk})
    return True
