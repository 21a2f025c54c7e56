"""When is all work done that was ever queued?"""

from tests.faults.run import Run
from tests.faults.site import until

WAITING = """
    SELECT
      (SELECT count(*) FROM moderation_screening WHERE decided_at IS NULL AND set_aside_at IS NULL)
    + (SELECT count(*) FROM moderation_respite WHERE decision_id IS NULL AND undone_at IS NULL
         AND moot_at IS NULL AND set_aside_at IS NULL)
    + (SELECT count(*) FROM moderation_sweep WHERE finished_at IS NULL AND attempts < 5)
    + (SELECT count(*) FROM notifications_mail WHERE sent_at IS NULL AND dropped_at IS NULL
         AND set_aside_at IS NULL AND not_before <= now())
    + (SELECT count(*) FROM forum_recommendation WHERE folded_at IS NULL AND counts_from <= now())
"""
SCREENED = """
    SELECT count(*) FROM moderation_screening WHERE decided_at IS NULL AND set_aside_at IS NULL
"""


async def all_screened(run: Run) -> float:
    """Seconds until nothing waits for its checks; infinite if that never comes."""
    took = await until(lambda: run.count(SCREENED) == 0, patience=run.patience)
    return float("inf") if took is None else took


async def all_done(run: Run) -> float:
    """The same of mails, removals, of many too, and recommendations."""
    took = await until(lambda: run.count(WAITING) == 0, patience=2 * run.patience)
    return float("inf") if took is None else took
