"""Which facts does this app announce?

article_published(sender=Article, article): new, or changed, and open to readers.
topic_published(sender=Topic, topic): the same for a topic page.
"""

from django.dispatch import Signal

article_published = Signal()
topic_published = Signal()
