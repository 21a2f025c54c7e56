"""In which order do discussions open for a reader? In his own, once he has chosen one."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from forum.asking import asked_once
from forum.models import ChosenOrder


def choose_order(reader: User, sort: str) -> None:
    """From now on, in every discussion. sort: a name of forum/sorts.py."""
    ChosenOrder.objects.update_or_create(
        reader=reader, defaults={"sort": sort, "chosen_at": timezone.now()}
    )


def choose_no_order(reader: User) -> None:
    """Each discussion opens as it does for everybody. Doing it again changes nothing."""
    ChosenOrder.objects.filter(reader=reader).delete()


def order_of(reader: User) -> str | None:
    """Name of the order he has chosen."""
    return next((sort for (sort,) in _order(reader=reader.pk)), None)


@asked_once
def _order(*, reader: int) -> "QuerySet[ChosenOrder, Any]":
    return ChosenOrder.objects.filter(reader=reader).values_list("sort")
