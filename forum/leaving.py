"""What becomes of what a reader wrote, once he has closed his account?

Each text in a transaction of its own, and no more in a round than a task has time for: whoever is
killed goes on where he stopped, and nobody waits long for a discussion's lock.
"""

import logging
from time import monotonic

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from forum.models import (
    ChosenOrder,
    Comment,
    Departure,
    Discussion,
    Follow,
    Mute,
    ReadMarker,
    Recommendation,
    Revision,
    Submission,
)
from forum.posting import withdraw

logger = logging.getLogger(__name__)

# Of one reader in a round, and how long a round goes on: well below what a task may take.
AT_ONCE = 500
ROUND_SECONDS = 30


def note_departure(reader: User, *, keeps_texts: bool) -> None:
    """The job, in the transaction that closes the account."""
    Departure.objects.get_or_create(reader=reader, defaults={"keeps_texts": keeps_texts})


def see_off_all() -> None:
    """One whose texts make trouble is logged, and holds up nobody else."""
    until = monotonic() + ROUND_SECONDS
    for departure in Departure.objects.open().select_related("reader").order_by("left_at"):
        if monotonic() >= until:
            return
        try:
            see_off(departure, until=until)
        except Exception:
            logger.exception("departure not finished", extra={"reader": departure.reader_id})


def see_off(departure: Departure, *, until: float) -> bool:
    """Go on with it, until that moment of the monotonic clock; whether it is finished.

    Doing it again, or twice at once, is harmless.
    """
    if departure.renamed_at is None:
        show_pseudonym(departure)
    withdraw_texts(departure, until=until)
    forget_wordings(departure.reader)
    take_back_recommendations(departure.reader)
    Submission.objects.filter(author=departure.reader).delete()
    forget_choices_and_markers(departure.reader)
    if is_unfinished(departure):
        return False
    departure.finished_at = timezone.now()
    departure.save(update_fields=["finished_at"])
    logger.info("departure finished", extra={"reader": departure.reader_id})
    return True


def is_unfinished(departure: Departure) -> bool:
    """Texts that wait for another round, or recommendations that tallies still count."""
    return (
        Comment.objects.to_withdraw_for(departure).exists()
        or Recommendation.objects.filter(reader=departure.reader).exists()
    )


def show_pseudonym(departure: Departure) -> None:
    """Kept pages and those who watch them learn that a name has changed."""
    visible = Comment.objects.published().filter(author=departure.reader_id)
    for pk in list(visible.order_by().values_list("discussion_id", flat=True).distinct()):
        with transaction.atomic():
            discussion = Discussion.objects.select_for_update(no_key=True).get(pk=pk)
            discussion.version += 1
            discussion.retracted_version = discussion.version
            discussion.save(update_fields=["version", "retracted_version"])
            visible.filter(discussion=discussion).update(visible_version=discussion.version)
    departure.renamed_at = timezone.now()
    departure.save(update_fields=["renamed_at"])


def withdraw_texts(departure: Departure, *, until: float) -> None:
    """At most as many as the round has time for."""
    for comment in Comment.objects.to_withdraw_for(departure).order_by("pk")[:AT_ONCE]:
        if monotonic() >= until:
            return
        try:
            withdraw(comment, author=departure.reader)
        except ValidationError:
            # Removed by the house a moment ago: it is not his any more to take back.
            logger.info("text removed meanwhile", extra={"comment": comment.pk})


def forget_wordings(reader: User) -> None:
    """Of what is withdrawn the place remains: replies hang on it, decisions point at it."""
    Revision.objects.filter(
        comment__author=reader, comment__status=Comment.Status.WITHDRAWN
    ).exclude(body="").update(body="", html="", fingerprint="")


def forget_choices_and_markers(reader: User) -> None:
    """Whom he hid, what he followed and read, how he sorted; and mutes of him: nobody is left."""
    Mute.objects.filter(Q(reader=reader) | Q(muted=reader)).delete()
    Follow.objects.filter(reader=reader).delete()
    ReadMarker.objects.filter(reader=reader).delete()
    ChosenOrder.objects.filter(reader=reader).delete()


@transaction.atomic
def take_back_recommendations(reader: User) -> None:
    """Rows that tallies have counted are folded once more before they go."""
    own = Recommendation.objects.filter(reader=reader)
    # Locked in the order in which folding locks.
    standing = own.standing().select_for_update(no_key=True).order_by("id")
    ids = list(standing.values_list("pk", flat=True))
    own.filter(pk__in=ids).update(withdrawn_at=timezone.now(), folded_at=None)
    own.filter(withdrawn_at__isnull=False, folded_at__isnull=False).delete()
