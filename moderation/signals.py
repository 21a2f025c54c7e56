"""Which facts does this app announce?

comment_flagged(sender=Flag, flag): a reader has reported a comment.
decision_made(sender=Decision, decision): a measure took effect (a person's or a check's).
hearing_announced(sender=Hearing, hearing): a reader may say something before he is suspended.
sweep_ordered(sender=Sweep, sweep): many comments are to be removed, one after the other.
case_closed(sender=Case, case, decision): nothing waits there any more; whoever flagged is told.
case_moot(sender=Case, case): the same without a decision: the author has withdrawn the comment.
edition_written(sender=Edition, edition): a page of the house has a new wording, from a day to come.
"""

from django.dispatch import Signal

comment_flagged = Signal()
decision_made = Signal()
hearing_announced = Signal()
sweep_ordered = Signal()
case_closed = Signal()
case_moot = Signal()
edition_written = Signal()
