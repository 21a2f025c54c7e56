"""Which facts does this app announce?

article_published(sender=Article, article): new, or changed, and open to readers.
article_withdrawn(sender=Article, article): nobody can open it any more.
topic_published(sender=Topic, topic): the same for a topic page, open from its published_at on.
"""

from django.dispatch import Signal

article_published = Signal()
article_withdrawn = Signal()
topic_published = Signal()
