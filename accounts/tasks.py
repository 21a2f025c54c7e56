"""What happens to accounts apart from requests?"""

from celery import shared_task

from accounts import upkeep


@shared_task
def tidy() -> None:
    upkeep.tidy()
