"""What becomes of cases, decisions and reports once a reader has closed his account?"""

from django.utils import timezone

from accounts.models import User
from forum.models import Comment
from moderation import queue, similar, unseen
from moderation.models import (
    Appeal,
    Case,
    Flag,
    FlaggerRecord,
    Hearing,
    Notice,
    ReaderNote,
    Verdict,
)


def forget(reader: User, *, keeps_texts: bool) -> None:
    """Decisions and cases stay under the pseudonym (GDPR art. 17(3)(e)); his own words go.

    That a comment was reported, and for which reason, is the case's; what he wrote beside it could
    tell who he is. Passages that checks have found go with the texts they quote.
    """
    Flag.objects.filter(reader=reader).exclude(explanation="").update(explanation="")
    mine = Notice.objects.filter(reader=reader)
    mine.update(name="", email="")
    # What is not decided yet needs its reasons; they go with time (noticing.forget_people).
    mine.filter(decided_at__isnull=False).update(reason="")
    FlaggerRecord.objects.filter(reader=reader).delete()
    Hearing.objects.filter(reader=reader).exclude(answer="").update(answer="")
    ReaderNote.objects.filter(reader=reader).delete()
    for case in Case.objects.open().select_for_update(no_key=True).filter(reader=reader):
        queue.finish(case, at=timezone.now())
    # What waits is answered first, and then goes too (moderation/appealing.py).
    Appeal.objects.filter(author=reader, answered_at__isnull=False).update(text="")
    Case.objects.open().filter(claimed_by=reader).update(claimed_by=None, claimed_at=None)
    quoted = Verdict.objects.filter(screening__revision__comment__author=reader).exclude(found=[])
    staying = [Comment.Status.REMOVED]
    if keeps_texts:
        staying.append(Comment.Status.PUBLISHED)
    quoted.exclude(screening__revision__comment__status__in=staying).update(found=[])
    unseen.forget_texts_of(reader)
    similar.forget_texts_of(reader)
