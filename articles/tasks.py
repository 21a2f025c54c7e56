"""What happens to articles apart from requests?"""

from celery import shared_task

from articles import upkeep


@shared_task
def remove_unused_pictures() -> None:
    upkeep.remove_unused_pictures()
