"""What does the desk see of the word list: entries, how often they hit, and what became of that?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from forum.models import Comment
from moderation.desk_rules.trying import Trial
from moderation.folding import fold
from moderation.models import WordHit, WordlistEntry

PAGE = 50
HITS_LOOK_BACK = timedelta(days=30)
LATEST_HITS = 10


@dataclass(frozen=True)
class Page:
    """entries: with hit_count and shown_count of the last 30 days, the newest entry first."""

    entries: Sequence[WordlistEntry]
    count: int
    next_id: int | None


def page_of(*, sought: str = "", after: int | None = None) -> Page:
    """Two queries. sought: letters of an entry, folded as entries are."""
    listed = WordlistEntry.objects.listed()
    if sought:
        listed = listed.filter(Q(folded__contains=fold(sought)) | Q(text__icontains=sought))
    count = listed.count()
    if after:
        listed = listed.filter(pk__lt=after)
    since = timezone.now() - HITS_LOOK_BACK
    lately = Q(hits__screening__decided_at__gte=since)
    shown = Q(hits__screening__revision__comment__status=Comment.Status.PUBLISHED)
    found = list(
        listed.in_view()
        .annotate(
            hit_count=Count("hits", filter=lately), shown_count=Count("hits", filter=lately & shown)
        )
        .order_by("-pk")[: PAGE + 1]
    )
    entries = found[:PAGE]
    return Page(entries, count, entries[-1].pk if len(found) > PAGE else None)


def latest_hits(entry: WordlistEntry) -> list[Comment]:
    """The comments, the newest hit first, each with its discussion. One query."""
    hits = WordHit.objects.filter(entry=entry).select_related(
        "screening__revision__comment__author",
        "screening__revision__comment__discussion__article",
        "screening__revision__comment__discussion__topic",
    )
    newest = hits.order_by("-screening")[:LATEST_HITS]
    return [hit.screening.revision.comment for hit in newest]


def tried(form: Any, trial: Trial) -> list[tuple[str, int]]:
    """Text as typed and the comments it was found in, the most frequent first."""
    found = form.cleaned_data["found"]
    counted = [(text, trial.per_entry[word.folded]) for text, word in found.items()]
    return sorted(counted, key=lambda each: -each[1])[:PAGE]
