"""What is kept about the log of decisions, beside its rows?"""

from django.db import models
from django.utils import timezone


class Head(models.Model):
    """How far the log had come at some moment; append-only. Whoever cuts its end is found by it."""

    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    # Decisions of that day so far; a day continues the number and the hash of the one before.
    count_of_day = models.PositiveIntegerField()
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "hash"], name="head_noted_once")]

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class Erasure(models.Model):
    """How many texts were erased on a day because their time was over: what operators see."""

    class Kind(models.TextChoices):
        # Of decisions, of announced suspensions and of sweeps, and what was said in an appeal.
        REASONS = "reasons"
        WORDING = "wording"
        FLAG = "flag"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "day"], name="erasure_once_a_day")]

    def __str__(self) -> str:
        return f"{self.count} {self.kind}"
