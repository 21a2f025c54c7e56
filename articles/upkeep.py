"""What is left over of pictures, and when does it go?"""

from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from articles.models import Article

FOLDER = "pictures"
# Pages kept by caches and open in browsers still ask for the former picture.
UNUSED_FOR = timedelta(days=1)


def remove_unused_pictures(now: datetime | None = None) -> int:
    """Files that no article shows, once they are a day old; how many."""
    before = (now or timezone.now()) - UNUSED_FOR
    if not default_storage.exists(FOLDER):
        return 0
    _folders, files = default_storage.listdir(FOLDER)
    shown = {
        name for names in Article.objects.values_list("picture", "picture_small") for name in names
    }
    unused = [f"{FOLDER}/{file}" for file in files if f"{FOLDER}/{file}" not in shown]
    old = [name for name in unused if default_storage.get_modified_time(name) < before]
    for name in old:
        default_storage.delete(name)
    return len(old)
