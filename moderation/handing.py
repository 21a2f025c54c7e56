"""How does a case get to the senior moderators, or to the legal department?"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttling import throttle
from moderation import rules
from moderation.deciding import conflict, decided_already, latest_revision, origin_of, record
from moderation.models import Case, Decision


@transaction.atomic
def hand_over(case: Case, *, moderator: User, to: str, note: str) -> Decision:
    """The case stays open, is nobody's, and only seniors decide on it; the note is for them.

    Raises PermissionDenied, ValidationError (conflict: decided, another's, handed over already).
    """
    if refusal := rules.decision_refusal(moderator, case):
        raise PermissionDenied(refusal)
    throttle("decide", reader=moderator)
    # Before the case about him, as everywhere.
    list(User.objects.select_for_update(no_key=True).filter(pk=case.reader_id))
    case = (
        Case.objects.select_for_update(no_key=True, of=("self",))
        .select_related("claimed_by", "comment", "reader")
        .get(pk=case.pk)
    )
    if case.closed_at:
        raise conflict(decided_already(case))
    if claimed := rules.claim_conflict(moderator, case):
        raise conflict(claimed)
    if case.handed_to == to:
        raise conflict(_("It has been handed over already."))
    case.handed_to, case.handed_at = to, timezone.now()
    case.claimed_by = case.claimed_at = None
    case.save(update_fields=["handed_to", "handed_at", "claimed_by", "claimed_at"])
    about = {"revision": latest_revision(case.comment)} if case.comment else {"reader": case.reader}
    return record(
        case.comment,
        case=case,
        decided_by=moderator,
        measure=Decision.Measure.HAND_OVER,
        origin=origin_of(case),
        explanation="",
        facts=Case.Desk(to).value,
        note=note,
        **about,
    )
