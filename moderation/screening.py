"""How is a new wording read before anybody sees it?

The row is the job. It is claimed by committing an attempt and a lease, worked on without any lock,
and its outcome is applied under the comment's lock after looking again whether it still holds.
Running it twice is harmless; whatever goes wrong, the text stays unseen.

First attempts are claimed many at a time, and those of one discussion that nothing speaks against
are shown together (moderation/passing.py). What has failed once is read alone from then on, and by
one process of a worker.
"""

import fcntl
import logging
import os
import signal
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from forum import listing, publishing
from forum.models import Comment, Revision
from moderation import checks, passing, similar
from moderation.checks import STRICTNESS, Finding
from moderation.deciding import decide_by_check, latest_revision
from moderation.desk_rules import rule_checks
from moderation.desk_rules.history import text_of
from moderation.models import Screening, ScreeningQuerySet, Verdict, WordHit
from moderation.queue import Reason, open_case

logger = logging.getLogger(__name__)

# All of them run, after the rules of the desk (rule_checks.py); the strictest acts, and of two
# equally strict the first. What is always looked at is a function in checks.py and a line here.
CHECKS: list[Callable[[Comment, Revision], Finding]] = [
    checks.suspension,
    checks.personal_data,
    checks.premoderated_discussion,
    checks.removed_before,
    checks.reader_read_first,
    checks.hidden_passage,
]

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
# After a check that raised: 5, 10, 20, 40 seconds. A killed worker leaves the whole lease.
BACKOFF = timedelta(seconds=5)

# One text may take so long, in seconds: the limit of a whole task (60) would let a few texts that
# never end keep all workers busy. Checks take milliseconds; a slow classifier, ten seconds.
TEXT_SECONDS = 15.0

# Claimed at a time: enough for a burst, few enough to wait out the lease of a worker that one of
# them has killed. While something waits that has failed before, and its lease is over, one at a
# time: no other text is to wait with the next one that hangs or kills.
TOGETHER = 20
# Then the worker is free again for other work.
IN_ONE_GO = 200
AGAIN_SECONDS = 10.0

# Inherited by all processes of a worker, and locked by one of them: a text that hangs does so each
# time it is tried, and the others are to be free for what is new. Whoever is killed holds no lock.
with tempfile.TemporaryFile() as _file:
    _SEAT = os.dup(_file.fileno())

Outcome = Screening.Outcome
Findings = dict[str, Finding]


def queue(revision: Revision) -> Screening:
    """The job, in the transaction that stores the wording: nobody else knows of it yet."""
    return Screening.objects.create(revision=revision)


def screen_waiting() -> bool:
    """Read what waits for the first time, the oldest first; whether more may wait."""
    count = 0
    while count < IN_ONE_GO:
        claimed, more_may_wait = claim_new()
        if claimed:
            read_together(claimed)
        if not more_may_wait:
            return False
        count += len(claimed)
    return True


def read_together(screening_ids: list[int]) -> None:
    """One that fails, or whose group fails, does not hold up the others."""
    harmless: dict[int, list[tuple[Screening, Findings]]] = defaultdict(list)
    doubtful: list[tuple[Screening, Findings]] = []
    claimed = with_texts(screening_ids)
    try:
        read_by = rule_checks.rules_for(one.revision for one in claimed)
    except Exception:
        for screening in claimed:
            try_again_soon(screening)
        logger.exception("the rules cannot be read", extra={"screenings": screening_ids})
        return
    for screening in claimed:
        try:
            findings = findings_of(screening.revision, read_by)
        except Exception:
            try_again_soon(screening)
            logger.exception("a check failed", extra={"screening": screening.pk})
            continue
        comment = screening.revision.comment
        is_harmless = all(finding.outcome == Outcome.PASS for finding in findings.values())
        group = harmless[comment.discussion_id] if is_harmless else doubtful
        group.append((screening, findings))
    for discussion_id, group in harmless.items():
        doubtful += _pass_together(discussion_id, group)
    for screening, findings in doubtful:
        try:
            take_effect(screening, findings)
        except Exception:
            try_again_soon(screening)
            logger.exception("an outcome failed", extra={"screening": screening.pk})
    _remember(claimed)


def _pass_together(
    discussion_id: int, read: list[tuple[Screening, Findings]]
) -> list[tuple[Screening, Findings]]:
    """Those that are left to be treated one by one."""
    try:
        passed = passing.pass_together(discussion_id, read)
    except Exception:
        logger.exception("could not be shown together", extra={"discussion": discussion_id})
        return read
    return [(screening, findings) for screening, findings in read if screening.pk not in passed]


def _remember(read: list[Screening]) -> None:
    """Where that fails, what was decided stands, and others wait to be read."""
    try:
        similar.note([screening.revision for screening in read])
    except Exception:
        logger.exception("wordings not remembered", extra={"screenings": [one.pk for one in read]})


def screen_tried() -> bool:
    """Read again what has failed, the oldest first; whether more may wait.

    Does nothing while another process of this worker does it.
    """
    try:
        fcntl.lockf(_SEAT, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    try:
        return _screen_tried(until=time.monotonic() + AGAIN_SECONDS)
    finally:
        fcntl.lockf(_SEAT, fcntl.LOCK_UN)


def _screen_tried(*, until: float) -> bool:
    waiting = list(tried(timezone.now())[:IN_ONE_GO])
    for screening in waiting:
        if time.monotonic() > until:
            return True
        try:
            screen(screening)
        except Exception:
            logger.exception("a check failed", extra={"screening": screening.pk})
    return len(waiting) == IN_ONE_GO


def screen(screening: Screening) -> None:
    """Read the wording and let what was found take effect. Does nothing while another one does."""
    if screening.attempts >= ATTEMPTS:
        set_aside(screening)
        return
    if not claim(screening):
        return
    [screening] = with_texts([screening.pk])
    try:
        findings = findings_of(screening.revision, rule_checks.rules_for([screening.revision]))
    except Exception:
        try_again_soon(screening)
        raise
    take_effect(screening, findings)
    _remember([screening])


def findings_of(revision: Revision, read_by: rule_checks.ReadBy) -> Findings:
    """Raises TimeoutError, like everything else that makes it an attempt that has failed."""
    with in_time():
        found = rule_checks.findings_of(text_of(revision), *read_by)
        return found | {check.__name__: check(revision.comment, revision) for check in CHECKS}


@contextmanager
def in_time() -> Iterator[None]:
    """Signals reach the main thread alone, which is where workers work."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"a text was read for {TEXT_SECONDS} seconds")

    former = signal.signal(signal.SIGALRM, stop)
    left = signal.setitimer(signal.ITIMER_REAL, TEXT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *left)
        signal.signal(signal.SIGALRM, former)


def with_texts(screening_ids: list[int]) -> list[Screening]:
    """One query for all that checks, and those who are told, ask of them."""
    read = Screening.objects.select_related(
        "revision__comment__author",
        "revision__comment__discussion__article",
        "revision__comment__parent__author",
    )
    return list(read.filter(pk__in=screening_ids).order_by("pk"))


# What has failed is older than what waits behind it: no need to look through a long queue.
_CLAIM_NEW = """
    WITH most AS (
        SELECT CASE WHEN EXISTS (
            SELECT FROM (
                SELECT attempts, leased_until FROM moderation_screening
                WHERE decided_at IS NULL AND set_aside_at IS NULL ORDER BY queued_at LIMIT 100
            ) oldest WHERE attempts > 1 OR (attempts = 1 AND leased_until < %s)
        ) THEN 1 ELSE %s END AS count
    )
    UPDATE moderation_screening SET attempts = 1, leased_until = %s WHERE id = ANY(ARRAY(
        SELECT id FROM moderation_screening
        WHERE decided_at IS NULL AND set_aside_at IS NULL AND attempts = 0 AND leased_until IS NULL
        ORDER BY queued_at, id LIMIT (SELECT count FROM most) FOR NO KEY UPDATE SKIP LOCKED
    )) RETURNING id, (SELECT count FROM most)
"""


def claim_new() -> tuple[list[int], bool]:
    """Ids of those that nobody has tried to read and that are ours now, and whether more may wait.

    Committed, as by claim.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_NEW, [now, TOGETHER, now + LEASE])
        claimed = cursor.fetchall()
    return [pk for pk, _most in claimed], bool(claimed) and len(claimed) == claimed[0][1]


def claim(screening: Screening) -> bool:
    """Whether the job is ours. Committed before the work: a text that kills its worker counts."""
    now = timezone.now()
    claimed = free(now).filter(pk=screening.pk, attempts__lt=ATTEMPTS)
    return claimed.update(attempts=F("attempts") + 1, leased_until=now + LEASE) == 1


def free(now: datetime) -> ScreeningQuerySet:
    """Waiting, and nobody works on it (or not any more)."""
    return Screening.objects.waiting().filter(
        Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    )


def tried(now: datetime) -> ScreeningQuerySet:
    """Of those the ones that have failed, the oldest first: all that claim_new does not take."""
    return free(now).exclude(attempts=0, leased_until__isnull=True).order_by("queued_at", "pk")


def try_again_soon(screening: Screening) -> None:
    """Upkeep rings for it once the lease is over. `attempts` with the one that has failed."""
    pause = BACKOFF * 2 ** (screening.attempts - 1)
    Screening.objects.waiting().filter(pk=screening.pk).update(leased_until=timezone.now() + pause)


@transaction.atomic
def take_effect(screening: Screening, findings: Findings) -> None:
    """Publish, hold or remove: once, and only if it is still this wording that waits."""
    locked = lock(screening)
    if locked is None:
        return
    screening, comment = locked
    verdicts = Verdict.objects.bulk_create(
        Verdict(
            screening=screening,
            check_name=name,
            outcome=finding.outcome,
            found=list(finding.found),
            ground=finding.ground,
        )
        for name, finding in findings.items()
    )
    entries = {pk for finding in findings.values() for pk in finding.entries}
    WordHit.objects.bulk_create(WordHit(screening=screening, entry_id=pk) for pk in entries)
    strictest = max(verdicts, key=lambda verdict: STRICTNESS.index(Outcome(verdict.outcome)))
    if not waits(comment, screening.revision):
        close(screening, Outcome.STALE)
        return
    close(screening, strictest.outcome)
    act(comment, screening, strictest)


def close(screening: Screening, outcome: str) -> None:
    screening.outcome = outcome
    screening.decided_at = timezone.now()
    screening.save(update_fields=["outcome", "decided_at"])
    logger.info("screened", extra={"screening": screening.pk, "outcome": outcome})


def act(comment: Comment, screening: Screening, strictest: Verdict) -> None:
    if comment.status == Comment.Status.HELD:
        # A person reads it: no check publishes what waits for a decision, nor forestalls one.
        open_case(comment, reason=Reason.EDIT)
        return
    if strictest.outcome == Outcome.PASS:
        publishing.show(comment, revision=screening.revision, screening_id=screening.pk)
        return
    is_edit = comment.is_published
    if not is_edit:
        comment = publishing.hold(comment)
    if strictest.outcome == Outcome.REMOVE:
        decide_by_check(screening.revision, verdict=strictest)
        return
    open_case(comment, reason=Reason.EDIT if is_edit else Reason.HELD)


@transaction.atomic
def set_aside(screening: Screening) -> None:
    """Five attempts have failed: a person reads it. Held, never published."""
    locked = lock(screening)
    if locked is None:
        return
    screening, comment = locked
    now = timezone.now()
    if screening.leased_until and screening.leased_until > now:
        return  # the fifth attempt is at work
    if not waits(comment, screening.revision):
        close(screening, Outcome.STALE)
        return
    screening.set_aside_at = now
    screening.save(update_fields=["set_aside_at"])
    if comment.status == Comment.Status.PENDING:
        comment = publishing.hold(comment)
    open_case(comment, reason=Reason.SET_ASIDE)
    logger.error("screening set aside", extra={"screening": screening.pk})


def lock(screening: Screening) -> tuple[Screening, Comment] | None:
    """Both rows, locked as everywhere; None if the job is done meanwhile."""
    comment, _discussion = listing.locked(screening.revision.comment)
    waiting = (
        Screening.objects.waiting()
        .select_for_update(no_key=True, of=("self",))
        .select_related("revision")
        .filter(pk=screening.pk)
        .first()
    )
    return (waiting, comment) if waiting else None


def waits(comment: Comment, revision: Revision) -> bool:
    """Whether this is what is to be decided on: not edited again, taken back or decided by hand."""
    if comment.status in {Comment.Status.REMOVED, Comment.Status.WITHDRAWN}:
        return False
    return revision == latest_revision(comment) and comment.visible_revision_id != revision.pk
