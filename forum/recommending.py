"""Which comments do readers find worth recommending?

A recommendation is a row; the tallies that pages show are folded from the rows every few seconds,
so that two hundred votes on one comment do not wait for each other.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.throttling import throttle
from forum import listing, rules
from forum.models import Comment, Discussion, Fold, Recommendation, Tally

# Recommendations of younger accounts count once they are that old.
COUNTING_AGE = timedelta(hours=24)
FOLD_AT_ONCE = 5000
AT_ONCE = 500
# Open pages are told of so many counts at a time; they show about a hundred.
FOLD_TOLD = 200


@transaction.atomic
def recommend(comment: Comment, *, reader: User, address: str = "") -> None:
    """One each, private. Doing it again changes nothing.

    Raises Http404 (not published), PermissionDenied (own, staff, closed, suspended),
    ValidationError "too_fast".
    """
    comment = Comment.objects.select_related("discussion").get(pk=comment.pk)
    if not comment.is_published:
        raise Http404
    if refusal := rules.recommendation_refusal(reader, comment):
        raise PermissionDenied(refusal)
    if comment.recommendations.standing().filter(reader=reader).exists():
        return
    throttle("recommend", reader=reader, address=address)

    now = timezone.now()
    Recommendation.objects.bulk_create(
        [
            Recommendation(
                comment=comment,
                reader=reader,
                recommended_at=now,
                counts_from=counting_from(reader, now=now) or now,
            )
        ],
        # A row that is there already had been taken back (or a second click was faster). No other
        # conflict passes for that: what is answered by yes is stored.
        update_conflicts=True,
        unique_fields=["comment", "reader"],
        update_fields=["withdrawn_at", "folded_at", "recommended_at"],
    )


def counting_from(reader: User, *, now: datetime) -> datetime | None:
    """When the recommendations of a young account begin to count; None if they do already."""
    old_enough = reader.joined_at + COUNTING_AGE
    return old_enough if old_enough > now else None


def take_back(comment: Comment, *, reader: User) -> None:
    """Possible at any time, also when the comment is gone. Doing it again changes nothing."""
    comment.recommendations.standing().filter(reader=reader).update(
        withdrawn_at=timezone.now(), folded_at=None
    )


def fold_recommendations(now: datetime | None = None) -> int:
    """Take new and withdrawn recommendations into tallies and ranks; how many tallies changed.

    Called every ten seconds (config/schedule.py), which is how often a discussion's version may
    rise for them. Counts are taken anew, so folding twice changes nothing.
    """
    now = now or timezone.now()
    waiting = Recommendation.objects.to_fold(now)
    discussions = waiting.values_list("comment__discussion_id", flat=True).distinct()
    return sum(_fold(pk, now) for pk in list(discussions.order_by()))


@transaction.atomic
def _fold(discussion_id: int, now: datetime) -> int:
    discussion = Discussion.objects.select_for_update(no_key=True).get(pk=discussion_id)
    rows = list(
        Recommendation.objects.to_fold(now)
        .filter(comment__discussion=discussion)
        .select_for_update(no_key=True, of=("self",))
        .order_by("id")[:FOLD_AT_ONCE]
    )
    comment_ids = {row.comment_id for row in rows}
    counts = dict(
        Recommendation.objects.counting(now)
        .filter(comment__in=comment_ids)
        .values_list("comment")
        .annotate(Count("id"))
    )
    changed = _write_tallies({pk: counts.get(pk, 0) for pk in comment_ids})
    Recommendation.objects.filter(pk__in=[row.pk for row in rows]).update(folded_at=now)
    if changed:
        discussion.version += 1
        discussion.save(update_fields=["version"])
        Fold.objects.create(
            discussion=discussion, version=discussion.version, comment_ids=changed[:FOLD_TOLD]
        )
    return len(changed)


def _write_tallies(counts: dict[int, int]) -> list[int]:
    """The comments whose count differed. A few statements, however many they are."""
    changed = []
    for tally in Tally.objects.select_related("comment").filter(pk__in=counts).order_by("pk"):
        if tally.recommendation_count == counts[tally.pk]:
            continue
        tally.recommendation_count = counts[tally.pk]
        tally.rank = listing.rank_of(tally.comment, tally)
        changed.append(tally)
    Tally.objects.bulk_update(changed, ["recommendation_count", "rank"], batch_size=AT_ONCE)
    return [tally.pk for tally in changed]
