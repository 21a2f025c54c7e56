"""Which facts does this app announce?

comment_flagged(sender=Flag, flag): a reader has reported a comment.
decision_made(sender=Decision, decision): a measure took effect (a person's or a check's).
case_closed(sender=Case, case, decision): nothing waits there any more; whoever flagged is told.
case_moot(sender=Case, case): the same without a decision: the author has withdrawn the comment.
appeal_made(sender=Appeal, appeal): somebody sees a decision differently; he gets a receipt.
appeal_resolved(sender=Appeal, appeal): somebody else has answered it; both sides are told.
appeal_overdue(sender=Appeal, appeal): nobody has answered in time; seniors are alerted, once.
edition_written(sender=Edition, edition): a page of the house has a new wording, from a day to come.
"""

from django.dispatch import Signal

comment_flagged = Signal()
decision_made = Signal()
case_closed = Signal()
case_moot = Signal()
appeal_made = Signal()
appeal_resolved = Signal()
appeal_overdue = Signal()
edition_written = Signal()
