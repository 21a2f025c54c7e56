"""What does a live report say, and what has changed in it?"""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from articles.models import Article, TickerEntry

# As of new comments (forum/news.py): nobody wants more put into his page.
MOST_NEW = 50
# A report that has been silent for so long is over: its readers ask less often.
RUNNING = timedelta(hours=6)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ticker_of(article: Article) -> list[TickerEntry]:
    """Its entries as they stand on the page; each knows whether its day is to be said."""
    entries = list(article.ticker_entries.all())
    day = None
    for entry in entries:
        former, day = day, timezone.localdate(entry.time) if entry.time else day
        entry.begins_day = day != former  # type: ignore[attr-defined]
    return entries


def last_time_of(entries: list[TickerEntry]) -> datetime | None:
    return max((entry.time for entry in entries if entry.time), default=None)


def version_of(article: Article) -> int:
    """Microseconds, up to the last change of the article or its entries."""
    return (article.updated_at - EPOCH) // timedelta(microseconds=1)


def is_running(article: Article) -> bool:
    return timezone.now() - article.updated_at < RUNNING


def entries_since(
    entries: list[TickerEntry], *, version: int
) -> list[tuple[TickerEntry, TickerEntry | None]]:
    """New and reworded ones, each with the one above it; fifty at most, from the top, and one."""
    moment = EPOCH + timedelta(microseconds=version)
    changed = [
        (entry, above)
        for above, entry in zip([None, *entries], entries, strict=False)
        if entry.changed_at > moment
    ]
    return changed[: MOST_NEW + 1]
