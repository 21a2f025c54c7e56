"""Which facts does this app announce?

suspended(sender=User, user): a reader may no longer write.
reinstated(sender=User, user): he may again.
personal_data_requested(sender=User, reader): he wants a copy of what is kept about him; receivers
    return their apps' part of it, a list of accounts.exporting.Section.
export_prepared(sender=PersonalDataExport, export): the copy can be fetched.
closing_requested(sender=User, reader): his account closes at reader.closing_at.
closing_withdrawn(sender=User, reader): it stays after all.
account_closed(sender=User, reader, keeps_texts): he has gone, his name and address with him.
"""

from django.dispatch import Signal

suspended = Signal()
reinstated = Signal()
personal_data_requested = Signal()
export_prepared = Signal()
closing_requested = Signal()
closing_withdrawn = Signal()
account_closed = Signal()
