"""How does anybody tell us that a comment is illegal, and what is he told (DSA art. 16)?"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signing import Signer
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.throttling import block_of, throttle
from forum.models import Comment
from moderation import misuse, phrasing, rulebook, rules, signals
from moderation.models import Case, Decision, Notice
from moderation.queue import Reason, open_case
from moderation.trusting import trusted_flagger_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REASON_AT_LEAST = 20
REASON_AT_MOST = 2_000
# "Timely" (art. 16(6)), in figures of ours.
DUE_AFTER = timedelta(days=7)
DUE_AFTER_IF_GRAVE = timedelta(days=1)
# Who gave it and in which words: until he can object no more (art. 20), and as long as mails.
PEOPLE_KEPT = settings.MODERATION_APPEAL_WINDOW + settings.NOTIFICATIONS_KEPT
BATCH = 500
Measure = Decision.Measure

# The key names the notice, and nobody can make one who does not know SECRET_KEY.
_signer = Signer(salt="moderation.notices", sep=".")


def key_of(notice: Notice) -> str:
    return _signer.signature(str(notice.pk))


def is_readable(notice: Notice, *, reader: User | AnonymousUser, key: str) -> bool:
    """For whoever gave it signed in, and for whoever holds the key from the mail."""
    if reader.pk is not None and notice.reader_id == reader.pk:
        return True
    return constant_time_compare(key, key_of(notice))


def refusal(reader: User | AnonymousUser, comment: Comment) -> str | None:
    """Why he may not give notice of it; the suspended and strangers may."""
    return rules.notice_refusal(reader, comment, pause=misuse.pause_of(reader))


def due_at(notice: Notice) -> datetime:
    """By when it is to be decided: the legal clock of its case."""
    is_first = notice.law.is_grave or notice.trusted_flagger_id is not None
    return notice.received_at + (DUE_AFTER_IF_GRAVE if is_first else DUE_AFTER)


# --- Verbs


@transaction.atomic
def give_notice(
    comment: Comment,
    *,
    category: str,
    reason: str,
    submission_id: UUID,
    name: str = "",
    email: str = "",
    reader: User | None = None,
    address: str = "",
) -> Notice:
    """Open the comment's case, or join it. `address` is the one of the connection.

    The same form sent twice is one notice, and so are two of one account about one wording.
    Raises PermissionDenied, ValidationError (gone: nobody sees the comment any more; too_fast).
    """
    if earlier := earlier_notice(comment, submission_id=submission_id, reader=reader):
        return earlier
    if why_not := refusal(reader or AnonymousUser(), comment):
        raise PermissionDenied(why_not)
    trusted_flagger = trusted_flagger_of(reader)
    if trusted_flagger is None:
        slow_down(comment, reader=reader, address=address, email=email)
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if comment.visible_revision_id is None:
        raise ValidationError(_("Readers do not see this comment any more."), code="gone")
    # Again under the lock: a double click must not count twice.
    if earlier := earlier_notice(comment, submission_id=submission_id, reader=reader):
        return earlier
    notice = Notice(
        comment=comment,
        revision_id=comment.visible_revision_id,
        submission_id=submission_id,
        category=category,
        reason=reason,
        name=name,
        email=email,
        reader=reader,
        trusted_flagger=trusted_flagger,
    )
    notice.case = open_case(comment, reason=Reason.NOTICE, due_at=due_at(notice))
    if notice.law.is_grave:
        notice.case = open_case(comment, reason=Reason.DANGER)
    if trusted_flagger:
        notice.case = open_case(comment, reason=Reason.TRUSTED)
    notice.save()
    signals.notice_received.send(sender=Notice, notice=notice)
    return notice


def earlier_notice(comment: Comment, *, submission_id: UUID, reader: User | None) -> Notice | None:
    if sent := Notice.objects.filter(submission_id=submission_id, comment=comment).first():
        return sent
    if reader is None or comment.visible_revision_id is None:
        return None
    return Notice.objects.filter(reader=reader, revision_id=comment.visible_revision_id).first()


def slow_down(comment: Comment, *, reader: User | None, address: str, email: str) -> None:
    """Per account and connection, per connection and comment, and per mailbox written to, which
    may be a stranger's (security case 22)."""
    throttle("notice", reader=reader, address=address)
    if address:
        throttle("notice_of_comment", address=f"{block_of(address)} {comment.pk}")
    if email:
        throttle("notice_to_mailbox", address=email)


@transaction.atomic(savepoint=False)
def answer(case: Case, *, decision: Decision | None) -> list[Notice]:
    """Whoever gave notice is told either way (art. 16(5)); the case's row is locked.

    decision: None where the author has withdrawn the comment.
    """
    if Reason.NOTICE not in case.reasons:
        return []
    waiting = case.notices.undecided()
    ids = list(waiting.values_list("pk", flat=True))
    if not ids:
        return []
    now = timezone.now()
    seen = {"seen_at": Coalesce("seen_at", now)} if decision else {}
    waiting.update(decided_at=now, decision=decision, **seen)
    answered = list(Notice.objects.filter(pk__in=ids).order_by("pk"))
    for notice in answered:
        signals.notice_answered.send(sender=Notice, notice=notice)
    return answered


def forget_people(now: datetime | None = None) -> int:
    """Names, addresses and words of notices decided long ago; running it again changes nothing."""
    before = (now or timezone.now()) - PEOPLE_KEPT
    old = Notice.objects.telling_of_people(decided_before=before).order_by("decided_at")
    batch = list(old.values_list("pk", flat=True)[:BATCH])
    return Notice.objects.filter(pk__in=batch).update(name="", email="", reason="")


# --- What he is told: page and mail print the same words


OUTCOMES: dict[str, "StrOrPromise"] = {
    Measure.REMOVE: gettext_lazy("We have removed the comment: %(ground)s."),
    Measure.HIDE_PASSAGE: gettext_lazy("We have hidden a passage of the comment: %(ground)s."),
}
MEASURE_TAKEN: "StrOrPromise" = gettext_lazy(
    "We have taken a measure; the comment itself stays visible."
)
TAKEN_BACK: "StrOrPromise" = gettext_lazy(
    "After an appeal somebody else has examined the comment again and found nothing that is "
    "illegal or breaks our house rules. We have taken our decision back."
)
NOTHING_FOUND: "StrOrPromise" = gettext_lazy(
    "We have examined it and found nothing that is illegal or breaks our house rules. "
    "The comment stays."
)


def outcome(notice: Notice) -> str:
    """What was decided, and whether by a person (art. 16(6)); empty while it waits."""
    if notice.decided_at is None:
        return ""
    decision = notice.decision
    if decision is None:
        return _("The author has withdrawn the comment. Nobody can see it any more.")
    if reversal_of(decision):
        return str(TAKEN_BACK)
    standard = MEASURE_TAKEN if decision.measure in Decision.RESTRICTING else NOTHING_FOUND
    broken = rulebook.clause_of(decision)
    told = OUTCOMES.get(decision.measure, standard) % {"ground": broken.noun if broken else ""}
    decided = _("It was decided by %(decider)s.") % {"decider": phrasing.decider(decision)}
    return f"{told} {decided}"


def reversal_of(decision: Decision) -> Decision | None:
    """By which he learns that the outcome he was told is none any more."""
    return getattr(decision, "reversed_by", None) if decision.measure in OUTCOMES else None


def redress(notice: Notice) -> str:
    """What he can do who sees it differently (art. 16(5), 20, 21)."""
    if notice.decided_at is None or notice.decision is None:
        return ""
    reversal = reversal_of(notice.decision)
    since = reversal.decided_at if reversal else notice.decided_at
    deadline = localtime(since + settings.MODERATION_APPEAL_WINDOW)
    return _(
        "Do you see it differently? Until %(date)s you can object free of charge: write to "
        "%(address)s and name the number %(number)s; somebody else decides. You may also turn to "
        "a certified out-of-court dispute settlement body or a court."
    ) % {
        "date": date_format(deadline, "DATE_FORMAT"),
        "address": settings.CONTACT_EMAIL,
        "number": notice.number,
    }
