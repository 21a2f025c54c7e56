"""What is forgotten by the clock?"""

from datetime import datetime, timedelta

from django.utils import timezone

from forum.models import Fold, ReadMarker, Submission

SUBMISSIONS_KEPT = timedelta(days=30)
FOLDS_KEPT = timedelta(hours=1)
# After the last reading in a discussion.
READ_MARKERS_KEPT = timedelta(days=90)


def forget_submissions(now: datetime | None = None) -> int:
    """Ids of forms are kept for a month: nobody sends one again after that."""
    before = (now or timezone.now()) - SUBMISSIONS_KEPT
    deleted, _by_model = Submission.objects.filter(created_at__lt=before).delete()
    return deleted


def forget_read_markers(now: datetime | None = None) -> int:
    """Of discussions that their readers have not come back to.

    Reads all of the narrow table, once a day: an index on what every reading writes costs more.
    """
    before = (now or timezone.now()) - READ_MARKERS_KEPT
    deleted, _by_model = ReadMarker.objects.filter(read_at__lt=before).delete()
    return deleted


def forget_folds(now: datetime | None = None) -> int:
    """A page that has not asked for an hour shows counts that are an hour old."""
    before = (now or timezone.now()) - FOLDS_KEPT
    deleted, _by_model = Fold.objects.filter(folded_at__lt=before).delete()
    return deleted
