"""How is a reader kept from writing: announced and heard, or at once in grave cases?"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttling import throttle
from forum.markup import clean_body
from forum.models import Comment
from moderation import queue, rulebook, rules, signals, statements
from moderation.deciding import conflict, latest_revision, refuse_without_reasons
from moderation.models import TO_ANSWER, Case, Decision, Hearing
from moderation.restricting import decide_about_author

Measure = Decision.Measure
# As many as upkeep takes in one round.
BATCH = 100


@transaction.atomic
def announce(
    comment: Comment, *, moderator: User, days: int | None, ground: str, explanation: str
) -> Hearing:
    """Tell the author of the comment that he is to be suspended and why; he may answer first.

    Raises as decide_about_author, and ValidationError (conflict: announced already, suspended).
    """
    reader = User.objects.select_for_update(no_key=True).get(pk=comment.author_id)
    refusal = rules.reader_refusal(moderator, reader) or rules.length_refusal(
        moderator, Measure.SUSPEND, end_of(days)
    )
    if refusal:
        raise PermissionDenied(refusal)
    refuse_without_reasons(Measure.SUSPEND, ground=ground, explanation=explanation)
    if reader.is_suspended:
        raise conflict(_("This reader is suspended already."))
    if reader.hearings.open().exists():
        raise conflict(_("A suspension of this reader has been announced already."))
    throttle("decide", reader=moderator)
    now = timezone.now()
    hearing = Hearing.objects.create(
        reader=reader,
        comment=comment,
        revision=latest_revision(comment),
        days=days,
        ground=ground,
        rules_version=rulebook.current().version,
        explanation=explanation.strip(),
        announced_by=moderator,
        announced_at=now,
        deadline=now + TO_ANSWER,
    )
    signals.hearing_announced.send(sender=Hearing, hearing=hearing)
    return hearing


@transaction.atomic
def answer(hearing: Hearing, *, reader: User, text: str) -> Hearing:
    """What he says to it; the desk has it at once. After the deadline too, until it is decided.

    Raises Http404 (somebody else's), ValidationError (conflict: answered, decided; the text).
    """
    if hearing.reader_id != reader.pk:
        raise Http404
    text = clean_body(text)
    hearing = locked(hearing)
    if hearing.answered_at:
        raise conflict(_("You have answered already."))
    if hearing.decided_at:
        raise conflict(_("We have decided meanwhile."))
    hearing.answer, hearing.answered_at = text, timezone.now()
    hearing.save(update_fields=["answer", "answered_at"])
    return come_back(hearing)


@transaction.atomic
def decide(hearing: Hearing, *, moderator: User, suspends: bool, explanation: str) -> Decision:
    """The new decision, once he was heard: the suspension as announced, or none.

    Raises as decide_about_author, and ValidationError (conflict: too early, decided).
    """
    hearing = locked(hearing)
    if refusal := hearing_refusal(hearing, moderator):
        raise PermissionDenied(refusal)
    if hearing.decided_at:
        raise conflict(_("This has been decided meanwhile."))
    if not hearing.is_heard:
        raise conflict(_("The reader still has time to answer."))
    decision = decide_about_author(
        hearing.comment,
        moderator=moderator,
        measure=Measure.SUSPEND if suspends else Measure.REINSTATE,
        ground=hearing.ground,
        explanation=explanation,
        until=end_of(hearing.days) if suspends else None,
    )
    close(hearing, decision)
    return decision


@transaction.atomic
def suspend_at_once(
    comment: Comment,
    *,
    moderator: User,
    days: int | None,
    ground: str,
    explanation: str,
    why_grave: str,
) -> Decision:
    """Without hearing him first, which only a grave case allows: why it is one, he is told.

    What was announced before is decided by it, if he may decide that.
    """
    if not why_grave.strip():
        raise ValidationError({"why_grave": _("Please say why he is not heard first.")})
    announced = Hearing.objects.open().filter(reader=comment.author_id).first()
    hearing = locked(announced) if announced else None
    decision = decide_about_author(
        comment,
        moderator=moderator,
        measure=Measure.SUSPEND,
        ground=ground,
        explanation=explanation,
        facts=why_grave.strip(),
        until=end_of(days),
    )
    is_open = hearing and hearing.decided_at is None
    if hearing and is_open and not hearing_refusal(hearing, moderator):
        close(hearing, decision)
    return decision


@transaction.atomic
def reinstate(reader: User, *, moderator: User, explanation: str) -> Decision:
    """Lift what holds for him, with a reason that he reads.

    Raises as decide_about_author, and ValidationError (conflict: nothing holds).
    """
    held_by = (Measure.SUSPEND, Measure.READ_FIRST)
    last = Decision.objects.filter(reader=reader, measure__in=held_by).order_by("-pk").first()
    if not (reader.suspended_at or reader.read_first_at) or last is None or last.comment is None:
        raise conflict(_("Nothing holds for this reader that could be lifted."))
    return decide_about_author(
        last.comment, moderator=moderator, measure=Measure.REINSTATE, explanation=explanation
    )


def come_back_overdue(now: datetime | None = None) -> int:
    """To the desk with what nobody has answered in time; how many."""
    overdue = Hearing.objects.overdue(now or timezone.now()).order_by("deadline")
    back = 0
    for pk in overdue.values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            hearing = locked(Hearing(pk=pk))
            if hearing.decided_at is None and hearing.case_id is None:
                come_back(hearing)
                back += 1
    return back


def come_back(hearing: Hearing) -> Hearing:
    """A case about the reader, with the moderators; who calls holds the hearing's lock."""
    hearing.case = queue.open_case_of_reader(hearing.reader, reason=queue.Reason.HEARD)
    hearing.save(update_fields=["case"])
    return hearing


def hearing_refusal(hearing: Hearing, moderator: User) -> str | None:
    """What he could not have announced is not his to decide, nor what was handed over."""
    too_long = rules.length_refusal(moderator, Measure.SUSPEND, end_of(hearing.days))
    if too_long or hearing.case is None:
        return too_long
    return rules.decision_refusal(moderator, hearing.case)


def close(hearing: Hearing, decision: Decision) -> None:
    hearing.decision, hearing.decided_at = decision, decision.decided_at
    hearing.save(update_fields=["decision", "decided_at"])
    if hearing.case and hearing.case.closed_at is None:
        queue.finish(hearing.case, at=decision.decided_at)


def locked(hearing: Hearing) -> Hearing:
    """With its reader and the case about him, in the order in which everything locks them."""
    rows = Hearing.objects.select_for_update(no_key=True, of=("self",))
    hearing = rows.select_related("reader", "comment__author").get(pk=hearing.pk)
    list(User.objects.select_for_update(no_key=True).filter(pk=hearing.reader_id))
    if hearing.case_id:
        hearing.case = Case.objects.select_for_update(no_key=True).get(pk=hearing.case_id)
    return hearing


def end_of(days: int | None) -> datetime | None:
    return timezone.now() + timedelta(days=days) if days else None


def length(days: int | None) -> str:
    if days is None:
        return _("without end")
    return _("for %(count)s days") % {"count": days} if days > 1 else _("for one day")


def announcement(hearing: Hearing) -> str:
    """The letter, from a hearing in view: on the page and in the mail alike."""
    broken = rulebook.broken_clause(hearing.ground, version=hearing.rules_version)
    rule = _("clause %(number)s (%(noun)s)") % vars(broken) if broken else ""
    return _(
        'Hello %(name)s, because of your comment of %(time)s below "%(headline)s" we intend to '
        "keep you from writing on our site, %(length)s. Your text breaks %(ground)s of our house "
        "rules: %(explanation)s Before we decide you can say something to this, until "
        "%(deadline)s. Until then you can read and write as before."
    ) % {
        "name": hearing.reader,
        "time": statements.in_words(hearing.comment.submitted_at),
        "headline": statements.headline(hearing.comment.discussion),
        "length": length(hearing.days),
        "ground": rule,
        "explanation": statements.as_sentence(hearing.explanation),
        "deadline": statements.in_words(hearing.deadline),
    }
