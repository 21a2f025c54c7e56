"""How do ranks follow when the formula has changed?"""

from django.db import transaction
from django.db.models import F

from forum.listing import rank_of
from forum.models import Discussion, Tally

RANKED_AT_ONCE = 500


def rerank() -> int:
    """How many ranks differed from the formula; they have been written anew.

    To be run when the formula has changed. A batch of one discussion at a time, under its lock:
    readers never wait, writers for one batch. Who stops it starts it again; what is right by then
    is not written twice.
    """
    discussions = Discussion.objects.order_by("pk").values_list("pk", flat=True)
    return sum(rerank_discussion(pk) for pk in list(discussions))


def rerank_discussion(discussion_id: int) -> int:
    changed, after = 0, 0
    while last := _rerank_batch(discussion_id, after=after):
        after, count = last
        changed += count
    return changed


@transaction.atomic
def _rerank_batch(discussion_id: int, *, after: int) -> tuple[int, int] | None:
    """The last comment looked at, and how many ranks differed; None after the last one."""
    Discussion.objects.select_for_update(no_key=True).get(pk=discussion_id)
    placed = Tally.objects.placed().select_related("comment")
    batch = placed.filter(comment__discussion=discussion_id, pk__gt=after).order_by("pk")
    tallies = list(batch[:RANKED_AT_ONCE])
    if not tallies:
        return None
    differing = []
    for tally in tallies:
        rank = rank_of(tally.comment, tally)
        if tally.rank != rank:
            tally.rank = rank
            differing.append(tally)
    if differing:
        Tally.objects.bulk_update(differing, ["rank"])
        Discussion.objects.filter(pk=discussion_id).update(version=F("version") + 1)
    return tallies[-1].pk, len(differing)
