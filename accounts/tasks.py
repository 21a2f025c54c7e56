"""What happens to accounts apart from requests?"""

from celery import shared_task

from accounts import exporting, upkeep


@shared_task
def tidy() -> None:
    upkeep.tidy()


@shared_task
def prepare_next_export() -> None:
    exporting.prepare_next()
