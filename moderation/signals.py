"""Which facts does this app announce?

comment_flagged(sender=Flag, flag): a reader has reported a comment.
notice_received(sender=Notice, notice): somebody has given notice of illegal content.
notice_answered(sender=Notice, notice): it is decided, or moot; its fields say which.
flagger_cautioned(sender=Caution, caution): a reader's reports are frequently unfounded.
decision_made(sender=Decision, decision): a measure took effect (a person's or a check's).
removal_granted(sender=Respite, respite): a removal will take effect, unless it is undone before.
hearing_announced(sender=Hearing, hearing): a reader may say something before he is suspended.
sweep_ordered(sender=Sweep, sweep): many comments are to be removed, one after the other.
case_closed(sender=Case, case, decision): nothing waits there any more; whoever flagged is told.
case_moot(sender=Case, case): the same without a decision: the author has withdrawn the comment.
appeal_made(sender=Appeal, appeal): somebody sees a decision differently; he gets a receipt.
appeal_resolved(sender=Appeal, appeal): somebody else has answered it; both sides are told.
appeal_overdue(sender=Appeal, appeal): nobody has answered in time; seniors are alerted, once.
haste_noticed(sender=Decision, decision): who made it decides unusually fast; seniors are to look.
edition_written(sender=Edition, edition): a page of the house has a new wording, from a day to come.
"""

from django.dispatch import Signal

comment_flagged = Signal()
notice_received = Signal()
notice_answered = Signal()
flagger_cautioned = Signal()
decision_made = Signal()
removal_granted = Signal()
hearing_announced = Signal()
sweep_ordered = Signal()
case_closed = Signal()
case_moot = Signal()
appeal_made = Signal()
appeal_resolved = Signal()
appeal_overdue = Signal()
haste_noticed = Signal()
edition_written = Signal()
