"""Which facts does this app announce? Each is sent by a verb as the last line of its transaction.

comment_submitted(sender=Comment, comment, revision): a new wording waits to be screened;
    a first one or an edit.
comment_published(sender=Comment, comment, revision, first_time): readers see that wording now.
comment_held(sender=Comment, comment): taken out of sight until a moderator has read it.
comment_removed(sender=Comment, comment): taken down by the house.
comment_withdrawn(sender=Comment, comment): taken back by its author.
"""

from django.dispatch import Signal

comment_submitted = Signal()
comment_published = Signal()
comment_held = Signal()
comment_removed = Signal()
comment_withdrawn = Signal()
