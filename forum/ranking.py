"""Which comment is put first under "best"?"""

from datetime import UTC, datetime
from math import log10

# A reply says that a comment is talked about, not that it is good.
REPLY_WEIGHT = 0.25
# What a comment has before anybody read it: the first recommendation moves it only a little.
PRIOR = 2.0
# So much later, a comment needs a tenth of the recommendations to stand as high.
DECADE_SECONDS = 2 * 24 * 3600.0
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
# What the newsroom has picked stands ahead of all else: age alone would need 5,000 years for this.
PICK_LEAD = 1_000_000.0


def rank(recommendations: int, replies: int, published_at: datetime) -> float:
    """Higher is better: log10(2 + recommendations + replies/4) + seconds since EPOCH / 172,800.

    For sites with recommendations only. The smoothed logarithm is Lemmy's (log10(max(2, s + 2)),
    crates/diesel_utils/replaceable_schema/utils.sql), the additive age Reddit's "hot"
    (r2/r2/lib/db/_sorts.pyx, there 45,000 s), made gentler: since age is added to the newer instead
    of taken from the older, ranks are written once and stay comparable.
    """
    score = PRIOR + recommendations + REPLY_WEIGHT * replies
    return log10(score) + (published_at - EPOCH).total_seconds() / DECADE_SECONDS
