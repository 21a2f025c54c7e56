"""What happens to accounts apart from requests?"""

from celery import shared_task

from accounts import exporting, upkeep


@shared_task
def tidy() -> None:
    upkeep.tidy()


# Of ten thousand comments it takes a quarter of a minute, of a busy machine several.
@shared_task(soft_time_limit=240, time_limit=300)
def prepare_next_export() -> None:
    exporting.prepare_next()
