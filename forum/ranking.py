"""Which comment is put first under "best"?

The page "How we sort" (forum/views/sorting.py) and the terms say these figures to readers.
"""

from datetime import UTC, datetime
from math import log10

# A reply says that a comment is talked about, not that it is good.
REPLY_WEIGHT = 0.25
# What a comment has before anybody read it: the first recommendation moves it only a little.
PRIOR = 2.0
# So much later, a comment needs a tenth of the recommendations to stand as high.
DECADE_SECONDS = 2 * 24 * 3600.0
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
# Fewer recommendations than this say nothing yet: no number is shown, and the comment stands behind
# those that have as many, so that nothing unread leads an old discussion (Yadin et al.). Age alone
# would need 55 years for this lead.
FEW = 3
PROVEN_LEAD = 10_000.0
# What the newsroom has picked stands ahead of all else: age alone would need 5,000 years for this.
PICK_LEAD = 1_000_000.0
# Recommendations are taken into tallies and ranks so often (config/schedule.py).
FOLD_SECONDS = 10


def rank(
    recommendations: int, replies: int, published_at: datetime, *, is_picked: bool = False
) -> float:
    """Higher is better: log10(2 + recommendations + replies/4) + seconds since EPOCH / 172,800.

    For sites with recommendations only. The smoothed logarithm is Lemmy's (log10(max(2, s + 2)),
    crates/diesel_utils/replaceable_schema/utils.sql), the additive age Reddit's "hot"
    (r2/r2/lib/db/_sorts.pyx, there 45,000 s), made gentler: since age is added to the newer instead
    of taken from the older, ranks are written once and stay comparable.
    """
    score = PRIOR + recommendations + REPLY_WEIGHT * replies
    age = (published_at - EPOCH).total_seconds() / DECADE_SECONDS
    lead = PROVEN_LEAD * (recommendations >= FEW) + PICK_LEAD * is_picked
    return log10(score) + age + lead
