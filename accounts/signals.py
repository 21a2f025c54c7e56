"""Which facts does this app announce?

suspended(sender=User, user): a reader may no longer write.
reinstated(sender=User, user): he may again.
"""

from django.dispatch import Signal

suspended = Signal()
reinstated = Signal()
