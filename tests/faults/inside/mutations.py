"""How is a safeguard taken away in a running process? By putting something else in its place.

Which promise each of them must break stands in tests/faults/mutations.py.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import outgoing
from config import errors
from forum import bells, posting, publishing, unveiling
from moderation import checks, log, passing, respites, screening, upkeep
from moderation import tasks as moderation_tasks
from moderation.models import Respite, Screening
from notifications import letters, mailing, notifying
from notifications.models import Mail


def forget_forms() -> None:
    """The id of a form is not looked at, nor whether he has just written the same."""
    usual = posting._new_id
    posting._new_id = lambda author, submission_id: usual(author, None)
    posting._refuse_repetition = lambda author, mark: None


def ring_once_only() -> None:
    """Nobody looks for rows whose bell was lost."""
    upkeep.overdue_screenings = lambda: upkeep.Overdue(has_new=False, has_tried=False)


def publish_unread() -> None:
    """Shown with the row of a screening that has not happened."""
    usual = screening.queue

    def queue(revision: Any) -> Screening:
        job = usual(revision)
        publishing.show(revision.comment, revision=revision, screening_id=job.pk)
        return job

    screening.queue = queue


def mark_mails_first() -> None:
    usual = mailing.message

    def message(mail: Mail, letter: Any) -> Any:
        Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
        return usual(mail, letter)

    mailing.message = message


def name_mails_anew() -> None:
    usual = letters.message_id
    letters.message_id = lambda mail: usual(mail).replace("<", f"<{secrets.token_hex(4)}-")


def send_unclaimed_mails() -> None:
    mailing.claim = lambda mail: True


def tell_no_replies() -> None:
    notifying.tell_of_reply = lambda comment: None


def write_no_mails() -> None:
    """The line is there, and nobody is written to."""
    notifying.attach = lambda told, mail: None


def ring_in_the_transaction() -> None:
    """A post needs Redis then."""
    bells.ring_for_all = moderation_tasks.ring_for_all = lambda task: task.apply_async(retry=False)


def call_it_an_error() -> None:
    """A database that is away is answered as a mistake of ours is."""
    errors.DatabaseAway = ()


def read_newest_first() -> None:
    """Both what is new and what has failed."""
    screening._CLAIM_NEW = screening._CLAIM_NEW.replace(
        "ORDER BY queued_at, id", "ORDER BY queued_at DESC, id DESC"
    )
    screening.TOGETHER = 4
    usual, usual_new, tried = screening.claim, screening.claim_new, screening.tried
    screening.tried = lambda now: tried(now).reverse()

    def claim_new() -> tuple[list[int], bool]:
        time.sleep(3)  # as on a machine that has more to do
        return usual_new()

    def claim(job: Screening) -> bool:
        time.sleep(0.5)
        return usual(job)

    screening.claim, screening.claim_new = claim, claim_new


def count_no_attempts() -> None:
    """A text that kills its worker is read for ever."""
    screening._CLAIM_NEW = screening._CLAIM_NEW.replace("attempts = 1", "attempts = 0")
    screening.claim = lambda job: (
        screening.free(timezone.now())
        .filter(pk=job.pk)
        .update(leased_until=timezone.now() + screening.LEASE)
        == 1
    )


def remove_as_often_as_told() -> None:
    """Whether a removal has taken effect already is not looked at."""
    respites.claim = lambda respite: True
    respites.is_moot = lambda respite, comment, case: False

    def lock(respite: Respite) -> Any:
        comment, _discussion = screening.listing.locked(respite.case.reviewed_comment)
        return respite, comment, respite.case

    respites.lock = lock


def pass_what_is_newest() -> None:
    """Not the wording that was read, but the one that stands there now."""
    begin, end = passing._LOCK.index("AND NOT EXISTS"), passing._LOCK.index("ORDER BY")
    passing._LOCK = passing._LOCK[:begin] + passing._LOCK[end:]
    usual = passing.pass_together

    def pass_together(discussion_id: int, read: list) -> set[int]:
        for job, _findings in read:
            comment = job.revision.comment
            job.revision = comment.revisions.latest("number")
            job.revision.comment = comment
        return usual(discussion_id, read)

    passing.pass_together = pass_together


def screen_at_once() -> None:
    """Whoever posts waits until his text has been read."""
    moderation_tasks.ring_for_all = lambda task: transaction.on_commit(task.apply)


def prove_nothing() -> None:
    log.breaks = lambda row, *, after: iter(())
    log.missed = None
    usual = log.Head.objects.values_list
    log.Head.objects.values_list = lambda *names: usual(*names).none()


def answer_after_the_mail() -> None:
    """The thread that answers a reader waits for the mail server."""
    outgoing.hand_over = outgoing.send


def wait_for_every_code() -> None:
    """A process that ends tries all that wait, however the mail server stalls."""
    usual = outgoing.send
    outgoing.send = lambda mail: usual(mail) or True


def count_nothing() -> None:
    unveiling._SHOW = unveiling._SHOW.replace(
        "comment_count = comment_count + %(count)s", "comment_count = comment_count"
    )


def fail_open() -> None:
    """A check that fails finds nothing."""
    usual = screening.findings_of

    def findings_of(*told: Any) -> dict[str, checks.Finding]:
        try:
            return usual(*told)
        except RuntimeError:
            return {"classifier": checks.PASS}

    screening.findings_of = findings_of


MUTATIONS: dict[str, Callable[[], None]] = {
    mutate.__name__: mutate
    for mutate in (
        forget_forms, ring_once_only, publish_unread, mark_mails_first, name_mails_anew,
        send_unclaimed_mails, tell_no_replies, write_no_mails, ring_in_the_transaction,
        call_it_an_error, read_newest_first, count_no_attempts, remove_as_often_as_told,
        pass_what_is_newest, screen_at_once, answer_after_the_mail, wait_for_every_code,
        prove_nothing, count_nothing, fail_open,
    )
}  # fmt: skip
