"""How much is a reader trusted?"""

from django.db.models import F

from accounts.models import User


def count_published(reader: User, *, by: int = 1) -> None:
    User.objects.filter(pk=reader.pk).update(published_count=F("published_count") + by)
