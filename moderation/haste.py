"""Does somebody decide faster than people read? Seniors are to look: it may be a stolen account."""

import logging
from datetime import timedelta

from django.db.models import Count, Max
from django.utils import timezone

from moderation import signals
from moderation.models import Decision

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=10)
# A practised hand decides on thirty cases in a few minutes, and on fifty at once now and then. A
# senior's removal of many counts, too: the others may know of it.
MOST = 200


def tell_seniors() -> int:
    """How many moderators it is about; the inbox tells of each once an hour, the log each time."""
    by_hand = Decision.objects.filter(automated=False, decided_at__gt=timezone.now() - WINDOW)
    counted = by_hand.order_by().values_list("decided_by").annotate(Count("pk"), Max("pk"))
    hasty = list(counted.filter(pk__count__gt=MOST))
    for moderator, count, newest in hasty:
        logger.warning("unusual haste", extra={"moderator": moderator, "count": count})
        decision = Decision.objects.get(pk=newest)
        signals.haste_noticed.send(sender=Decision, decision=decision)
    return len(hasty)
